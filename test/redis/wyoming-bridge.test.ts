import { expect, onTestFinished, test } from 'vitest';
import { startCommand, startServiceHere } from '../support/command.ts';
import { startFakeHomeAssistant, TOKEN } from '../support/fake-home-assistant.ts';
import { connectShared, ownName, whereRedisIs } from '../support/shared.ts';
import { connectWyoming, type Message } from '../support/wyoming-client.ts';

test('what is said in Assist is done by the bridge, and what the bridge tells is heard there', async () => {
  const fake = await startFakeHomeAssistant({
    states: { 'light.kuchnia_sufit': 'off', 'light.kuchnia_blat': 'off', 'lock.drzwi_wejsciowe': 'locked' },
  });
  const name = ownName();
  const environment = {
    ...{ ...whereRedisIs(name), KEY_PREFIX: `${name}:`, INPUT_STREAM: `${name}:in` },
    ...{ OUTPUT_STREAM: `${name}:out`, DLQ_STREAM: `${name}:dlq`, LEASE_MS: '600' },
    ...{ TIME_ZONE: 'Europe/Warsaw', RESOLVERS: 'rules', HA_URL: fake.url, HA_TOKEN: TOKEN },
    ...{ LLM_INTENT_BRIDGE__OUTPUT: `${name}:executed` },
    ...{ LLM_INTENT_WYOMING__ENABLED: 'true', LLM_INTENT_WYOMING__PORT: '0' },
    LLM_INTENT_WYOMING__ROOMS: '[{"satellite": "assist_satellite.kuchnia", "room": "kuchnia"}]',
  };
  const redis = connectShared();
  onTestFinished(() => redis.disconnect());
  await redis.xgroup('CREATE', environment.OUTPUT_STREAM, 'llm-intent-bridge', '0', 'MKSTREAM');
  const bridge = startCommand(['bridge'], environment);
  onTestFinished(async () => {
    bridge.kill('SIGTERM');
    await bridge.finished;
  });
  const { logged } = await startServiceHere(environment);
  const url = String((await logged('wyoming'))['url']);

  async function say(text: string): Promise<Message> {
    const client = await connectWyoming(url);
    const context = { conversation_id: 'c1', satellite_id: 'assist_satellite.kuchnia' };
    client.send({ type: 'transcript', data: { text, language: 'pl', context } });
    return client.read();
  }
  // The bridge may still be on its way.
  await expect.poll(async () => (await say('która godzina')).type, { timeout: 20_000 }).toBe('handled');
  expect(await say('zapal światło')).toEqual({
    type: 'handled',
    data: { text: expect.stringMatching(/\S/) },
  });
  expect(fake.state('light.kuchnia_sufit')?.state).toBe('on');
  expect(await say('czy światło się świeci')).toMatchObject({
    ...{ type: 'handled', data: { text: expect.stringContaining('świecą (2)') } },
  });
  expect(await say('a teraz zgaś')).toMatchObject({ type: 'handled' });
  expect(fake.state('light.kuchnia_sufit')?.state).toBe('off');
  expect((await say('otwórz drzwi wejściowe')).data?.['text']).toContain('tak');
  expect(fake.state('lock.drzwi_wejsciowe')?.state).toBe('locked');
  expect(await say('tak')).toMatchObject({ type: 'handled' });
  expect(fake.state('lock.drzwi_wejsciowe')?.state).toBe('unlocked');
  fake.misbehave(() => ({ refuse: { code: 'service_validation_error', message: 'no' } }));
  expect(await say('zapal światło')).toMatchObject({
    type: 'not-handled',
    data: { text: expect.stringMatching(/\S/) },
  });
});
