import { describe, expect, inject, test } from 'vitest';
import { eventStream } from '../../src/redis/publish-event.ts';
import { anExpense, metered, opened, reserve, startLedger, wallClock } from '../support/ledger.ts';
import { openRedis } from '../support/processor.ts';
import { ownName } from '../support/shared.ts';

async function aLedger(given: Partial<Parameters<typeof startLedger>[0]> = {}) {
  const keyPrefix = given.keyPrefix ?? `${ownName()}:`;
  const ledger = await startLedger({
    ...{ url: inject('redisUrl'), settlingMs: 0, limits: [{ scope: 'all', window: 'day', limit: 1000 }] },
    ...given,
    keyPrefix,
  });
  await opened(ledger);
  const redis = openRedis();
  return {
    ledger,
    keyPrefix,
    redis,
    async spend(cost: number, origin = 'anna') {
      const expense = anExpense(cost, { origin });
      const verdict = await reserve(ledger, expense, { withinMs: 10_000 });
      if (verdict === 'reserved') ledger.settle(expense.id, metered(cost));
      return verdict;
    },
    async events(): Promise<Record<string, string>[]> {
      const entries = await redis.xrange(eventStream(keyPrefix), '-', '+');
      return entries.map(([, fields]) => {
        const pairs = fields.flatMap((name, index) =>
          index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [],
        );
        return Object.fromEntries(pairs) as Record<string, string>;
      });
    },
    told: () => ledger.told.filter((line) => line.includes('%')),
  };
}

describe('a limit of which much is spent', () => {
  test('is told at 50, 80 and 100 %, to all, with what an operator wants to know', async () => {
    const { spend, events, told } = await aLedger();
    await spend(499);
    await spend(1);
    await expect.poll(told).toEqual(['50 % of all day']);
    expect(await events()).toEqual([
      {
        ...{ event: 'budget_threshold', scope: 'all', window: 'day', period: '2026-11-21' },
        ...{ percent: '50', limit_usd: '0.000001', spent_usd: '0.0000005' },
        ...{ at: '2026-11-21T12:00:00.000Z', resets_at: '2026-11-21T23:00:00.000Z' },
      },
    ]);
    await spend(300);
    await spend(200);
    await expect.poll(told).toEqual(['50 % of all day', '80 % of all day', '100 % of all day']);
    expect((await events()).map(({ percent }) => percent)).toEqual(['50', '80', '100']);
  });

  test('is told anew once it was raised', async () => {
    const { ledger, spend, told } = await aLedger();
    await spend(600);
    await expect.poll(told).toEqual(['50 % of all day']);
    ledger.limit([{ scope: 'all', window: 'day', limit: 2000 }]);
    await spend(300);
    expect(told()).toEqual(['50 % of all day']);
    await spend(200);
    await expect.poll(told).toEqual(['50 % of all day', '50 % of all day']);
  });

  test('is told of everything that one call passes, in order', async () => {
    const { spend, told } = await aLedger();
    await spend(850);
    await expect.poll(told).toEqual(['50 % of all day', '80 % of all day']);
  });

  test('is told once, whichever of the replicas spends, and whoever starts later', async () => {
    const first = await aLedger();
    const second = await aLedger({ keyPrefix: first.keyPrefix, consumer: 'replica-2' });
    await Promise.all([first.spend(300), second.spend(300)]);
    await expect.poll(() => [first, second].flatMap((one) => one.told())).toEqual(['50 % of all day']);
    const third = await aLedger({ keyPrefix: first.keyPrefix, consumer: 'replica-3' });
    await expect.poll(() => third.ledger.show().windows[0]?.spent).toBe(600);
    await third.spend(100);
    await expect.poll(() => first.ledger.show().windows[0]?.spent).toBe(700);
    expect(await first.events()).toHaveLength(1);
    expect(third.told()).toEqual([]);
  });

  test('is told again in the next window', async () => {
    const clock = wallClock();
    const { spend, told } = await aLedger({ clock });
    await spend(600);
    await expect.poll(told).toHaveLength(1);
    clock.move(24 * 3_600_000);
    await spend(600);
    await expect.poll(told).toEqual(['50 % of all day', '50 % of all day']);
  });

  test('is told of each scope by itself', async () => {
    const { spend, told } = await aLedger({
      limits: [
        { scope: 'all', window: 'day', limit: 1000 },
        { scope: 'all', window: 'month', limit: 600 },
        { scope: 'origin:*', window: 'day', limit: 200 },
      ],
    });
    await spend(100, 'anna');
    await spend(170, 'jan');
    await spend(40, 'ola');
    await expect
      .poll(() => told().toSorted())
      .toEqual([
        '50 % of all month',
        '50 % of origin:anna day',
        '50 % of origin:jan day',
        '80 % of origin:jan day',
      ]);
  });

  test('is as good as used up where a call no longer fits into the last fifth', async () => {
    const { spend, told } = await aLedger();
    await spend(500);
    expect(await spend(501)).toBe('budget_exceeded');
    await spend(300);
    await expect.poll(told).toEqual(['50 % of all day', '80 % of all day']);
    expect(await spend(201)).toBe('budget_exceeded');
    await expect.poll(told).toEqual(['50 % of all day', '80 % of all day', '100 % of all day']);
    expect(await spend(201)).toBe('budget_exceeded');
    expect(told()).toHaveLength(3);
  });

  test('of nothing is told never', async () => {
    const { spend, told } = await aLedger({ limits: [{ scope: 'all', window: 'day', limit: 0 }] });
    expect(await spend(1)).toBe('budget_exceeded');
    expect(told()).toEqual([]);
  });
});

describe('a threshold that cannot be told', () => {
  test('is told when it can be, and nobody waits for it', async () => {
    const { spend, told, redis, keyPrefix, ledger } = await aLedger();
    await redis.set(eventStream(keyPrefix), 'no stream');
    expect(await spend(600)).toBe('reserved');
    await expect
      .poll(() => ledger.told.join())
      .toMatch(/trouble: tell how much of a limit is spent: WRONGTYPE/);
    expect(await spend(10)).toBe('reserved');
    expect(told()).toEqual([]);
    await redis.del(eventStream(keyPrefix));
    await expect.poll(told).toEqual(['50 % of all day']);
  });

  test('because another one is about to tell it, is left to that one', async () => {
    const { spend, told, events, redis, keyPrefix, ledger } = await aLedger();
    const [seconds] = await redis.time();
    const inAMinute = (Number(seconds) + 60) * 1000;
    await redis.hset(`${keyPrefix}v1:{budget}:told:day:2026-11-21`, 'all|50|1000', inAMinute);
    await spend(600);
    await spend(1);
    await expect.poll(() => ledger.show().windows[0]?.spent).toBe(601);
    // Redis has heard by then whatever was said because of it.
    await spend(1);
    expect(await redis.hget(`${keyPrefix}v1:{budget}:told:day:2026-11-21`, 'all|50|1000')).toBe(
      String(inAMinute),
    );
    expect(told()).toEqual([]);
    expect(await events()).toEqual([]);
  });

  test('because its teller died, is told by another one after a while', async () => {
    const { spend, told, redis, keyPrefix } = await aLedger();
    const [seconds] = await redis.time();
    const longAgo = (Number(seconds) - 6) * 1000;
    await redis.hset(`${keyPrefix}v1:{budget}:told:day:2026-11-21`, 'all|50|1000', longAgo);
    await spend(600);
    await expect.poll(told).toEqual(['50 % of all day']);
  });
});
