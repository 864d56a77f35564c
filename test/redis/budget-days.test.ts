import { describe, expect, inject, test } from 'vitest';
import { type Dimension, NO_SUMS, readDayBooks, sumOf } from '../../src/budget/day-books.ts';
import { ledgerKeys } from '../../src/budget/ledger-keys.ts';
import { OTHERS } from '../../src/budget/ledger-lua.ts';
import type { Sums } from '../../src/intent/cost-report.ts';
import type { Bill, Expense } from '../../src/intent/spending.ts';
import {
  anExpense,
  metered,
  opened,
  records,
  reserve,
  startLedger,
  type TestLedger,
  wallClock,
} from '../support/ledger.ts';
import { openRedis } from '../support/processor.ts';
import { ownName } from '../support/shared.ts';

const DAY = '2026-11-21';
/** What a metered call of the tests takes. */
const TOOK = { promptTokens: 100, cachedTokens: 20, completionTokens: 10 };

async function aLedger(given: Partial<Parameters<typeof startLedger>[0]> = {}) {
  const keyPrefix = given.keyPrefix ?? `${ownName()}:`;
  const ledger = await startLedger({
    ...{ url: inject('redisUrl'), settlingMs: 0, cap: 1_000_000 },
    ...given,
    keyPrefix,
  });
  await opened(ledger);
  const redis = openRedis();
  return {
    ledger,
    redis,
    keyPrefix,
    async book(dimension: 'model' | Dimension, day = DAY): Promise<Record<string, Sums>> {
      const beside = dimension === 'model' ? undefined : dimension;
      const [books] = await readDayBooks(redis, { keyPrefix, days: [day], beside });
      return Object.fromEntries(books?.calls[dimension] ?? []);
    },
    /** Waits until so many are booked. */
    booked: (count: number) =>
      expect.poll(async () => (await records(redis, ledgerKeys(keyPrefix))).length).toBe(count),
  };
}

async function spend(ledger: TestLedger, bill: Bill, given: Partial<Expense> = {}): Promise<Expense> {
  const expense = anExpense(given.atMost ?? 100, given);
  expect(await reserve(ledger, expense)).toBe('reserved');
  ledger.settle(expense.id, bill);
  return expense;
}

describe('the books of a day', () => {
  test('have every call by its model, its origin and its variant', async () => {
    const { ledger, book, booked } = await aLedger();
    await spend(ledger, metered(37), { origin: 'anna', variant: 'short' });
    await spend(ledger, metered(5), { origin: 'kuchnia', variant: 'long' });
    await spend(ledger, { kind: 'unknown' }, { origin: 'anna', model: 'gpt-5' });
    await spend(ledger, { kind: 'free' }, { provider: 'groq', model: 'a|b' });
    await booked(4);
    const one = { ...NO_SUMS, ...TOOK, metered: 1 };
    const unknown = { ...NO_SUMS, unknown: 1, cost: 100, unsure: 100 };
    expect(await book('model')).toEqual({
      'openai:gpt-5-mini': sumOf([
        { ...one, cost: 37 },
        { ...one, cost: 5 },
      ]),
      'openai:gpt-5': unknown,
      'groq:a|b': { ...NO_SUMS, free: 1 },
    });
    expect(await book('origin')).toEqual({
      anna: sumOf([{ ...one, cost: 37 }, unknown]),
      kuchnia: { ...one, cost: 5 },
      unknown: { ...NO_SUMS, free: 1 },
    });
    expect(await book('variant')).toEqual({
      short: { ...one, cost: 37 },
      long: { ...one, cost: 5 },
      '(none)': sumOf([unknown, { ...NO_SUMS, free: 1 }]),
    });
  });

  test('have calls that cost nothing, too', async () => {
    const { ledger, book, booked } = await aLedger();
    await spend(ledger, metered(0), { provider: 'local', model: 'qwen3:4b', atMost: 0 });
    await booked(1);
    expect(await book('model')).toEqual({ 'local:qwen3:4b': { ...NO_SUMS, ...TOOK, metered: 1 } });
  });

  test('are those of the reservation, by the calendar of the time zone', async () => {
    const clock = wallClock(Date.parse('2026-11-21T22:59:59Z'));
    const { ledger, book, booked } = await aLedger({ clock });
    const late = anExpense(100);
    await reserve(ledger, late);
    clock.move(2000);
    await spend(ledger, metered(7));
    ledger.settle(late.id, metered(40));
    await booked(2);
    expect((await book('model'))['openai:gpt-5-mini']?.cost).toBe(40);
    expect((await book('model', '2026-11-22'))['openai:gpt-5-mini']?.cost).toBe(7);
  });

  test('count a call once, however often its bill comes and over however many replicas', async () => {
    const { ledger, keyPrefix, book, booked } = await aLedger();
    const other = await aLedger({ keyPrefix, consumer: 'replica-2' });
    const expense = await spend(ledger, metered(37));
    await booked(1);
    other.ledger.settle(expense.id, metered(37));
    ledger.settle(expense.id, metered(99));
    await spend(other.ledger, metered(1));
    await booked(2);
    expect(await book('model')).toEqual({
      'openai:gpt-5-mini': {
        ...NO_SUMS,
        ...sumOf([TOOK, TOOK].map((took) => ({ ...NO_SUMS, ...took }))),
        metered: 2,
        cost: 38,
      },
    });
  });

  test('have a call whose owner died at its worst case, until its bill comes after all', async () => {
    const clock = wallClock();
    const { ledger, book, booked } = await aLedger({ clock, leaseMs: 60_000 });
    const expense = anExpense(100, { origin: 'anna' });
    await reserve(ledger, expense);
    clock.move(60_000);
    await booked(1);
    expect(await book('origin')).toEqual({ anna: { ...NO_SUMS, unknown: 1, cost: 100, unsure: 100 } });
    ledger.settle(expense.id, metered(30));
    await booked(2);
    expect(await book('origin')).toEqual({ anna: { ...NO_SUMS, ...TOOK, metered: 1, cost: 30 } });
  });

  test('have room for some hundred names, and count what comes after them together', async () => {
    const { ledger, book, booked, redis, keyPrefix } = await aLedger();
    await redis.hset(
      `${ledgerKeys(keyPrefix).days}${DAY}:origin`,
      Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`guest ${index}|cost`, '1'])),
    );
    await spend(ledger, metered(5), { origin: 'one more' });
    await spend(ledger, metered(6), { origin: 'and one more' });
    await spend(ledger, metered(7), { origin: 'guest 7' });
    await booked(3);
    const origins = await book('origin');
    expect(origins[OTHERS]).toMatchObject({ metered: 2, cost: 11 });
    expect(origins['guest 7']).toMatchObject({ metered: 1, cost: 8 });
    expect(sumOf(Object.values(origins)).cost).toBe(3000 + 18);
  });

  test('of calls that a release without such books has set aside are none, and stop nobody', async () => {
    const { ledger, redis, keyPrefix, book, booked } = await aLedger();
    const { expenses, due } = ledgerKeys(keyPrefix);
    const held = { amount: 100, at: 1, fields: [], provider: 'openai', model: 'gpt-5-mini' };
    await redis.hset(expenses, 'old', `o${JSON.stringify(held)}`);
    await redis.zadd(due, 1, 'old');
    await spend(ledger, metered(5));
    await booked(2);
    expect((await book('model'))['openai:gpt-5-mini']).toMatchObject({ metered: 1, cost: 5 });
  });

  test('go after two years, by Redis’s clock', async () => {
    const { ledger, redis, keyPrefix, booked } = await aLedger();
    await spend(ledger, metered(5));
    await booked(1);
    const seconds = await redis.ttl(`${ledgerKeys(keyPrefix).days}${DAY}:model`);
    expect(seconds).toBeGreaterThan(2 * 365 * 86_400);
  });

  test('of a wrong type stop the settling, before anything of it is written', async () => {
    const { ledger, redis, keyPrefix } = await aLedger();
    const expense = anExpense(100);
    await reserve(ledger, expense);
    const key = `${ledgerKeys(keyPrefix).days}${DAY}:model`;
    await redis.set(key, 'x');
    ledger.settle(expense.id, metered(30));
    await expect.poll(() => ledger.told.join()).toMatch(/trouble: settle .*WRONGTYPE/);
    expect(await redis.exists(ledgerKeys(keyPrefix).ledger)).toBe(0);
    await redis.del(key);
    await expect.poll(() => ledger.show().windows[0]?.spent).toBe(30);
  });
});
