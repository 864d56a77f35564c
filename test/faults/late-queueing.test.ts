import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { queueKeys } from '../../src/queue/queue-keys.ts';
import { createRequestQueue } from '../../src/queue/request-queue.ts';
import { openConnection } from '../../src/redis/connection.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const KEYS = queueKeys('');
/** Bytes of what Redis answers to TIME, at most. */
const TIME_REPLY = 34;

/** A queue whose Redis can be held up. */
async function open() {
  const server = await startOwnRedis();
  const proxy = await startTcpProxy(server);
  onTestFinished(() => proxy.close());
  const connection = openConnection({
    ...{ url: `redis://127.0.0.1:${proxy.port}`, name: 'test', key: 'test' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => connection.disconnect());
  await connection.ping();
  const queue = createRequestQueue({
    ...{ redis: connection, keyPrefix: '', ttlMs: 60_000, keptMs: 60_000, most: 1000, clock: systemClock },
    events: { trouble: () => undefined, recovered: () => undefined },
  });
  onTestFinished(() => queue.close());
  const add = (text: string, key?: string) => {
    const transcript = { text, frameId: text, language: 'pl' };
    return queue.add({ transcript, priority: 5, ...(key !== undefined && { key }) }, 'circuit_open');
  };
  expect(await add('first')).toMatchObject({ kind: 'queued' });
  return { redis: server.redis, proxy, add };
}

test('a request that Redis comes to too late is not queued any more: it was refused', async () => {
  const { redis, add } = await open();
  await redis.call('CLIENT', 'PAUSE', 1500, 'WRITE');
  expect(await add('late')).toEqual({ kind: 'unavailable' });
  await expect.poll(async () => (await add('next')).kind).toBe('queued');
  expect(await redis.xlen(KEYS.waiting)).toBe(2);
});

test('a request that was queued, but whose answer came too late, is taken back', async () => {
  const { redis, proxy, add } = await open();
  proxy.cutReplies({ afterBytes: TIME_REPLY });
  expect(await add('late')).toEqual({ kind: 'unavailable' });
  expect(await redis.xlen(KEYS.waiting)).toBe(2);
  expect(await redis.keys(KEYS.said('*'))).toHaveLength(2);
  proxy.cutReplies(undefined);
  await expect.poll(() => redis.keys(KEYS.said('*'))).toHaveLength(1);
  expect(await redis.keys(KEYS.record('*'))).toHaveLength(1);
});

test('under a key it stays, and whoever asks again is told where it is', async () => {
  const { redis, proxy, add } = await open();
  proxy.cutReplies({ afterBytes: TIME_REPLY });
  expect(await add('late', 'k')).toEqual({ kind: 'unavailable' });
  proxy.cutReplies(undefined);
  await expect.poll(async () => (await add('late', 'k')).kind).toBe('known');
  expect(await redis.xlen(KEYS.waiting)).toBe(2);
});
