import { open, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Cache } from '../../src/cache/cache.ts';
import type { CacheKey } from '../../src/cache/key.ts';
import { openRedisBackend } from '../../src/cache/redis-backend.ts';
import { systemClock } from '../../src/clock.ts';
import { connected, openConnection } from '../../src/redis/connection.ts';
import { answer, cacheGround, openCache } from '../support/cache.ts';
import { freeze } from '../support/freeze.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const never = new AbortController().signal;
const key = (name: string): CacheKey => ({ entry: name, call: name });
const store = (cache: Cache, name: string) => cache.store(key(name), answer(name), 1000);

async function found(cache: Cache, name: string): Promise<boolean> {
  return (await cache.lookup(key(name), never)) !== undefined;
}

test('a Redis that is killed: what is here is served, the rest missed at once, and all recovers', async () => {
  const own = await startOwnRedis();
  const ground = await cacheGround('redis', own);
  const [{ cache, told }, other] = [await openCache(ground), await openCache(ground)];
  store(cache, 'before');
  await expect.poll(async () => (await cache.stats()).entries).toBe(1);

  await own.kill();
  await expect.poll(() => told.at(-1)).toBe('trouble reach: Redis is not connected');
  expect(cache.lookup(key('before'), never)).toBeDefined();
  expect(cache.lookup(key('before'), never)).not.toBeInstanceOf(Promise);
  // Without so much as a promise: nobody is asked.
  expect(cache.lookup(key('unknown'), never)).toBeUndefined();
  store(cache, 'meanwhile');
  expect(await found(cache, 'meanwhile')).toBe(true);
  expect((await cache.stats()).entries).toBeUndefined();
  await expect(cache.clear(never)).rejects.toThrow(/^the cache was not cleared for every replica/);
  store(cache, 'meanwhile');

  await own.restart();
  await expect.poll(() => told).toEqual(['trouble reach: Redis is not connected', 'recovered reach']);
  // What was said meanwhile reaches the others.
  await expect.poll(() => found(other.cache, 'meanwhile')).toBe(true);
});

test('a Redis that is frozen delays a lookup by little, those behind it by nothing, and all recovers', async () => {
  const own = await startOwnRedis();
  const ground = await cacheGround('redis', own);
  // Who is alone would ask nobody.
  await openCache(ground);
  const { cache, told } = await openCache(ground);
  store(cache, 'here');
  await expect.poll(async () => (await cache.stats()).entries).toBe(1);

  const thaw = freeze(own.pid());
  // The first one, or the look after a clearing, finds out.
  await cache.lookup(key('unknown'), never);
  await expect.poll(() => told.length).toBe(1);
  expect(told[0]).toMatch(/^trouble reach: Redis did not answer within \d+ ms$/);
  for (let index = 0; index < 1000; index += 1) {
    expect(cache.lookup(key(`unknown ${index}`), never)).toBeUndefined();
  }
  expect(cache.lookup(key('here'), never)).toBeDefined();
  thaw();
  await expect.poll(() => told.at(-1)).toBe('recovered reach');
  store(cache, 'after');
  await expect.poll(async () => (await cache.stats()).entries).toBe(2);
});

test('a question that the network lost without a word: the connection is replaced and all recovers', async () => {
  const own = await startOwnRedis();
  const proxy = await startTcpProxy(own);
  const near = await cacheGround('redis', own);
  await openCache(near);
  const { cache, told } = await openCache(
    await cacheGround('redis', { url: `redis://127.0.0.1:${proxy.port}`, keyPrefix: near.keyPrefix }),
  );
  proxy.blackhole(true);
  await cache.lookup(key('unknown'), never);
  await expect.poll(() => told.length).toBe(1);
  // It carries again, but what it swallowed is never answered: only another connection can help.
  proxy.blackhole(false);
  await expect.poll(() => told.at(-1)).toBe('recovered reach');
  store(cache, 'after');
  await expect.poll(async () => (await cache.stats()).entries).toBe(1);
  await proxy.close();
});

test('replies that are lost do no harm: nothing is thrown, and what was stored is found', async () => {
  const own = await startOwnRedis();
  const proxy = await startTcpProxy(own);
  const ground = await cacheGround('redis', { url: `redis://127.0.0.1:${proxy.port}` });
  const near = await cacheGround('redis', { url: own.url, keyPrefix: ground.keyPrefix });
  // Who is alone would ask nobody.
  await openCache(near);
  const { cache } = await openCache(ground);
  let seed = 1;
  proxy.cutReplies({
    probability: 0.3,
    random: () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    },
  });
  for (let index = 0; index < 40; index += 1) {
    store(cache, `${index}`);
    await cache.lookup(key(`unknown ${index}`), never);
    await sleep(10);
  }
  proxy.cutReplies(undefined);
  const other = await openCache(near);
  await expect.poll(async () => (await other.cache.stats()).entries).toBe(40);
  expect(await found(other.cache, '0')).toBe(true);
  await proxy.close();
});

test('a clearing is heard by a replica that was cut off meanwhile, as soon as it is back', async () => {
  const own = await startOwnRedis();
  const proxy = await startTcpProxy(own);
  const cutOff = await cacheGround('redis', { url: `redis://127.0.0.1:${proxy.port}` });
  const near = await cacheGround('redis', { url: own.url, keyPrefix: cutOff.keyPrefix });
  const [one, two] = [(await openCache(near)).cache, (await openCache(cutOff)).cache];
  store(two, 'a');
  await expect.poll(() => found(one, 'a')).toBe(true);

  await proxy.refuse(true);
  // It waits for Redis, as what was known before the clearing.
  store(two, 'b');
  await one.clear(never);
  await sleep(1500);
  expect(await found(two, 'a')).toBe(true);
  await proxy.refuse(false);
  await expect.poll(() => found(two, 'a')).toBe(false);
  store(two, 'c');
  await expect.poll(() => found(one, 'c')).toBe(true);
  expect([await found(one, 'b'), await found(two, 'b')]).toEqual([false, false]);
  await proxy.close();
});

test('a Redis that comes back empty has forgotten, which is no clearing twice and no trouble', async () => {
  const own = await startOwnRedis();
  const ground = await cacheGround('redis', own);
  const { cache, told } = await openCache(ground);
  await cache.clear(never);
  store(cache, 'a');
  await expect.poll(async () => (await cache.stats()).entries).toBe(1);
  await own.redis.flushall();
  await expect.poll(() => found(cache, 'a')).toBe(false);
  store(cache, 'a');
  await expect.poll(async () => (await cache.stats()).entries).toBe(1);
  await cache.clear(never);
  expect(await found(cache, 'a')).toBe(false);
  expect(told).toEqual([]);
});

test('what was found before Redis answered for the first time is found in it', async () => {
  const own = await startOwnRedis();
  const ground = await cacheGround('redis', own);
  let thaw = (): void => undefined;
  const { cache } = await openCache({
    ...ground,
    async connect(events) {
      const redis = openConnection({
        ...{ url: own.url, key: ground.keyPrefix, name: 'test:cache' },
        events: { lost: () => undefined, ready: () => undefined },
      });
      onTestFinished(() => redis.disconnect());
      await connected(redis, AbortSignal.timeout(10_000));
      thaw = freeze(own.pid());
      return openRedisBackend({ redis, keyPrefix: ground.keyPrefix, clock: systemClock, events });
    },
  });
  store(cache, 'a');
  thaw();
  await expect.poll(async () => (await cache.stats()).entries).toBe(1);
  expect(await found(cache, 'a')).toBe(true);
});

test('a Redis that writes nothing for now is still read: a clearing is heard', async () => {
  const own = await startOwnRedis();
  const ground = await cacheGround('redis', own);
  const name = `${ground.keyPrefix}v1:{cache}:processes`;
  const { cache, told } = await openCache(ground);
  store(cache, 'a');
  await expect.poll(async () => (await cache.stats()).entries).toBe(1);
  await own.redis.hset(name, { gone: 1 });
  await own.redis.set(`${ground.keyPrefix}v1:{cache}:generation`, 'next');
  await own.redis.config('SET', 'min-replicas-to-write', '1');
  await expect.poll(() => found(cache, 'a')).toBe(false);
  expect(told.filter((line) => line.startsWith('trouble read'))).toEqual([]);
  await own.redis.config('SET', 'min-replicas-to-write', '0');
  await expect.poll(() => own.redis.hexists(name, 'gone')).toBe(0);
});

test('a Redis that takes no more says so once; what is here is served', async () => {
  const own = await startOwnRedis();
  const { cache, told } = await openCache(await cacheGround('redis', own));
  await own.redis.config('SET', 'maxmemory', '1');
  store(cache, 'a');
  await expect.poll(() => told.length).toBe(1);
  expect(told[0]).toMatch(/^trouble write: .*OOM/);
  store(cache, 'b');
  expect(await found(cache, 'a')).toBe(true);
  await own.redis.config('SET', 'maxmemory', '0');
  await expect
    .poll(() => {
      store(cache, 'c');
      return told.at(-1);
    })
    .toBe('recovered write');
  expect(told).toHaveLength(2);
});

test('sqlite: a file that is no database is begun anew; a folder that cannot be used is told by name', async () => {
  const ground = await cacheGround('sqlite');
  await writeFile(ground.file, 'x'.repeat(10_000));
  const { cache } = await openCache(ground);
  store(cache, 'a');
  expect((await cache.stats()).entries).toBe(1);
  // A folder's place is taken by a file.
  const nowhere = await cacheGround('sqlite', { file: `${ground.file}/below/cache.sqlite` });
  await expect(openCache(nowhere)).rejects.toThrow(/^cannot open the cache .*below/);
});

test('sqlite: a file damaged while it is in use is told and begun anew', async () => {
  const ground = await cacheGround('sqlite', { megabytes: 32 });
  // More than SQLite keeps in memory, so that it meets the damage.
  const filled = (await openCache(ground)).cache;
  const count = 6000;
  for (let index = 0; index < count; index += 1) {
    filled.store(key(`${index}`), answer('x'.repeat(1000)), 1000);
  }
  await filled.close();
  const { cache, told } = await openCache(ground, { local: { entries: 1, megabytes: 1 } });
  const file = await open(ground.file, 'r+');
  const { size } = await file.stat();
  await file.write(Buffer.alloc(size - 4096, 0xff), 0, size - 4096, 4096);
  await file.close();
  for (let index = 0; index < count; index += 1) await found(cache, `${index}`);
  expect(told[0]).toMatch(/^trouble read: .*cache\.sqlite: .*malformed/);
  store(cache, 'after');
  store(cache, 'after that');
  expect(await found(cache, 'after')).toBe(true);
  expect(told[1]).toBe('recovered read');
});
