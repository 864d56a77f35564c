import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freeze } from '../support/freeze.ts';
import { type OpenLimits, openLimits } from '../support/limits.ts';
import { megabytesKept } from '../support/megabytes-kept.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

/** How many of so many that ask one after the other are let through. */
async function letThrough({ enter }: OpenLimits, origins: Iterable<string>): Promise<number> {
  let count = 0;
  for (const origin of origins) if ((await enter(origin)) !== 'rate_limited') count += 1;
  return count;
}

const times = (count: number, origin: string): string[] => Array.from({ length: count }, () => origin);

test('without Redis each replica counts by itself, and once it is back all share again', async () => {
  const own = await startOwnRedis({ appendonly: true });
  const one = await openLimits({ url: own.url, usual: { minute: 5 } });
  const other = await openLimits({ url: own.url, usual: { minute: 5 }, keyPrefix: one.keyPrefix });
  expect(await letThrough(one, times(4, 'anna'))).toBe(4);

  await own.kill();
  await expect.poll(() => one.limits.isShared() || other.limits.isShared()).toBe(false);
  // It knows of four; the other one never heard of anybody.
  expect(await letThrough(one, times(20, 'anna'))).toBe(1);
  expect(await letThrough(other, times(20, 'anna'))).toBe(5);
  const [shown] = await one.limits.origins.show();
  expect(shown).toMatchObject({ origin: 'anna', windows: { minute: { limit: 5, left: 0 } } });
  expect(one.told[0]).toBe('trouble reach');

  await own.restart();
  await expect.poll(() => one.limits.isShared() && other.limits.isShared()).toBe(true);
  // What was counted before is written down, and what each counted since is told.
  expect(await letThrough(other, times(3, 'anna'))).toBe(0);
  expect(await letThrough(one, times(3, 'anna'))).toBe(0);
  expect(one.told.filter((event) => !event.startsWith('limited'))).toEqual([
    'trouble reach',
    'recovered reach',
  ]);
});

test('a Redis that comes back empty is told what was counted before', async () => {
  const own = await startOwnRedis();
  const usual = { minute: 3, day: 5 };
  const one = await openLimits({ url: own.url, usual });
  const other = await openLimits({ url: own.url, usual, keyPrefix: one.keyPrefix });
  expect(await letThrough(one, times(2, 'anna'))).toBe(2);
  expect(await letThrough(other, times(5, 'anna'))).toBe(1);
  expect(await letThrough(other, times(1, 'jan'))).toBe(1);
  await own.kill();
  await own.restart();
  const isBack = ({ told }: OpenLimits): boolean => told.includes('recovered reach');
  await expect.poll(() => isBack(one) && isBack(other)).toBe(true);
  expect(await letThrough(other, times(5, 'anna'))).toBe(0);
  // From the other one, for it knows of two alone.
  expect(await letThrough(one, times(5, 'anna'))).toBe(0);
  expect(await letThrough(other, times(5, 'jan'))).toBe(2);
});

test('what is put back ends no later than it would have', async () => {
  const own = await startOwnRedis();
  const usual = { minute: 5 };
  const one = await openLimits({ url: own.url, usual });
  const other = await openLimits({ url: own.url, usual, keyPrefix: one.keyPrefix });
  expect(await letThrough(one, times(4, 'anna'))).toBe(4);
  await sleep(2000);
  await own.kill();
  await own.restart();
  const isBack = ({ told }: OpenLimits): boolean => told.includes('recovered reach');
  await expect.poll(() => isBack(one) && isBack(other)).toBe(true);
  // Who knows nothing of it begins a window.
  expect(await letThrough(other, times(1, 'anna'))).toBe(1);
  expect(await letThrough(one, times(2, 'anna'))).toBe(1);
  const endsInMs = await one.redis.pttl(`${one.keyPrefix}v1:limits:origin:minute:anna`);
  expect(endsInMs).toBeLessThanOrEqual(58_000);
});

test('what is given back before Redis is lost is not put back', async () => {
  const own = await startOwnRedis();
  const replica = await openLimits({ url: own.url, usual: { minute: 3 } });
  const permits = [await replica.enter('anna'), await replica.enter('anna')];
  for (const permit of permits) if (permit !== 'rate_limited') permit.giveBack();
  const left = async () => (await replica.limits.origins.show())[0]?.windows.minute.left;
  await expect.poll(left).toBe(3);
  await own.kill();
  await own.restart();
  await expect.poll(() => replica.told.includes('recovered reach')).toBe(true);
  expect(await letThrough(replica, times(5, 'anna'))).toBe(3);
});

test('what was counted without Redis and is given back when it is there again is free', async () => {
  const own = await startOwnRedis();
  const replica = await openLimits({ url: own.url, usual: { minute: 10 } });
  await replica.enter('anna');
  await own.kill();
  await expect.poll(() => replica.limits.isShared()).toBe(false);
  const permits: Awaited<ReturnType<OpenLimits['enter']>>[] = [];
  for (const origin of times(5, 'anna')) permits.push(await replica.enter(origin));
  await own.restart();
  await expect.poll(() => replica.limits.isShared()).toBe(true);
  for (const permit of permits) if (permit !== 'rate_limited') permit.giveBack();
  await replica.enter('anna');
  // One before, and one after it.
  expect(await letThrough(replica, times(10, 'anna'))).toBe(8);
});

test('a Redis that is frozen holds up nobody for long, and is no way round a limit', async () => {
  const own = await startOwnRedis();
  const replica = await openLimits({ url: own.url, usual: { minute: 3 } });
  expect(await letThrough(replica, times(2, 'anna'))).toBe(2);
  const thaw = freeze(own.pid());
  expect(await letThrough(replica, times(10, 'anna'))).toBe(1);
  expect(await letThrough(replica, times(10, 'jan'))).toBe(3);
  expect(replica.limits.isShared()).toBe(false);
  thaw();
  await expect.poll(() => replica.limits.isShared()).toBe(true);
  expect(await letThrough(replica, times(10, 'anna'))).toBe(0);
  expect(await letThrough(replica, times(10, 'jan'))).toBe(0);
});

test('a burst that Redis is late to count is counted once, whoever it is for', async () => {
  const own = await startOwnRedis();
  const replica = await openLimits({ url: own.url, usual: { minute: 60, hour: 1000 } });
  const thaw = freeze(own.pid());
  const origins = ['anna', 'jan', 'ola'].flatMap((origin) => times(200, origin));
  const asked = origins.map(async (origin) => ({ origin, permit: await replica.enter(origin) }));
  const passed = (await Promise.all(asked)).filter(({ permit }) => permit !== 'rate_limited');
  expect(passed).toHaveLength(180);
  thaw();
  await expect.poll(() => replica.limits.isShared()).toBe(true);
  for (const origin of ['anna', 'jan', 'ola']) expect(await letThrough(replica, [origin])).toBe(0);
  const windows = { minute: { left: 0 }, hour: { left: 940 } };
  const shown = async () => await replica.limits.origins.show();
  await expect.poll(shown).toMatchObject(Array.from({ length: 3 }, () => ({ windows })));
});

describe('what Redis is late to count', () => {
  const isBack = ({ limits }: OpenLimits): boolean => limits.isShared();
  const atOnce = async ({ enter }: OpenLimits, many: number): Promise<number> => {
    const entered = await Promise.all(times(many, 'anna').map((origin) => enter(origin)));
    return entered.filter((permit) => permit !== 'rate_limited').length;
  };

  test('stays counted where it was let through, whatever is in time behind it', async () => {
    const own = await startOwnRedis();
    const replica = await openLimits({ url: own.url, usual: { minute: 10 } });
    expect(await atOnce(replica, 1)).toBe(1);
    const thaw = freeze(own.pid());
    const late = atOnce(replica, 5);
    await sleep(60);
    const behind = atOnce(replica, 1);
    expect(await late).toBe(5);
    thaw();
    expect(await behind).toBe(1);
    await expect.poll(() => isBack(replica)).toBe(true);
    expect(await atOnce(replica, 20)).toBe(3);
  });

  test('stays counted for all replicas', async () => {
    const own = await startOwnRedis();
    const one = await openLimits({ url: own.url, usual: { minute: 10 } });
    const other = await openLimits({ url: own.url, usual: { minute: 10 }, keyPrefix: one.keyPrefix });
    expect([await atOnce(one, 1), await atOnce(other, 1)]).toEqual([1, 1]);
    const thaw = freeze(own.pid());
    expect(await Promise.all([atOnce(one, 4), atOnce(other, 4)])).toEqual([4, 4]);
    thaw();
    await expect.poll(() => isBack(one) && isBack(other)).toBe(true);
    expect([await atOnce(one, 10), await atOnce(other, 10)]).toEqual([0, 0]);
  });

  test('stays counted, though what was counted before it is given back as late', async () => {
    const own = await startOwnRedis();
    const one = await openLimits({ url: own.url, usual: { minute: 5 } });
    const other = await openLimits({ url: own.url, usual: { minute: 5 }, keyPrefix: one.keyPrefix });
    const before = await one.enter('anna');
    expect(await atOnce(other, 3)).toBe(3);
    const thaw = freeze(own.pid());
    const late = atOnce(one, 1);
    await sleep(20);
    if (before !== 'rate_limited') before.giveBack();
    expect(await late).toBe(1);
    await sleep(100);
    thaw();
    await expect.poll(() => isBack(one)).toBe(true);
    expect(await atOnce(one, 5)).toBe(1);
  });

  test('and was refused is given back to no window that began since', async () => {
    const own = await startOwnRedis();
    const proxy = await startTcpProxy({ port: own.port });
    onTestFinished(() => proxy.close());
    const usual = { minute: 10, hour: 3 };
    const near = await openLimits({ url: own.url, usual });
    const far = await openLimits({
      ...{ url: `redis://127.0.0.1:${proxy.port}`, usual },
      keyPrefix: near.keyPrefix,
    });
    expect(await atOnce(near, 1)).toBe(1);
    const minute = `${near.keyPrefix}v1:limits:origin:minute:anna`;
    await near.redis.pexpire(minute, 150);
    proxy.delayReplies(300);
    // Eight are taken from the minute, and given back, because the hour has three.
    const refused = atOnce(far, 8);
    await sleep(170);
    await near.redis.del(`${near.keyPrefix}v1:limits:origin:hour:anna`);
    expect(await atOnce(near, 3)).toBe(3);
    expect(await refused).toBe(3);
    proxy.delayReplies(0);
    await expect.poll(() => isBack(far)).toBe(true);
    expect(await near.redis.get(minute)).toBe('3');
  });
});

test('of a flood of names while Redis is away some thousands are let through, and take the memory of so many', async () => {
  const own = await startOwnRedis();
  const replica = await openLimits({ url: own.url, usual: { minute: 1 } });
  await own.kill();
  await expect.poll(() => replica.limits.isShared()).toBe(false);
  const before = megabytesKept();
  let passed = 0;
  let first: string[] = [];
  for (let thousand = 0; thousand < 60; thousand += 1) {
    const names = Array.from({ length: 1000 }, () => randomBytes(1000).toString('hex'));
    if (thousand === 0) first = names;
    passed += await letThrough(replica, names);
  }
  expect(passed).toBeLessThanOrEqual(8192);
  expect(passed).toBeGreaterThan(8000);
  // Of all of them it would be 120.
  expect(megabytesKept() - before).toBeLessThan(40);
  // What was counted is not forgotten for those who came later.
  expect(await letThrough(replica, first)).toBe(0);
});
