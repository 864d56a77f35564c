import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Operations } from '../../src/http/operations.ts';
import { createAnswerOnce } from '../../src/redis/answer-once.ts';
import { serveHttp } from '../support/http.ts';
import { postIntent } from '../support/post-intent.ts';
import { openRedis } from '../support/processor.ts';
import { ownName } from '../support/shared.ts';

async function connectedRedis() {
  const redis = openRedis();
  await redis.ping();
  return redis;
}

/** Replicas that share a Redis and count together what they recognise. */
async function open(replicas = 1, { leaseMs = 5000, slowMs = 0 } = {}) {
  const keyPrefix = `${ownName()}:`;
  const redis = openRedis();
  const asked: string[] = [];
  const fails = new Set<string>();
  const recognise: Operations['recognise'] = async (transcript, { signal }) => {
    asked.push(transcript.text);
    await sleep(slowMs, undefined, { signal });
    if (fails.has(transcript.text)) throw new Error('a defect');
    return {
      transcript,
      recognition: { meaning: { status: 'unclear', responseText: '' }, source: 'none' },
      ...{ latencyMs: 1, processorId: 'test', processedAt: '2026-11-21T08:00:00.000Z' },
    };
  };
  const servers = await Promise.all(
    Array.from({ length: replicas }, async () => {
      const events = { trouble: () => undefined, recovered: () => undefined };
      const idempotency = createAnswerOnce({ redis: await connectedRedis(), keyPrefix, leaseMs, events });
      return serveHttp({ recognise, idempotency });
    }),
  );
  return {
    ...{ redis, keyPrefix, asked, fails },
    ask: (
      key: string,
      body: object = { text: 'zapal' },
      { replica = 0, signal }: { replica?: number; signal?: AbortSignal } = {},
    ): Promise<Response> =>
      postIntent(String(servers[replica]?.url), body, { 'idempotency-key': key }, signal),
  };
}

test('the same key gets the same answer, from any replica, and nothing is asked again', async () => {
  const { ask, asked } = await open(2);
  const first = await ask('k1');
  const again = await ask('k1', undefined, { replica: 1 });
  expect([first.status, again.status]).toEqual([200, 200]);
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(await again.json()).toEqual(await first.json());
  await ask('k2');
  expect(asked).toHaveLength(2);
});

test('of many who ask at once under one key, at all replicas, one is worked for', async () => {
  const { ask, asked } = await open(2, { slowMs: 300 });
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, index) => ask('k', undefined, { replica: index % 2 })),
  );
  const answers = new Set(await Promise.all(responses.map((response) => response.text())));
  expect(answers.size).toBe(1);
  expect(asked).toHaveLength(1);
});

test('another request under the same key is refused, now and while the first is under way', async () => {
  const { ask, asked } = await open(1, { slowMs: 200 });
  const first = ask('k', { text: 'one' });
  await expect.poll(() => asked).toHaveLength(1);
  expect((await ask('k', { text: 'two' })).status).toBe(422);
  await first;
  const response = await ask('k', { text: 'one', room: 'salon' });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining('take a new one') });
  expect(asked).toEqual(['one']);
});

test('who hangs up and asks again finds what was paid for', async () => {
  const { ask, asked } = await open(1, { slowMs: 200 });
  const leave = new AbortController();
  const first = ask('k', undefined, { signal: leave.signal });
  await expect.poll(() => asked).toHaveLength(1);
  leave.abort();
  await expect(first).rejects.toThrow();
  expect((await ask('k')).headers.get('idempotency-replayed')).toBe('true');
  expect(asked).toHaveLength(1);
});

test('what failed may be tried again under its key', async () => {
  const { ask, asked, fails } = await open();
  fails.add('zapal');
  expect((await ask('k')).status).toBe(500);
  fails.clear();
  expect((await ask('k')).status).toBe(200);
  expect(asked).toHaveLength(2);
});

test('a process that died at work holds its key until the lease ends', async () => {
  const { ask, redis, keyPrefix, asked } = await open(1, { leaseMs: 700 });
  const never = createAnswerOnce({
    ...{ redis: await connectedRedis(), keyPrefix, leaseMs: 700 },
    events: { trouble: () => undefined, recovered: () => undefined },
  });
  void never.once('k', { request: '{"text":"zapal"}', run: () => new Promise(() => undefined) });
  await expect.poll(async () => (await redis.keys(`${keyPrefix}*`)).length).toBe(1);
  expect((await ask('k')).status).toBe(200);
  expect(asked).toHaveLength(1);
});

test('is remembered for a day', async () => {
  const { ask, redis, keyPrefix } = await open();
  await ask('k');
  const [key = ''] = await redis.keys(`${keyPrefix}*`);
  const hours = (await redis.pttl(key)) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThanOrEqual(24);
});

test('nothing is done where Redis cannot remember the key, and that is said', async () => {
  const redis = await connectedRedis();
  redis.disconnect();
  const idempotency = createAnswerOnce({
    ...{ redis, keyPrefix: 'x:', leaseMs: 1000 },
    events: { trouble: () => undefined, recovered: () => undefined },
  });
  const { url } = await serveHttp({ idempotency });
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'k' };
  const response = await fetch(`${url}/intent`, { method: 'POST', headers, body: '{"text":"a"}' });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
});

test.each(['with a space', 'a'.repeat(256)])('the key %j is refused', async (key) => {
  const { ask, asked } = await open();
  expect((await ask(key)).status).toBe(422);
  expect(asked).toEqual([]);
});
