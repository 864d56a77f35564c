import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Cache } from '../../src/cache/cache.ts';
import type { CacheKey } from '../../src/cache/key.ts';
import { answer, type BackendName, cacheGround, movableClock, openCache } from '../support/cache.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { openRedis } from '../support/processor.ts';

const never = new AbortController().signal;
const key = (name: string): CacheKey => ({ entry: name, call: name });
const COST = 123_456;

/** What a lookup finds, the area that is lit. */
async function found(cache: Cache, name: string): Promise<unknown> {
  const entry = await cache.lookup(key(name), never);
  return entry?.meaning.status === 'recognized' && entry.meaning.kind === 'action'
    ? entry.meaning.actions[0]?.entities['area']
    : entry?.meaning.status;
}

describe.each<BackendName>(['redis', 'sqlite', 'memory'])('a cache with %s behind it', (backend) => {
  test('finds what it was given, at once and without a promise, with what it cost', async () => {
    const clock = movableClock();
    const { cache } = await openCache(await cacheGround(backend, { clock }), { clock });
    expect(await found(cache, 'a')).toBeUndefined();
    cache.store(key('a'), answer('salon'), COST);
    expect(cache.lookup(key('a'), never)).toEqual({
      meaning: answer('salon').meaning,
      cost: COST,
      madeAt: clock.now(),
      expiresAt: clock.now() + 300_000,
    });
    expect(await found(cache, 'b')).toBeUndefined();
  });

  test('forgets an answer after 300 s and "not understood" after 30 s', async () => {
    const clock = movableClock();
    const { cache } = await openCache(await cacheGround(backend, { clock }), { clock });
    cache.store(key('a'), answer('salon'), COST);
    cache.store(key('u'), { source: 'llm', meaning: { status: 'unclear', responseText: '?' } }, COST);
    clock.pass(29_999);
    expect([await found(cache, 'a'), await found(cache, 'u')]).toEqual(['salon', 'unclear']);
    clock.pass(1);
    expect([await found(cache, 'a'), await found(cache, 'u')]).toEqual(['salon', undefined]);
    clock.pass(269_999);
    expect(await found(cache, 'a')).toBe('salon');
    clock.pass(1);
    expect(await found(cache, 'a')).toBeUndefined();
  });

  test('keeps an answer for long that was found again, the same, within a day of the first one', async () => {
    const clock = movableClock();
    const lifetimes = { answer: 300_000, confirmed: 86_400_000, unclear: 30_000 };
    const { cache } = await openCache(await cacheGround(backend, { clock }), { clock, lifetimes });
    const find = async (name: string, area: string): Promise<unknown> => {
      const known = await found(cache, name);
      if (known === undefined) cache.store(key(name), answer(area), COST);
      return known;
    };
    expect([await find('a', 'salon'), await find('b', 'salon')]).toEqual([undefined, undefined]);
    clock.pass(300_000);
    expect([await find('a', 'salon'), await find('b', 'kuchnia')]).toEqual([undefined, undefined]);
    clock.pass(300_000);
    // Of the other one nobody knows any more which was right.
    expect([await find('a', 'salon'), await find('b', 'kuchnia')]).toEqual(['salon', undefined]);
    clock.pass(86_099_999);
    expect([await found(cache, 'a'), await found(cache, 'b')]).toEqual(['salon', 'kuchnia']);
    clock.pass(1);
    expect(await found(cache, 'a')).toBeUndefined();
    expect(cache.counts()).toMatchObject({ stores: 5 });
  });

  test('keeps nothing of rules, whatever it is told that cost', async () => {
    const { cache } = await openCache(await cacheGround(backend));
    cache.store(key('a'), { ...answer('salon'), source: 'rules', fallbackReason: 'circuit_open' }, COST);
    expect(await found(cache, 'a')).toBeUndefined();
    expect(cache.counts().stores).toBe(0);
  });

  test('counts hits, misses and what was saved', async () => {
    const { cache } = await openCache(await cacheGround(backend));
    await found(cache, 'a');
    cache.store(key('a'), answer('salon'), COST);
    await found(cache, 'a');
    await found(cache, 'a');
    expect(cache.counts()).toMatchObject({ local: 2, shared: 0, misses: 1, stores: 1, saved: 2 * COST });
    const { counts, backend: name, local } = await cache.stats();
    expect(counts).toMatchObject({ local: 2, misses: 1, stores: 1, saved: 2 * COST });
    expect(name).toBe(backend);
    expect(local.entries).toBe(1);
    expect(local.bytes).toBeGreaterThan(100);
  });

  test('is empty once it is cleared', async () => {
    const { cache } = await openCache(await cacheGround(backend));
    for (const name of ['a', 'b', 'c']) cache.store(key(name), answer(name), COST);
    if (backend !== 'memory') await expect.poll(async () => (await cache.stats()).entries).toBe(3);
    expect(await cache.clear(never)).toBe(3);
    for (const name of ['a', 'b', 'c']) expect(await found(cache, name)).toBeUndefined();
    cache.store(key('a'), answer('salon'), COST);
    expect(await found(cache, 'a')).toBe('salon');
  });

  test('keeps nothing in other modes, and shares calls unless it is off', async () => {
    const ground = await cacheGround(backend);
    const { cache } = await openCache(ground, { mode: 'dedupe-only' });
    const calls = { 'dedupe-only': 0, off: 0, on: 0 };
    for (const mode of ['dedupe-only', 'off', 'on'] as const) {
      const use = mode === 'dedupe-only' ? cache : cache.inMode(mode);
      use.store(key(mode), answer('salon'), COST);
      expect((await use.lookup(key(mode), never)) !== undefined).toBe(mode === 'on');
      const run = async () => {
        calls[mode] += 1;
        return mode;
      };
      await Promise.all(Array.from({ length: 5 }, () => use.share(key(mode), run, { signal: never })));
    }
    expect(calls).toEqual({ 'dedupe-only': 1, off: 5, on: 1 });
    expect(cache.counts().joined).toBe(8);
  });

  test('holds no more than it may in the process, in entries and in bytes', async () => {
    const ground = await cacheGround('memory');
    const few = (await openCache(ground, { local: { entries: 10, megabytes: 1 } })).cache;
    const small = (await openCache(ground, { local: { entries: 100_000, megabytes: 1 } })).cache;
    for (let index = 0; index < 5000; index += 1) {
      few.store(key(`${index}`), answer('salon'), COST);
      small.store(key(`${index}`), answer('x'.repeat(1000)), COST);
    }
    expect((await few.stats()).local.entries).toBe(10);
    const { local } = await small.stats();
    expect(local.bytes).toBeLessThanOrEqual(1024 * 1024);
    expect(local.entries).toBeGreaterThan(500);
    expect(await found(small, '4999')).toBe('x'.repeat(1000));
    expect(await found(small, '0')).toBeUndefined();
  });
});

describe.each<BackendName>(['redis', 'sqlite'])('replicas with %s between them', (backend) => {
  test('find what another one stored, and then have it themselves', async () => {
    const ground = await cacheGround(backend);
    const [one, two] = [(await openCache(ground)).cache, (await openCache(ground)).cache];
    one.store(key('a'), answer('salon'), COST);
    await expect.poll(() => found(two, 'a')).toBe('salon');
    expect(two.counts().shared).toBe(1);
    expect(two.lookup(key('a'), never)).not.toBeInstanceOf(Promise);
    expect(two.counts()).toMatchObject({ shared: 1, local: 1, saved: 2 * COST });
    expect((await two.stats()).entries).toBe(1);
  });

  test('know from each other what was found before', async () => {
    const ground = await cacheGround(backend);
    const lifetimes = { answer: 100, confirmed: 86_400_000, unclear: 30_000 };
    const [{ cache: one }, { cache: other }] = [
      await openCache(ground, { lifetimes }),
      await openCache(ground, { lifetimes }),
    ];
    one.store(key('a'), answer('salon'), COST);
    await expect.poll(() => found(one, 'a')).toBeUndefined();
    expect(await found(other, 'a')).toBeUndefined();
    other.store(key('a'), answer('salon'), COST);
    const entry = await other.lookup(key('a'), never);
    expect((entry?.expiresAt ?? 0) - (entry?.madeAt ?? 0)).toBe(86_400_000);
  });

  test('count together', async () => {
    const ground = await cacheGround(backend);
    const [one, two] = [(await openCache(ground)).cache, (await openCache(ground)).cache];
    one.store(key('a'), answer('salon'), COST);
    await found(one, 'a');
    await expect.poll(() => found(two, 'a')).toBe('salon');
    await one.stats();
    expect((await two.stats()).counts).toMatchObject({ local: 1, shared: 1, stores: 1, saved: 2 * COST });
  });

  test('do not keep what came from another one beyond its time', async () => {
    const clock = movableClock();
    const ground = await cacheGround(backend, { clock });
    const [one, two] = [
      (await openCache(ground, { clock })).cache,
      (await openCache(ground, { clock })).cache,
    ];
    one.store(key('a'), answer('salon'), COST);
    clock.pass(200_000);
    await expect.poll(() => found(two, 'a')).toBe('salon');
    clock.pass(100_000);
    expect(await found(two, 'a')).toBeUndefined();
  });

  test('hear that it was cleared within a second, though they look nothing up there', async () => {
    const ground = await cacheGround(backend);
    const [one, two] = [(await openCache(ground)).cache, (await openCache(ground)).cache];
    for (const cache of [one, two]) cache.store(key('a'), answer('salon'), COST);
    await expect.poll(async () => (await two.stats()).entries).toBe(1);
    expect(await found(two, 'a')).toBe('salon');
    await one.clear(never);
    await expect.poll(() => two.lookup(key('a'), never), { timeout: 5000, interval: 20 }).toBeUndefined();
    expect((await one.stats()).entries).toBe(0);
  });

  test('an entry that cannot be read is a miss: counted each time, told once', async () => {
    const ground = await cacheGround(backend);
    const { cache, told } = await openCache(ground);
    for (const name of ['a', 'b']) cache.store(key(name), answer('salon'), COST);
    await expect.poll(async () => (await cache.stats()).entries).toBe(2);
    if (backend === 'redis') {
      const redis = openRedis();
      for (const entry of await redis.keys(`${ground.keyPrefix}*entry:*`)) {
        await redis.set(entry, `${(await redis.get(entry))?.split(' ')[0]} {"version":1,"meaning":{}}`);
      }
    } else {
      const database = new DatabaseSync(ground.file);
      database.exec('UPDATE entry SET value = substr(value, 1, 40)');
      database.close();
    }
    const other = await openCache(ground);
    expect([await found(other.cache, 'a'), await found(other.cache, 'b')]).toEqual([undefined, undefined]);
    expect(other.cache.counts()).toMatchObject({ corrupted: 2, misses: 2, shared: 0 });
    expect(other.told).toEqual(['corrupted']);
    expect(told).toEqual([]);
  });
});

test('redis: what a replica writes that has not heard of the clearing is no answer', async () => {
  const ground = await cacheGround('redis');
  const { cache } = await openCache(ground);
  // So that what is written carries a name like the next one's.
  await cache.clear(never);
  cache.store(key('a'), answer('salon'), COST);
  await expect.poll(async () => (await cache.stats()).entries).toBe(1);
  const redis = openRedis();
  const [name = ''] = await redis.keys(`${ground.keyPrefix}*entry:a`);
  const written = (await redis.get(name)) ?? '';
  const other = (await openCache(ground)).cache;
  expect(await found(other, 'a')).toBe('salon');
  await cache.clear(never);
  // As it arrives from one that was late.
  await redis.set(name, written);
  await expect.poll(() => found(other, 'a')).toBeUndefined();
  expect(await found(cache, 'a')).toBeUndefined();
  cache.store(key('a'), answer('kuchnia'), COST);
  await expect.poll(() => found(other, 'a')).toBe('kuchnia');
});

test('redis: every lookup of one turn is one question', async () => {
  // One of its own: ioredis trips over what others ask while it begins to monitor.
  const server = await startOwnRedis();
  const ground = await cacheGround('redis', { url: server.url });
  const { cache } = await openCache(ground);
  for (let index = 0; index < 40; index += 1) cache.store(key(`${index}`), answer(`${index}`), COST);
  await expect.poll(async () => (await cache.stats()).entries).toBe(40);
  const monitor = await server.redis.monitor();
  const asked: string[][] = [];
  monitor.on('monitor', (_, command: string[]) => {
    const isLookup = command[0] === 'mget' && command[1]?.startsWith(ground.keyPrefix);
    if (isLookup && !command.some((name) => name.endsWith(':none'))) asked.push(command);
  });
  const other = (await openCache(ground)).cache;
  await expect.poll(() => other.lookup(key('none'), never) instanceof Promise).toBe(true);
  await other.lookup(key('none'), never);
  // As lanes go on: some at once, some behind promises that are due.
  const lookups = Array.from({ length: 80 }, async (_, index) => {
    for (let turn = 0; turn < index % 4; turn += 1) await Promise.resolve();
    return found(other, `${index % 40}`);
  });
  expect(await Promise.all(lookups)).toEqual(Array.from({ length: 80 }, (_, index) => `${index % 40}`));
  await expect.poll(() => asked.length).toBe(1);
  expect(asked[0]).toHaveLength(1 + 1 + 40);
  monitor.disconnect();
});

test('redis: every key starts with the prefix, carries a version, and entries expire by themselves', async () => {
  const ground = await cacheGround('redis');
  const { cache } = await openCache(ground);
  cache.store(key('a'), answer('salon'), COST);
  await expect.poll(async () => (await cache.stats()).entries).toBe(1);
  await cache.clear(never);
  cache.store(key('a'), answer('salon'), COST);
  await expect.poll(async () => (await cache.stats()).entries).toBe(1);
  const redis = openRedis();
  const keys = (await redis.keys(`${ground.keyPrefix}*`)).sort();
  expect(keys).toEqual(
    ['counts', 'entry:a', 'generation', 'processes'].map(
      (purpose) => `${ground.keyPrefix}v1:{cache}:${purpose}`,
    ),
  );
  const lifetime = await redis.pttl(`${ground.keyPrefix}v1:{cache}:entry:a`);
  expect(lifetime).toBeGreaterThan(200_000);
  expect(lifetime).toBeLessThanOrEqual(300_000);
});

describe('redis: who is alone', () => {
  const processes = (keyPrefix: string): Promise<Record<string, string>> =>
    openRedis().hgetall(`${keyPrefix}v1:{cache}:processes`);
  const asks = (cache: Cache): boolean => cache.lookup(key('unknown'), never) instanceof Promise;
  /** It asks for the others twice a second. */
  const heardAgain = (): Promise<void> => sleep(1200);

  test('asks nobody, and hears of whoever else may have found something', async () => {
    const ground = await cacheGround('redis');
    const { cache } = await openCache(ground);
    await expect.poll(() => asks(cache)).toBe(false);
    const { misses } = cache.counts();
    for (let index = 0; index < 100; index += 1) {
      expect(cache.lookup(key(`${index}`), never)).toBeUndefined();
    }
    expect(cache.counts().misses).toBe(misses + 100);
    const { cache: other } = await openCache(ground);
    expect(asks(other)).toBe(true);
    other.store(key('a'), answer('salon'), COST);
    await expect.poll(() => asks(cache)).toBe(true);
    expect(await found(cache, 'a')).toBe('salon');
    await other.close();
    await heardAgain();
    expect(asks(cache)).toBe(true);
  });

  test('looks for what one left behind that is gone, for as long as it can be there', async () => {
    const clock = movableClock();
    const ground = await cacheGround('redis', { clock });
    const { cache: gone } = await openCache(ground, { clock });
    gone.store(key('a'), answer('salon'), COST);
    await gone.close();
    const { cache } = await openCache(ground, { clock });
    expect(await found(cache, 'a')).toBe('salon');
    clock.pass(299_999);
    // Without news it asks as well.
    expect(asks(cache)).toBe(true);
    await heardAgain();
    expect(asks(cache)).toBe(true);
    clock.pass(1);
    await expect.poll(() => asks(cache)).toBe(false);
    await expect.poll(async () => Object.keys(await processes(ground.keyPrefix)).length).toBe(1);
  });

  test('and looked up only, leaves nothing behind', async () => {
    const ground = await cacheGround('redis');
    const { cache: gone } = await openCache(ground);
    expect(await found(gone, 'a')).toBeUndefined();
    await gone.close();
    const { cache } = await openCache(ground);
    await expect.poll(() => asks(cache)).toBe(false);
  });

  test('was killed, and is not waited for for longer than some minutes', async () => {
    const clock = movableClock();
    const ground = await cacheGround('redis', { clock });
    const name = `${ground.keyPrefix}v1:{cache}:processes`;
    await openRedis().hset(name, { killed: clock.now() + 600_000, odd: 'no time' });
    const { cache } = await openCache(ground, { clock });
    expect(asks(cache)).toBe(true);
    clock.pass(600_000);
    await expect.poll(() => asks(cache)).toBe(false);
    await expect.poll(async () => Object.keys(await processes(ground.keyPrefix)).length).toBe(1);
  });

  test('says so again where Redis has lost it', async () => {
    const ground = await cacheGround('redis');
    const { cache } = await openCache(ground);
    await openRedis().del(`${ground.keyPrefix}v1:{cache}:processes`);
    await expect.poll(async () => Object.keys(await processes(ground.keyPrefix)).length).toBe(1);
    await expect.poll(() => asks(cache)).toBe(false);
  });

  test('looks for what had to make room', async () => {
    const ground = await cacheGround('redis');
    const { cache } = await openCache(ground, { local: { entries: 10, megabytes: 1 } });
    for (let index = 0; index < 10; index += 1) cache.store(key(`${index}`), answer('salon'), COST);
    await expect.poll(() => asks(cache)).toBe(false);
    cache.store(key('10'), answer('salon'), COST);
    await expect.poll(() => found(cache, '0')).toBe('salon');
    expect(cache.counts().shared).toBe(1);
  });
});

test('redis: counts of processes that are gone for a week are forgotten when another one starts', async () => {
  const ground = await cacheGround('redis');
  const redis = openRedis();
  const name = `${ground.keyPrefix}v1:{cache}:counts`;
  const days = (count: number): string => JSON.stringify({ misses: 1, at: Date.now() - count * 86_400_000 });
  await redis.hset(name, { 'gone for long': days(8), 'gone lately': days(6), odd: 'no counts' });
  await openCache(ground);
  expect(await redis.hkeys(name)).toEqual(['gone lately']);
});

test('sqlite: the file stays within its size, and what was stored last is there', async () => {
  const ground = await cacheGround('sqlite', { megabytes: 1 });
  const { cache, told } = await openCache(ground, { local: { entries: 1, megabytes: 1 } });
  for (let index = 0; index < 3000; index += 1) cache.store(key(`${index}`), answer('x'.repeat(1000)), COST);
  expect(await found(cache, '2999')).toBe('x'.repeat(1000));
  expect(await found(cache, '2990')).toBe('x'.repeat(1000));
  const { entries = 0 } = await cache.stats();
  expect(entries).toBeGreaterThan(300);
  expect(entries).toBeLessThan(1000);
  expect(told).toEqual([]);
});

test('sqlite: what was stored is there after a restart', async () => {
  const ground = await cacheGround('sqlite');
  const { cache } = await openCache(ground);
  cache.store(key('a'), answer('salon'), COST);
  await cache.close();
  const { cache: next } = await openCache(ground);
  expect(await found(next, 'a')).toBe('salon');
  expect(next.counts().shared).toBe(1);
});
