import { expect, test } from 'vitest';
import { type OpenLimits, openLimits, UNLIMITED } from '../support/limits.ts';
import { startOwnRedis } from '../support/own-redis.ts';

/** How many of so many who ask at once are let through. */
async function letThrough({ enter }: OpenLimits, origin: string, count: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: count }, () => enter(origin)));
  return answers.filter((answer) => answer !== 'rate_limited').length;
}

async function leftOf({ limits }: OpenLimits, origin: string): Promise<Record<string, number>> {
  const shown = await limits.origins.show();
  const windows = shown.find((status) => status.origin === origin)?.windows;
  return Object.fromEntries(Object.entries(windows ?? {}).map(([window, { left }]) => [window, left]));
}

test('an origin gets what a minute allows and no more, and others are as free as before', async () => {
  const replica = await openLimits({ usual: { minute: 60 } });
  expect(await letThrough(replica, 'salon', 200)).toBe(60);
  expect(await letThrough(replica, 'kuchnia', 60)).toBe(60);
  expect(replica.told).toEqual(Array.from({ length: 140 }, () => 'limited origin_minute'));
});

test('two replicas share one allowance', async () => {
  const one = await openLimits({ usual: { minute: 10 } });
  const other = await openLimits({ usual: { minute: 10 }, keyPrefix: one.keyPrefix });
  const both = await Promise.all([letThrough(one, 'anna', 20), letThrough(other, 'anna', 20)]);
  expect(both[0] + both[1]).toBe(10);
  expect(await leftOf(other, 'anna')).toMatchObject({ minute: 0 });
});

test('what one window refuses is taken from no other', async () => {
  const replica = await openLimits({ usual: { minute: 5, hour: 8, day: 100 } });
  expect(await letThrough(replica, 'anna', 50)).toBe(5);
  await expect.poll(() => leftOf(replica, 'anna')).toEqual({ minute: 0, hour: 3, day: 95 });
  expect(new Set(replica.told)).toEqual(new Set(['limited origin_minute']));
});

test('what a day refuses is given back to the minute and the hour', async () => {
  const replica = await openLimits({ usual: { minute: 50, hour: 40, day: 3 } });
  expect(await letThrough(replica, 'anna', 10)).toBe(3);
  await expect.poll(() => leftOf(replica, 'anna')).toEqual({ minute: 47, hour: 37, day: 0 });
  expect(new Set(replica.told)).toEqual(new Set(['limited origin_day']));
});

test('all windows of whoever asks at once are counted by one command', async () => {
  const own = await startOwnRedis();
  const replica = await openLimits({ url: own.url, usual: { minute: 60, hour: 1000, day: 10_000 } });
  await replica.enter('anna');
  await own.redis.config('RESETSTAT');
  expect(await letThrough(replica, 'anna', 20)).toBe(20);
  expect(await own.redis.info('commandstats')).toMatch(/cmdstat_evalsha:calls=1,/);
  expect(await leftOf(replica, 'anna')).toEqual({ minute: 39, hour: 979, day: 9979 });
});

test('a count of a wrong type is counted here, and nothing of it in other windows', async () => {
  const replica = await openLimits({ usual: { minute: 3, hour: 1000, day: 10_000 } });
  const key = (window: string) => `${replica.keyPrefix}v1:limits:origin:${window}:anna`;
  await replica.redis.lpush(key('day'), 'nothing of ours');
  expect(await letThrough(replica, 'anna', 5)).toBe(3);
  expect(await replica.redis.exists(key('minute'), key('hour'))).toBe(0);
  expect(replica.told).toContain('trouble count');
  await replica.redis.del(key('day'));
  expect(await letThrough(replica, 'anna', 1)).toBe(0);
});

test('what is given back is free again, once', async () => {
  const replica = await openLimits({ usual: { minute: 2 } });
  const [permit] = [await replica.enter('anna'), await replica.enter('anna')];
  if (permit === 'rate_limited') throw new Error('the first one is let through');
  expect(await replica.enter('anna')).toBe('rate_limited');
  permit.giveBack();
  permit.giveBack();
  expect(await leftOf(replica, 'anna')).toMatchObject({ minute: 1 });
  expect(await letThrough(replica, 'anna', 3)).toBe(1);
});

test('who can wait until the window ends waits for it, and goes on', async () => {
  const replica = await openLimits({ usual: { minute: 1 } });
  await replica.enter('anna');
  await replica.redis.pexpire(`${replica.keyPrefix}v1:limits:origin:minute:anna`, 400);
  const waiting = replica.enter('anna', 5000);
  await expect.poll(() => replica.limits.origins.waiting()).toBe(1);
  expect(await waiting).toMatchObject({ giveBack: expect.any(Function) });
  expect(replica.limits.origins.waiting()).toBe(0);
  expect(replica.told).toEqual([]);
});

test('of a burst as a window ends, as many wait as there are places, and every one is answered', async () => {
  const replica = await openLimits({ usual: { minute: 60 }, places: 100 });
  expect(await letThrough(replica, 'anna', 60)).toBe(60);
  await replica.redis.pexpire(`${replica.keyPrefix}v1:limits:origin:minute:anna`, 1500);
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, replica.limits.origins.waiting());
  }, 1);
  const answers = await Promise.all(Array.from({ length: 140 }, () => replica.enter('anna', 20_000)));
  clearInterval(watch);
  expect(answers.filter((answer) => answer !== 'rate_limited')).toHaveLength(60);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(100);
  expect(replica.limits.origins.waiting()).toBe(0);
  expect(replica.told).toHaveLength(80);
});

test('who cannot wait so long is refused at once, and nobody waits where there is no place', async () => {
  const replica = await openLimits({ usual: { minute: 1 }, places: 0 });
  await replica.enter('anna');
  expect(await replica.enter('anna', 5000)).toBe('rate_limited');
  await replica.redis.pexpire(`${replica.keyPrefix}v1:limits:origin:minute:anna`, 1000);
  expect(await replica.enter('anna', 20_000)).toBe('rate_limited');
});

test('who is refused hears when the window ends that refused it, and never where none will help', async () => {
  const never = { minute: 0, hour: 10, day: 10 };
  const { limits, enter } = await openLimits({ usual: { minute: 5, hour: 1 }, own: { never } });
  await enter('anna');
  const { signal } = new AbortController();
  const refused = await limits.origins.enter('anna', { deadline: 0, signal });
  expect(refused).toMatchObject({ kind: 'rate_limited' });
  const endsInMs = refused.kind === 'rate_limited' ? refused.endsInMs : 0;
  expect(endsInMs).toBeGreaterThan(60_000);
  expect(endsInMs).toBeLessThanOrEqual(3_600_000);
  expect(await limits.origins.enter('never', { deadline: 0, signal })).toEqual({
    kind: 'rate_limited',
    endsInMs: Number.POSITIVE_INFINITY,
  });
});

test('who is no longer waited for leaves the line', async () => {
  const replica = await openLimits({ usual: { minute: 1 } });
  await replica.enter('anna');
  const nobody = new AbortController();
  const waiting = replica.enter('anna', 120_000, nobody.signal);
  await expect.poll(() => replica.limits.origins.waiting()).toBe(1);
  nobody.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  expect(replica.limits.origins.waiting()).toBe(0);
  await expect(replica.enter('anna', 0, nobody.signal)).rejects.toThrow('gone');
});

test('a limit of 0 never asks, no limit never refuses, and an allowance of its own stands for the usual one', async () => {
  const replica = await openLimits({
    usual: { minute: 1 },
    own: { stranger: { ...UNLIMITED, minute: 0 }, anna: UNLIMITED, jan: { ...UNLIMITED, minute: 3 } },
  });
  expect(await letThrough(replica, 'stranger', 5)).toBe(0);
  expect(await letThrough(replica, 'anna', 100)).toBe(100);
  expect(await letThrough(replica, 'jan', 5)).toBe(3);
  expect(await letThrough(replica, 'salon', 5)).toBe(1);
  expect(await leftOf(replica, 'anna')).toEqual({
    minute: Number.POSITIVE_INFINITY,
    hour: Number.POSITIVE_INFINITY,
    day: Number.POSITIVE_INFINITY,
  });
});

test('any name is an origin', async () => {
  const replica = await openLimits({ usual: { minute: 1 } });
  for (const origin of ['__proto__', 'constructor', 'żółw 🐢', 'x'.repeat(4096), 'a:b', '']) {
    expect(await letThrough(replica, origin, 3)).toBe(1);
  }
});

test('the last two hundred who asked are shown, the latest first', async () => {
  const replica = await openLimits({ usual: { minute: 1 } });
  const origins = Array.from({ length: 300 }, (_, index) => `origin ${index}`);
  for (const origin of origins) await replica.enter(origin);
  const other = await openLimits({ usual: { minute: 1 }, keyPrefix: replica.keyPrefix });
  const shown = await other.limits.origins.show();
  expect(shown.map(({ origin }) => origin)).toEqual(origins.slice(-200).reverse());
});

test('windows end by themselves: nothing is left behind in Redis', async () => {
  const replica = await openLimits({ usual: { minute: 2, hour: 2, day: 2 } });
  await letThrough(replica, 'anna', 5);
  const keys = await replica.redis.keys(`${replica.keyPrefix}*`);
  expect(keys).toHaveLength(4);
  for (const key of keys) expect(await replica.redis.pttl(key)).toBeGreaterThan(0);
});

test('who has used less than half of every window has plenty, those that are not counted yet included', async () => {
  const replica = await openLimits({
    usual: { minute: 10, hour: 8 },
    own: { jan: { ...UNLIMITED, day: 0 } },
  });
  const { origins } = replica.limits;
  expect(origins.hasPlenty('anna')).toBe(true);
  const three = Promise.all([1, 2, 3].map(() => replica.enter('anna')));
  expect(origins.hasPlenty('anna')).toBe(true);
  await three;
  const last = replica.enter('anna');
  expect(origins.hasPlenty('anna')).toBe(false);
  await last;
  expect(origins.hasPlenty('anna')).toBe(false);
  expect(origins.hasPlenty('ewa')).toBe(true);
  expect(origins.hasPlenty('jan')).toBe(false);
});
