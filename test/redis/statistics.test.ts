import { expect, test } from 'vitest';
import { createRecognitionBooks, readStatistics } from '../../src/events/recognition-books.ts';
import type { Recognition } from '../../src/intent/recognition.ts';
import { runCommand, startServiceProcess } from '../support/command.ts';
import { serveHttp } from '../support/http.ts';
import { postIntent } from '../support/post-intent.ts';
import { openRedis } from '../support/processor.ts';
import { ownName, whereRedisIs } from '../support/shared.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const DAY_MS = 86_400_000;

function open() {
  const redis = openRedis();
  const keyPrefix = `${ownName()}:`;
  const timeZone = 'Europe/Warsaw';
  let now = NOON;
  const failures: string[] = [];
  const books = createRecognitionBooks({
    ...{ redis, keyPrefix, timeZone, clock: { now: () => now, monotonic: () => now } },
    failed: ({ message }) => failures.push(message),
  });
  return {
    ...{ redis, keyPrefix, failures, books },
    passes: (ms: number) => {
      now += ms;
    },
    answered(recognition: Partial<Recognition>, language = 'pl', latencyMs = 2): void {
      books.recognized({
        transcript: { text: 'zapal światło', frameId: 'f1', language, room: 'salon', user: 'anna' },
        recognition: { meaning: { status: 'unclear', responseText: '' }, source: 'none', ...recognition },
        ...{ latencyMs, processorId: 'one', processedAt: '2026-11-21T12:00:00.000Z' },
      });
    },
    read: (days = 1) => readStatistics(redis, { keyPrefix, timeZone, days, now }),
  };
}

const LIGHT = { intent: 'light.turn_on', entities: {} };
const LIT: Partial<Recognition> = {
  meaning: {
    ...{ status: 'recognized', kind: 'action', actions: [LIGHT, LIGHT] },
    ...{ confidence: 1, requiresConfirmation: false },
  },
  source: 'rules',
  fallbackReason: 'no_provider',
};

test('tells how often, how fast, by whom and with what outcome', async () => {
  const { answered, books, read } = open();
  answered(LIT);
  answered({}, 'en-US', 4);
  await books.close(5000);
  expect(await read()).toEqual({
    ...{ from: '2026-11-21', to: '2026-11-21', timeZone: 'Europe/Warsaw', transcripts: 2, averageMs: 3 },
    by: {
      status: { recognized: 1, unclear: 1 },
      source: { rules: 1, none: 1 },
      language: { pl: 1, en: 1 },
      intent: { 'light.turn_on': 2 },
      fallback_reason: { no_provider: 1 },
    },
  });
});

test('tells of as many days as are asked for, by the calendar of the home', async () => {
  const { answered, books, passes, read } = open();
  answered(LIT);
  // In Warsaw it is the next day by then, in Greenwich not yet.
  passes(11.5 * 3_600_000);
  answered(LIT);
  await books.close(5000);
  expect(await read()).toMatchObject({ from: '2026-11-22', transcripts: 1 });
  expect(await read(2)).toMatchObject({ from: '2026-11-21', to: '2026-11-22', transcripts: 2 });
  passes(DAY_MS * 3);
  expect(await read()).toMatchObject({ transcripts: 0, averageMs: undefined });
});

test('a sender that invents languages fills no book', async () => {
  const { answered, books, read } = open();
  for (let index = 0; index < 1000; index += 1) answered({}, `x${index}-${'y'.repeat(1000)}`);
  await books.close(5000);
  const { by, transcripts } = await read();
  expect(transcripts).toBe(1000);
  expect(Object.keys(by.language).length).toBeLessThanOrEqual(201);
  expect(Object.keys(by.language).every((name) => name.length <= 8)).toBe(true);
});

test('holds no word that was said, nor who said it or where', async () => {
  const { answered, books, redis, keyPrefix } = open();
  answered(LIT);
  await books.close(5000);
  const held = JSON.stringify(await redis.hgetall(`${keyPrefix}v1:{statistics}:2026-11-21`));
  expect(held).toContain('light.turn_on');
  expect(held).not.toMatch(/zapal|światło|salon|anna/);
});

test('a running service counts, and tells it by HTTP and on the command line alike', async () => {
  const name = ownName();
  const environment = {
    ...{ ...whereRedisIs(name), KEY_PREFIX: `${name}:`, INPUT_STREAM: `${name}:in` },
    ...{ OUTPUT_STREAM: `${name}:out`, DLQ_STREAM: `${name}:dlq`, TIME_ZONE: 'UTC' },
  };
  const { url } = await startServiceProcess(environment);
  expect((await postIntent(url, { text: 'zapal światło', room: 'salon' })).status).toBe(200);
  const told = async (): Promise<unknown> => (await fetch(`${url}/api/v1/stats`)).json();
  await expect
    .poll(told, { timeout: 10_000 })
    .toMatchObject({ transcripts: 1, by_source: { rules: 1 }, by_intent: { 'light.turn_on': 1 } });
  const { output } = await runCommand(['stats', '--json'], environment);
  expect(JSON.parse(output)).toEqual(await told());
  const shown = await runCommand(['stats', '--days', '1'], environment);
  expect(shown.output).toMatch(/: 1 transcripts, [\d.]+ ms each\n/);
  expect(shown.output).toMatch(/^intent: light\.turn_on +1$/m);
});

test.each(['days=0', 'days=91', 'days=a', 'day=1'])('GET /api/v1/stats?%s is refused', async (query) => {
  const { url } = await serveHttp({});
  expect((await fetch(`${url}/api/v1/stats?${query}`)).status).toBe(422);
});

test('GET /api/v1/stats asks for the token, and says when Redis does not answer', async () => {
  const stats = async (): Promise<never> => {
    throw new Error('connect ECONNREFUSED 10.0.0.1');
  };
  const { url } = await serveHttp({ stats }, { token: 'a-long-secret' });
  expect((await fetch(`${url}/api/v1/stats`)).status).toBe(401);
  const headers = { authorization: 'Bearer a-long-secret' };
  const response = await fetch(`${url}/api/v1/stats`, { headers });
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain('10.0.0.1');
});

test.each(['0', '91', 'many'])('stats --days %s is a mistake in usage', async (days) => {
  const { code, errors } = await runCommand(['stats', '--days', days], whereRedisIs());
  expect(code).toBe(2);
  expect(errors).toContain('expected');
});
