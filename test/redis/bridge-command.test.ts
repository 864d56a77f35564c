import type { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand, startCommand, startServiceHere } from '../support/command.ts';
import { type FakeHomeAssistant, startFakeHomeAssistant, TOKEN } from '../support/fake-home-assistant.ts';
import { connectShared, ownName, whereRedisIs } from '../support/shared.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

function environmentOf(fake: FakeHomeAssistant) {
  const name = ownName();
  return {
    ...whereRedisIs(name),
    INPUT_STREAM: `${name}:in`,
    OUTPUT_STREAM: `${name}:out`,
    DLQ_STREAM: `${name}:dlq`,
    KEY_PREFIX: `${name}:`,
    LEASE_MS: '600',
    TIME_ZONE: 'Europe/Warsaw',
    RESOLVERS: 'rules',
    HA_URL: fake.url,
    HA_TOKEN: TOKEN,
    LLM_INTENT_BRIDGE__OUTPUT: `${name}:executed`,
  };
}

function openRedis(): Redis {
  const redis = connectShared();
  onTestFinished(() => redis.disconnect());
  return redis;
}

async function entries(redis: Redis, stream: string): Promise<Record<string, string>[]> {
  return (await redis.xrange(stream, '-', '+')).map(([, flat]) => {
    const fields: Record<string, string> = {};
    for (let index = 0; index + 1 < flat.length; index += 2)
      fields[flat[index] ?? ''] = flat[index + 1] ?? '';
    return fields;
  });
}

test('what is said reaches Home Assistant, in one trace from the microphone on', async () => {
  const fake = await startFakeHomeAssistant({
    states: { 'light.kuchnia_sufit': 'off', 'light.kuchnia_blat': 'off', 'light.salon_sufit': 'off' },
  });
  const environment = environmentOf(fake);
  const redis = openRedis();
  // As where a bridge ran before.
  await redis.xgroup('CREATE', environment.OUTPUT_STREAM, 'llm-intent-bridge', '0', 'MKSTREAM');
  const running = startCommand(['bridge'], environment);
  await startServiceHere(environment);
  const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;
  const say = (transcript: string, room: string) =>
    redis.xadd(
      environment.INPUT_STREAM,
      '*',
      'transcript',
      transcript,
      'room',
      room,
      'traceparent',
      traceparent,
    );
  const id = await say('zapal światło', 'kuchnia');
  await say('czy światło się świeci', 'kuchnia');

  const output = environment.LLM_INTENT_BRIDGE__OUTPUT;
  await expect.poll(() => entries(redis, output), PATIENCE).toHaveLength(2);
  const [done, answered] = await entries(redis, output);
  expect(done).toMatchObject({ status: 'done', intent: 'light.turn_on', source_message_id: id });
  expect(answered?.['response_text']).toBe('W kuchni świecą (2): oświetlenie kuchni i oświetlenie blatu.');
  expect(fake.calls[0]?.target).toEqual({ entity_id: ['light.kuchnia_sufit', 'light.kuchnia_blat'] });
  expect(fake.state('light.salon_sufit')?.state).toBe('off');

  const [understood] = await entries(redis, environment.OUTPUT_STREAM);
  for (const told of [understood, done, answered]) expect(told?.['traceparent']).toContain(`00-${TRACE_ID}-`);
  expect(done?.['traceparent']).not.toBe(understood?.['traceparent']);

  running.kill('SIGTERM');
  expect((await running.finished).code).toBe(0);
});

test('says what it needs, before it does anything', async () => {
  const fake = await startFakeHomeAssistant();
  const { HA_URL, HA_TOKEN, ...without } = environmentOf(fake);
  expect(await runCommand(['bridge'], without)).toMatchObject({
    code: 2,
    errors: expect.stringMatching(/set HA_URL/),
  });
  expect(await runCommand(['bridge'], { ...without, HA_URL })).toMatchObject({
    code: 2,
    errors: expect.stringMatching(/set HA_TOKEN \(or HA_TOKEN_FILE\) to a long-lived access token/),
  });
  expect(await runCommand(['bridge'], { ...without, HA_URL: 'homeassistant:8123', HA_TOKEN })).toMatchObject({
    code: 78,
    errors: expect.stringContaining('HA_URL'),
  });
});

test('ends where its token is not accepted, and says how to get one', async () => {
  const fake = await startFakeHomeAssistant();
  const running = startCommand(['bridge'], { ...environmentOf(fake), HA_TOKEN: 'another' });
  const { code, errors } = await running.finished;
  expect(code).toBe(1);
  expect(errors).toContain('does not accept the token: make a long-lived access token');
  expect(errors).not.toContain('another');
});

test('shows what is planned, and strikes it off', async () => {
  const fake = await startFakeHomeAssistant({ states: { 'light.kuchnia_sufit': 'on' } });
  const environment = environmentOf(fake);
  const redis = openRedis();
  await redis.xgroup('CREATE', environment.OUTPUT_STREAM, 'llm-intent-bridge', '0', 'MKSTREAM');
  expect(await runCommand(['bridge', 'schedules', 'list'], environment)).toMatchObject({
    code: 0,
    output: '',
    errors: 'nothing is planned\n',
  });
  const running = startCommand(['bridge'], environment);
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const action = { intent: 'light.turn_off', entities: { entity_id: 'light.kuchnia_sufit' }, at };
  const fields = {
    status: 'recognized',
    kind: 'action',
    source_message_id: '1-0',
    actions: JSON.stringify([action]),
  };
  await redis.xadd(environment.OUTPUT_STREAM, '*', ...Object.entries({ ...fields, room: 'kuchnia' }).flat());
  const list = (...options: string[]) => runCommand(['bridge', 'schedules', 'list', ...options], environment);
  await expect.poll(async () => (await list()).output, PATIENCE).toContain('light.turn_off');
  expect((await list()).output).toBe(
    `1-0:0  ${at}  light.turn_off {"entity_id":"light.kuchnia_sufit"}  kuchnia\n`,
  );
  expect(JSON.parse((await list('--json')).output)).toMatchObject({
    id: '1-0:0',
    intent: 'light.turn_off',
    due: at,
  });
  const another = { ...fields, source_message_id: '2-0', room: 'kuchnia' };
  await redis.xadd(environment.OUTPUT_STREAM, '*', ...Object.entries(another).flat());
  await expect.poll(async () => (await list()).output, PATIENCE).toContain('2-0:0');
  const cancel = (...words: string[]) => runCommand(['bridge', 'schedules', 'cancel', ...words], environment);
  expect(await cancel('2-0:0', '--json')).toMatchObject({
    ...{ code: 0, output: '{"id":"2-0:0","cancelled":true}\n' },
  });
  expect(await cancel('1-0:0')).toMatchObject({ code: 0, output: '1-0:0 cancelled\n' });
  expect(await cancel('1-0:0')).toMatchObject({
    code: 1,
    errors: expect.stringContaining('nothing is planned as 1-0:0'),
  });
  running.kill('SIGTERM');
  expect((await running.finished).code).toBe(0);
});
