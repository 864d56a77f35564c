import { hash, randomUUID } from 'node:crypto';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Redis } from 'ioredis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { runCommand, startServiceHere } from '../support/command.ts';
import { startFakeHomeAssistant, TOKEN } from '../support/fake-home-assistant.ts';
import { startFakeProvider } from '../support/fake-provider.ts';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { listenToCommands } from '../support/used-commands.ts';
import { connectWyoming } from '../support/wyoming-client.ts';

const ACL = join(import.meta.dirname, '../../config/redis-acl.conf');
const SOURCE = join(import.meta.dirname, '../../src');
const USERS = ['llm-intent', 'llm-intent-bridge', 'llm-intent-operator'] as const;
type User = (typeof USERS)[number];
const PATIENCE = { timeout: 20_000, interval: 20 };
vi.setConfig({ testTimeout: 120_000 });

/** A Redis with the users of the file, their passwords put in as the file says; the test itself is `default`. */
async function startGuardedRedis(): Promise<OwnRedis & { urlOf(user: User): string }> {
  const password = randomUUID();
  const rules = (await readFile(ACL, 'utf8'))
    .replaceAll(/\w+_PASSWORD_SHA256/g, hash('sha256', password))
    .replace('user default off', '');
  const file = join(await temporaryFolder(), 'acl.conf');
  await writeFile(file, rules);
  const own = await startOwnRedis({ extraArguments: ['--include', file] });
  return { ...own, urlOf: (user) => `redis://${user}:${password}@127.0.0.1:${own.port}` };
}

/** Commands and key patterns that the file gives each user. */
async function allowed(user: User): Promise<{ commands: string[]; patterns: string[] }> {
  const line = (await readFile(ACL, 'utf8')).split('\n').find((each) => each.startsWith(`user ${user} `));
  const words = line?.split(/\s+/) ?? [];
  return {
    commands: words.filter((word) => word.startsWith('+')).map((word) => word.slice(1)),
    patterns: words.flatMap((word) => /^(?:%R)?~(.+)$/.exec(word)?.[1] ?? []),
  };
}

function matchesGlob(key: string, pattern: string): boolean {
  return pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern;
}

async function commandFamilies(redis: Redis): Promise<Set<string>> {
  const names = (await redis.call('COMMAND', 'LIST')) as string[];
  return new Set(names.filter((name) => name.includes('|')).map((name) => name.split('|')[0] ?? ''));
}

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

/** A home whose people say all sorts of things: everything that any program of ours does with Redis is done once. */
async function liveThroughAll({
  redis,
  urlOf,
}: Awaited<ReturnType<typeof startGuardedRedis>>): Promise<void> {
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
  const bridging = { ...common, REDIS_URL: urlOf('llm-intent-bridge') };
  runInBackground(['bridge'], { ...bridging, HA_URL: assistant.url, HA_TOKEN: TOKEN });
  const serving = {
    ...{ ...common, REDIS_URL: urlOf('llm-intent'), CONSUMER_NAME: 'first' },
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
  const operating = { ...common, REDIS_URL: urlOf('llm-intent-operator') };
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
    await redis.xadd('voice:transcribed', '*', 'transcript', letter.repeat(5000));
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

  await expect.poll(() => redis.xlen('voice:transcribed:dlq'), PATIENCE).toBe(3);
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

test('each user may do what its programs do, and nothing else', async () => {
  const guarded = await startGuardedRedis();
  const { redis } = guarded;
  const used = listenToCommands(await commandFamilies(redis));
  await liveThroughAll(guarded);
  expect(await redis.call('ACL', 'LOG')).toEqual([]);
  const keys = await redis.keys('*');
  for (const user of USERS) {
    const { commands, patterns } = await allowed(user);
    const missing = [...used.of(user)].filter((command) => !commands.includes(command));
    const needless = commands.filter((command) => !used.of(user).has(command));
    // A pattern that no key fits any more belongs to nobody.
    const unmatched = patterns.filter((pattern) => !keys.some((key) => matchesGlob(key, pattern)));
    expect({ user, missing, needless, unmatched }).toEqual({
      user,
      missing: [],
      needless: [],
      unmatched: [],
    });
  }
});

test('no branch of the source asks Redis for what nobody may do', async () => {
  const { redis } = await startGuardedRedis();
  const known = new Set((await redis.call('COMMAND', 'LIST')) as string[]);
  const users = await Promise.all(USERS.map(allowed));
  const permitted = new Set(users.flatMap(({ commands }) => commands.map((name) => name.split('|')[0])));
  const asked = new Map<string, string>();
  for (const file of await readdir(SOURCE, { recursive: true })) {
    // The Redis that is started for nobody else has no users.
    if (!file.endsWith('.ts') || file === 'redis/private-redis.ts') continue;
    const lines = await readFile(join(SOURCE, file), 'utf8');
    for (const [, command = ''] of lines.matchAll(/\b(?:redis|reader|pipeline|transaction)\.(\w+)\(/g)) {
      if (known.has(command)) asked.set(command, file);
    }
  }
  expect(asked.size).toBeGreaterThan(25);
  expect([...asked].filter(([command]) => !permitted.has(command))).toEqual([]);
});

test('a Redis does not start on passwords that nobody has put in', async () => {
  const file = join(await temporaryFolder(), 'acl.conf');
  await copyFile(ACL, file);
  await expect(startOwnRedis({ extraArguments: ['--include', file] })).rejects.toThrow(
    'SERVICE_PASSWORD_SHA256',
  );
});
