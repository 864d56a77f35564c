import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { runCommand, startServiceHere } from './command.ts';
import { startFakeHomeAssistant, TOKEN } from './fake-home-assistant.ts';
import { startFakeProvider } from './fake-provider.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { connectWyoming } from './wyoming-client.ts';

/** Each kind of program has a user of its own. */
export const USERS = ['llm-intent', 'llm-intent-bridge', 'llm-intent-operator'] as const;
export type User = (typeof USERS)[number];
const PATIENCE = { timeout: 20_000, interval: 20 };

/** A command that goes on until the test ends. */
function runInBackground(words: readonly string[], environment: Readonly<Record<string, string>>): void {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const ending = new AbortController();
  const { PATH, HOME } = process.env;
  const context = { input: Readable.from([]), output, errors, signal: ending.signal };
  const exit = runCommandLine(words, { ...context, environment: { PATH, HOME, ...environment } });
  output.resume();
  const complaints = text(errors);
  onTestFinished(async () => {
    ending.abort();
    errors.end();
    expect({ code: await exit, complaints: await complaints }).toEqual({ code: 0, complaints: '' });
  });
}

/**
 * A home whose people say all sorts of things: everything that any program of ours does with Redis is done once.
 *
 * @param redis for what is said by somebody else, and for a look at what is kept
 * @param whereFor tells a program where Redis is, and under which names
 */
export async function liveThroughAll({
  redis,
  whereFor,
}: {
  redis: Redis;
  whereFor: (user: User) => Readonly<Record<string, string>>;
}): Promise<void> {
  const names = whereFor('llm-intent');
  const input = names['INPUT_STREAM'] ?? 'voice:transcribed';
  const deadLetters = names['DLQ_STREAM'] ?? 'voice:transcribed:dlq';
  const [provider, assistant] = await Promise.all([
    startFakeProvider(),
    startFakeHomeAssistant({ states: { 'light.kuchnia_sufit': 'off', 'light.kuchnia_blat': 'off' } }),
  ]);
  onTestFinished(() => provider.close());
  const folder = await temporaryFolder();
  const common = {
    ...{ LEASE_MS: '600', TIME_ZONE: 'Europe/Warsaw', DATA_DIR: join(folder, 'data') },
    ...{ LLM_PROVIDERS: 'openai:gpt-5-mini', OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: provider.url },
  };
  const bridging = { ...common, ...whereFor('llm-intent-bridge') };
  runInBackground(['bridge'], { ...bridging, HA_URL: assistant.url, HA_TOKEN: TOKEN });
  const serving = {
    ...{ ...common, ...whereFor('llm-intent'), CONSUMER_NAME: 'first' },
    ...{ LLM_INTENT_WYOMING__ENABLED: 'true', LLM_INTENT_WYOMING__PORT: '0' },
  };
  const service = await startServiceHere(serving);
  await Promise.all([service.logged('ownership'), service.logged('budget_open')]);

  async function ask(method: string, path: string, body?: object, headers = {}): Promise<void> {
    const response = await fetch(service.url + path, {
      ...{ method, headers: { ...(body && { 'content-type': 'application/json' }), ...headers } },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect([path, response.status, await response.text()]).toEqual([path, 200, expect.anything()]);
  }
  const operating = { ...common, ...whereFor('llm-intent-operator') };
  async function operate(...words: string[]): Promise<Record<string, string>[]> {
    const { code, output, errors } = await runCommand(words, operating);
    expect({ words, code, errors: code === 0 ? '' : errors }).toEqual({ words, code: 0, errors: '' });
    if (!words.includes('--json')) return [];
    return output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, string>);
  }

  const live = new AbortController();
  onTestFinished(() => live.abort());
  await fetch(`${service.url}/api/v1/events`, { signal: live.signal });

  // Understood by rules and by a model, asked back, for later, asked of the home, and not understood at all.
  await operate('send', 'zapal światło', 'zamów mi pizzę', '--room', 'kuchnia', '--user', 'anna');
  await operate('send', 'otwórz drzwi wejściowe', 'tak', '--room', 'przedpokój');
  await operate('send', 'za godzinę zapal światło', 'za dwie sekundy zgaś światło', '--room', 'kuchnia');
  await operate('send', 'czy światło się świeci', '--room', 'kuchnia');
  const assist = await connectWyoming(String((await service.logged('wyoming'))['url']));
  assist.send({ type: 'transcript', data: { text: 'zapal światło w kuchni', language: 'pl' } });
  expect((await assist.read()).type).toBe('handled');
  for (const letter of ['x', 'y', 'z']) {
    await redis.xadd(input, '*', 'transcript', letter.repeat(5000));
  }

  for (const looked of ['stats', 'costs', 'limits', 'providers', 'mode', 'cache/stats', 'dead-letters']) {
    await ask('GET', `/api/v1/${looked}`);
  }
  await ask('GET', '/health');
  await ask('GET', '/metrics');
  await ask('PUT', '/api/v1/mode', { mode: 'economy' });
  await ask('PUT', '/api/v1/mode', { mode: 'auto' });
  await ask('POST', '/api/v1/providers/openai/test', {});
  await ask(
    'POST',
    '/intent',
    { text: 'close the blinds', room: 'salon', language: 'en' },
    { 'idempotency-key': 'one' },
  );
  await ask('DELETE', '/api/v1/cache');

  await expect.poll(() => redis.xlen(deadLetters), PATIENCE).toBe(3);
  const [one, other, third] = (await operate('dead-letters', 'list', '--json')).map(({ id }) => String(id));
  await ask('POST', `/api/v1/dead-letters/${one}/replay`, {});
  await operate('dead-letters', 'drop', String(other));
  await operate('dead-letters', 'replay', String(third));
  await operate('budget', 'show');
  await operate('budget', 'set', 'day', '0.01');
  await operate('budget', 'open');
  await operate('report', 'cost');
  await operate('stats');
  await operate('mode', 'economy');
  await operate('mode', 'auto');
  await operate('cache', 'stats');
  await expect
    .poll(async () => {
      await ask('POST', '/intent', { text: 'close the blinds', room: 'salon', language: 'en' });
      return redis.keys('llm-intent:v1:{cache}:entry:*');
    }, PATIENCE)
    .not.toEqual([]);
  await operate('cache', 'clear');
  await operate('conversation', 'forget', '--room', 'kuchnia');
  await operate('conversation', 'forget', '--user', 'anna');
  const corpus = join(folder, 'corpus.yaml');
  const line = '- language: en\n  utterances: [{ says: turn on the lights, intent: light.turn_on }]\n';
  await writeFile(corpus, line);
  await operate('eval', corpus, '--resolver', 'llm:openai:gpt-5-mini', '--max-cost', '0.50');

  // What was for soon is done by now, what is for later is not.
  const planned = (): Promise<Record<string, string>[]> => operate('bridge', 'schedules', 'list', '--json');
  await expect.poll(planned, PATIENCE).toHaveLength(1);
  await operate('bridge', 'schedules', 'cancel', ...(await planned()).map(({ id }) => String(id)));

  // Another replica takes over what the first one leaves.
  const second = await startServiceHere({ ...serving, CONSUMER_NAME: 'second' });
  await service.stop();
  await second.logged('ownership');
  await operate('send', 'zgaś światło', '--room', 'kuchnia');
}
