import { describe, expect, inject, test } from 'vitest';
import type { BudgetLimit } from '../../src/budget/claims.ts';
import { ledgerKeys } from '../../src/budget/ledger-keys.ts';
import { createBudgetOperator } from '../../src/budget/operator.ts';
import {
  anExpense,
  books,
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

async function aLedger(given: Partial<Parameters<typeof startLedger>[0]> = {}) {
  const keyPrefix = given.keyPrefix ?? `${ownName()}:`;
  const ledger = await startLedger({ url: inject('redisUrl'), settlingMs: 0, ...given, keyPrefix });
  await opened(ledger);
  const redis = openRedis();
  return {
    ledger,
    redis,
    keyPrefix,
    books: (label?: string) => books(redis, keyPrefix, label),
    records: () => records(redis, ledgerKeys(keyPrefix)),
  };
}

describe('a reservation', () => {
  test('sets the worst case aside in the day and the month, until it is settled at the real cost', async () => {
    const { ledger, ...look } = await aLedger();
    const expense = anExpense(100);
    expect(await reserve(ledger, expense)).toBe('reserved');
    expect(await look.books()).toEqual({ spent: 0, reserved: 100 });
    expect(await look.books('month:2026-11')).toEqual({ spent: 0, reserved: 100 });

    ledger.settle(expense.id, metered(37));
    await expect.poll(() => look.books()).toEqual({ spent: 37, reserved: 0 });
    expect(await look.books('month:2026-11')).toEqual({ spent: 37, reserved: 0 });
  });

  test('is refused at once where what is spent leaves no room', async () => {
    const { ledger, books: now } = await aLedger({ cap: 100 });
    const first = anExpense(90);
    await reserve(ledger, first);
    ledger.settle(first.id, metered(90));
    await expect.poll(() => now()).toEqual({ spent: 90, reserved: 0 });
    expect(await reserve(ledger, anExpense(11), { withinMs: 60_000 })).toBe('budget_exceeded');
    expect(await reserve(ledger, anExpense(10))).toBe('reserved');
  });

  test('is held to another limit from the moment that there is one', async () => {
    const { ledger, books: now } = await aLedger({ cap: 100 });
    const first = anExpense(60);
    await reserve(ledger, first);
    ledger.limit([{ scope: 'all', window: 'day', limit: 50 }]);
    expect(await reserve(ledger, anExpense(1), { withinMs: 300 })).toBe('budget_exceeded');
    ledger.settle(first.id, metered(20));
    await expect.poll(() => now()).toEqual({ spent: 20, reserved: 0 });
    expect(await reserve(ledger, anExpense(31))).toBe('budget_exceeded');
    expect(await reserve(ledger, anExpense(30))).toBe('reserved');
    ledger.limit([
      { scope: 'all', window: 'day', limit: 200 },
      { scope: 'origin:*', window: 'day', limit: 40 },
    ]);
    expect(await reserve(ledger, anExpense(41, { origin: 'anna' }))).toBe('budget_exceeded');
    expect(await reserve(ledger, anExpense(40, { origin: 'anna' }))).toBe('reserved');
    expect(ledger.show().windows.find(({ scope }) => scope === 'all')).toMatchObject({ limit: 200 });
  });

  test('is refused by the month, however much of the day is left', async () => {
    const clock = wallClock();
    const { ledger, books: now } = await aLedger({
      clock,
      limits: [
        { scope: 'all', window: 'day', limit: 100 },
        { scope: 'all', window: 'month', limit: 150 },
      ],
    });
    for (const day of ['day:2026-11-21', 'day:2026-11-22']) {
      const expense = anExpense(75);
      expect(await reserve(ledger, expense)).toBe('reserved');
      ledger.settle(expense.id, metered(75));
      await expect.poll(() => now(day)).toEqual({ spent: 75, reserved: 0 });
      clock.move(24 * 3_600_000);
    }
    expect(await reserve(ledger, anExpense(1))).toBe('budget_exceeded');
    clock.set(Date.parse('2026-11-30T23:00:00Z'));
    expect(await reserve(ledger, anExpense(1))).toBe('reserved');
  });

  test('of more than the limit itself is refused, and one of all of it granted', async () => {
    const { ledger } = await aLedger({ cap: 100 });
    expect(await reserve(ledger, anExpense(101))).toBe('budget_exceeded');
    expect(await reserve(ledger, anExpense(100))).toBe('reserved');
  });

  test('waits where only open reservations are in the way, first come, first served', async () => {
    const { ledger } = await aLedger({ cap: 100 });
    const open = anExpense(100);
    await reserve(ledger, open);
    const order: string[] = [];
    const waiting = ['first', 'second'].map(async (name) => {
      const verdict = await reserve(ledger, anExpense(40), { withinMs: 20_000 });
      order.push(`${name} ${verdict}`);
    });
    await expect.poll(() => ledger.show().windows[0]?.reserved).toBe(100);
    expect(order).toEqual([]);
    ledger.settle(open.id, metered(20));
    await Promise.all(waiting);
    expect(order).toEqual(['first reserved', 'second reserved']);
  });

  test('waits for what another process has set aside', async () => {
    const { ledger, keyPrefix } = await aLedger({ cap: 100 });
    const other = await aLedger({ cap: 100, keyPrefix, consumer: 'replica-2' });
    const open = anExpense(100);
    await reserve(other.ledger, open);
    const waiting = reserve(ledger, anExpense(40), { withinMs: 20_000 });
    other.ledger.settle(open.id, { kind: 'free' });
    expect(await waiting).toBe('reserved');
  });

  test('waits no longer than the deadline, and then lets the next one in', async () => {
    const { ledger } = await aLedger({ cap: 100 });
    await reserve(ledger, anExpense(80));
    const large = reserve(ledger, anExpense(30), { withinMs: 150 });
    expect(await large).toBe('budget_exceeded');
    expect(await reserve(ledger, anExpense(20))).toBe('reserved');
  });

  test('is given up at once when nobody wants it any more, and holds nothing', async () => {
    const { ledger, books: now } = await aLedger({ cap: 100 });
    await reserve(ledger, anExpense(100));
    const stop = new AbortController();
    const waiting = reserve(ledger, anExpense(50), { withinMs: 60_000, signal: stop.signal });
    stop.abort(new Error('nobody listens'));
    await expect(waiting).rejects.toThrow('nobody listens');
    await expect(reserve(ledger, anExpense(50), { signal: stop.signal })).rejects.toThrow('nobody listens');
    expect(await now()).toEqual({ spent: 0, reserved: 100 });
  });

  test('that was on its way when it was given up is settled as free', async () => {
    const { ledger, books: now } = await aLedger({ cap: 100 });
    const stop = new AbortController();
    const expense = anExpense(100);
    const asked = reserve(ledger, expense, { signal: stop.signal });
    stop.abort(new Error('nobody listens'));
    await expect(asked).rejects.toThrow('nobody listens');
    expect(await reserve(ledger, anExpense(100))).toBe('reserved');
    await expect.poll(() => now()).toEqual({ spent: 0, reserved: 100 });
    expect(await reserve(ledger, expense)).toBe('ledger_unavailable');
  });

  test('of nothing needs no books', async () => {
    const { ledger, records: told } = await aLedger({ cap: 0 });
    const expense = anExpense(0, { provider: 'local', model: 'llama', isFree: true });
    expect(await reserve(ledger, expense)).toBe('reserved');
    ledger.settle(expense.id, metered(0));
    await expect
      .poll(() => told())
      .toEqual([expect.objectContaining({ provider: 'local', cost: '0', prompt_tokens: '100' })]);
  });

  test('of nothing for a model that may cost something asks the books, and books what is reported', async () => {
    const { ledger, books: now } = await aLedger({ cap: 10 });
    const expense = anExpense(0, { provider: 'openrouter', model: 'llama:free' });
    expect(await reserve(ledger, expense)).toBe('reserved');
    ledger.settle(expense.id, metered(11));
    await expect.poll(() => now()).toEqual({ spent: 11, reserved: 0 });
    expect(await now('month:2026-11')).toEqual({ spent: 11, reserved: 0 });
    expect(await reserve(ledger, anExpense(0))).toBe('budget_exceeded');
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('of %s is a defect', async (amount) => {
    const { ledger } = await aLedger();
    await expect(reserve(ledger, anExpense(amount))).rejects.toThrow(RangeError);
  });

  test('is exact with large amounts', async () => {
    const cap = 1_000_000_000_000_000;
    const { ledger, books: now } = await aLedger({ cap });
    const expense = anExpense(cap - 1);
    expect(await reserve(ledger, expense)).toBe('reserved');
    expect(await reserve(ledger, anExpense(2), { withinMs: 50 })).toBe('budget_exceeded');
    ledger.settle(expense.id, { kind: 'unknown' });
    await expect.poll(() => now()).toEqual({ spent: cap - 1, reserved: 0 });
    expect(await reserve(ledger, anExpense(1))).toBe('reserved');
  });
});

describe('400 reservations at once', () => {
  test('against a cap of 40 give 40, over two processes', async () => {
    const { ledger, keyPrefix, books: now } = await aLedger({ cap: 40 });
    const { ledger: other } = await aLedger({ cap: 40, keyPrefix, consumer: 'replica-2' });
    const verdicts = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        reserve(index % 2 ? ledger : other, anExpense(1), { withinMs: 300 }),
      ),
    );
    expect(verdicts.filter((verdict) => verdict === 'reserved')).toHaveLength(40);
    expect(verdicts.filter((verdict) => verdict === 'budget_exceeded')).toHaveLength(360);
    expect(await now()).toEqual({ spent: 0, reserved: 40 });
  });

  test('use the cap up where calls cost less than their bound', async () => {
    const { ledger, books: now } = await aLedger({ cap: 400 });
    let calls = 0;
    await Promise.all(
      Array.from({ length: 400 }, async () => {
        const expense = anExpense(10);
        if ((await reserve(ledger, expense, { withinMs: 20_000 })) !== 'reserved') return;
        calls += 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
        ledger.settle(expense.id, metered(4));
      }),
    );
    // What is left is less than one more could cost.
    await expect.poll(() => now()).toEqual({ spent: calls * 4, reserved: 0 });
    expect(400 - calls * 4).toBeLessThan(10);
    expect(400 - calls * 4).toBeGreaterThanOrEqual(0);
  });
});

describe('a settlement', () => {
  const cases = [
    ['the real cost', metered(37), 37],
    ['nothing, where nothing was billed', { kind: 'free' }, 0],
    ['the worst case, where nobody knows', { kind: 'unknown' }, 100],
    ['more than the bound, where it was none', metered(130), 130],
  ] as const;

  test.each(cases)('books %s, once', async (_what, bill, spent) => {
    const { ledger, ...look } = await aLedger();
    const expense = anExpense(100, {
      traceId: 'a'.repeat(32),
      utteranceHash: 'h4sh',
      origin: 'anna',
      variant: 'short',
    });
    await reserve(ledger, expense);
    for (let times = 0; times < 3; times += 1) ledger.settle(expense.id, bill);
    await expect.poll(() => look.books()).toEqual({ spent, reserved: 0 });
    ledger.settle(expense.id, metered(99));
    await reserve(ledger, anExpense(1));
    expect(await look.books()).toEqual({ spent, reserved: 1 });
    expect(await look.records()).toEqual([
      {
        id: expense.id,
        at: String(Date.parse('2026-11-21T12:00:00Z')),
        reserved_at: String(Date.parse('2026-11-21T12:00:00Z')),
        outcome: bill.kind,
        cost: String(spent),
        booked: String(spent),
        reserved: '100',
        provider: 'openai',
        model: 'gpt-5-mini',
        trace_id: 'a'.repeat(32),
        utterance: 'h4sh',
        origin: 'origin «anna»',
        variant: 'short',
        ...(bill.kind === 'metered' && {
          prompt_tokens: '100',
          cached_tokens: '20',
          completion_tokens: '10',
        }),
      },
    ]);
  });

  test('that comes before its reservation leaves nothing to reserve', async () => {
    const { ledger, books: now } = await aLedger();
    const expense = anExpense(100);
    ledger.settle(expense.id, { kind: 'free' });
    expect(await reserve(ledger, expense)).toBe('ledger_unavailable');
    await expect.poll(() => now()).toEqual({ spent: 0, reserved: 0 });
  });

  test('while the reservation is on its way forbids the call', async () => {
    const { ledger, books: now } = await aLedger();
    const expense = anExpense(100);
    const asked = reserve(ledger, expense);
    ledger.settle(expense.id, { kind: 'free' });
    expect(await asked).toBe('ledger_unavailable');
    await expect.poll(() => now()).toEqual({ spent: 0, reserved: 0 });
  });

  test('is booked where the reservation was, though midnight has passed', async () => {
    const clock = wallClock(Date.parse('2026-11-21T22:59:59Z'));
    const { ledger, books: now } = await aLedger({ clock });
    const expense = anExpense(100);
    await reserve(ledger, expense);
    clock.move(2000);
    expect(await reserve(ledger, anExpense(5))).toBe('reserved');
    ledger.settle(expense.id, metered(40));
    await expect.poll(() => now('day:2026-11-21')).toEqual({ spent: 40, reserved: 0 });
    expect(await now('day:2026-11-22')).toEqual({ spent: 0, reserved: 5 });
    expect(await now('month:2026-11')).toEqual({ spent: 40, reserved: 5 });
  });
});

describe('a reservation made twice', () => {
  test('counts once', async () => {
    const { ledger, books: now } = await aLedger();
    const expense = anExpense(100);
    expect(await Promise.all([reserve(ledger, expense), reserve(ledger, expense)])).toEqual([
      'reserved',
      'reserved',
    ]);
    expect(await now()).toEqual({ spent: 0, reserved: 100 });
  });

  test('after it was settled is refused', async () => {
    const { ledger, books: now } = await aLedger();
    const expense = anExpense(100);
    await reserve(ledger, expense);
    ledger.settle(expense.id, metered(10));
    await expect.poll(() => now()).toEqual({ spent: 10, reserved: 0 });
    expect(await reserve(ledger, expense)).toBe('ledger_unavailable');
    expect(await now()).toEqual({ spent: 10, reserved: 0 });
  });
});

describe('a reservation whose owner died', () => {
  async function abandoned() {
    const clock = wallClock();
    const dead = await aLedger({ clock, cap: 150, leaseMs: 60_000 });
    const expense = anExpense(100);
    await reserve(dead.ledger, expense);
    dead.ledger.crash();
    const { ledger } = await aLedger({ clock, cap: 150, keyPrefix: dead.keyPrefix, consumer: 'replica-2' });
    return { ...dead, clock, expense, alive: ledger };
  }

  test('counts until its lease ends, and is then booked at its worst case', async () => {
    const { clock, alive, books: now, records: told } = await abandoned();
    clock.move(59_999);
    expect(await reserve(alive, anExpense(51), { withinMs: 50 })).toBe('budget_exceeded');
    expect(await now()).toEqual({ spent: 0, reserved: 100 });
    clock.move(1);
    await expect.poll(() => now()).toEqual({ spent: 100, reserved: 0 });
    expect(await told()).toMatchObject([{ outcome: 'expired', cost: '100', booked: '100' }]);
    expect(await reserve(alive, anExpense(50))).toBe('reserved');
  });

  test('is corrected by a bill that comes late, within a day', async () => {
    const { clock, alive, expense, books: now, records: told } = await abandoned();
    clock.move(60_000);
    await expect.poll(() => now()).toEqual({ spent: 100, reserved: 0 });
    clock.move(3_600_000);
    alive.settle(expense.id, metered(30));
    await expect.poll(() => now()).toEqual({ spent: 30, reserved: 0 });
    expect(await told()).toMatchObject([
      { outcome: 'expired' },
      { outcome: 'metered', cost: '30', booked: '-70' },
    ]);
  });

  test('is forgotten a day later, and what it cost is not', async () => {
    const { clock, alive, expense, keyPrefix, redis, books: now } = await abandoned();
    clock.move(60_000);
    await expect.poll(() => now()).toEqual({ spent: 100, reserved: 0 });
    clock.move(24 * 3_600_000 + 1);
    await expect.poll(() => redis.hexists(ledgerKeys(keyPrefix).expenses, expense.id)).toBe(0);
    alive.settle(expense.id, metered(30));
    await expect.poll(() => redis.hget(ledgerKeys(keyPrefix).expenses, expense.id)).toBe('c');
    expect(await now()).toEqual({ spent: 100, reserved: 0 });
  });
});

describe('the keys of the budget', () => {
  test('start with the prefix, carry a version and share a hash tag', async () => {
    const { ledger, redis, keyPrefix } = await aLedger();
    const expense = anExpense(10);
    await reserve(ledger, expense);
    ledger.settle(expense.id, metered(1));
    await expect.poll(() => redis.exists(ledgerKeys(keyPrefix).ledger)).toBe(1);
    const keys = await redis.keys(`${keyPrefix}*`);
    expect(keys.length).toBeGreaterThan(3);
    for (const key of keys) expect(key.startsWith(`${keyPrefix}v1:{budget}:`)).toBe(true);
  });

  test.each(['totals', 'expenses', 'due', 'state'] as const)(
    'of a wrong type (%s) stop the spending, and say so',
    async (name) => {
      const { ledger, redis, keyPrefix } = await aLedger();
      const key = ledgerKeys(keyPrefix)[name];
      await redis.multi().del(key).set(key, 'x').exec();
      expect(await reserve(ledger, anExpense(10))).toBe('ledger_unavailable');
      await expect.poll(() => ledger.told.join()).toMatch(/trouble: .*WRONGTYPE/);
    },
  );
});

describe('a key that Redis lost', () => {
  async function spending() {
    const { ledger, redis, keyPrefix, ...look } = await aLedger({
      settlingMs: 300,
      limits: [
        { scope: 'all', window: 'day', limit: 100 },
        { scope: 'all', window: 'month', limit: 1000 },
        { scope: 'provider:openai', window: 'day', limit: 500 },
      ],
    });
    const [settled, open] = [anExpense(60), anExpense(30)];
    expect(await reserve(ledger, settled)).toBe('reserved');
    ledger.settle(settled.id, metered(50));
    expect(await reserve(ledger, open)).toBe('reserved');
    await expect.poll(() => ledger.show().windows[0]).toMatchObject({ spent: 50, reserved: 30 });
    const untilNoticed = () =>
      expect.poll(() => ledger.told.filter((event) => event === 'opened').length).toBe(2);
    const ofProvider = async () => ledger.show().windows.find(({ scope }) => scope === 'provider:openai');
    return { ledger, redis, keyPrefix, open, keys: ledgerKeys(keyPrefix), untilNoticed, ofProvider, ...look };
  }

  test.each([
    ['totals', ''],
    ['expenses', ''],
    ['state', ''],
    ['windows', 'day:2026-11-21'],
  ] as const)(
    '(%s %s) lets nobody spend what is spent: what processes know is put back',
    async (name, label) => {
      const { ledger, redis, keys, open, untilNoticed, ofProvider, books: now } = await spending();
      await redis.del(`${keys[name]}${label}`);
      expect(await reserve(ledger, anExpense(21), { withinMs: 200 })).not.toBe('reserved');
      await untilNoticed();
      expect(await now()).toEqual({ spent: 50, reserved: 30 });
      expect(await ofProvider()).toMatchObject({ spent: 50, reserved: 30 });
      expect(await reserve(ledger, anExpense(21), { withinMs: 200 })).toBe('budget_exceeded');
      ledger.settle(open.id, metered(10));
      await expect.poll(ofProvider).toMatchObject({ spent: 60, reserved: 0 });
      await expect.poll(() => now()).toEqual({ spent: 60, reserved: 0 });
    },
  );

  test.each(['s', 'r'])('in part (%s below nothing) counts as lost', async (what) => {
    const { ledger, redis, keys, untilNoticed, books: now } = await spending();
    await redis.hset(keys.totals, `${what}|all|day:2026-11-21`, -5);
    expect(await reserve(ledger, anExpense(21), { withinMs: 200 })).not.toBe('reserved');
    await untilNoticed();
    expect(await now()).toEqual({ spent: 50, reserved: 30 });
  });

  test('of single scopes, though nobody reads it, does not turn a bill into less than nothing', async () => {
    const { ledger, redis, keys, open, untilNoticed, ofProvider } = await spending();
    await redis.del(`${keys.windows}day:2026-11-21`);
    ledger.settle(open.id, metered(10));
    await untilNoticed();
    await expect.poll(ofProvider).toMatchObject({ spent: 60, reserved: 0 });
  });

  test('and that an operator goes on without is missed no more', async () => {
    const { redis, keys, keyPrefix, ledger } = await spending();
    await ledger.stop(1000);
    await redis.del(`${keys.windows}day:2026-11-21`);
    const limits = [{ scope: 'provider:openai', window: 'day', limit: 500 }] as const;
    const operator = createBudgetOperator({
      ...{ redis, keyPrefix, limits, timeZone: 'Europe/Warsaw', clock: wallClock() },
    });
    expect((await operator.show()).state).toBe('lost');
    await operator.open();
    expect(await operator.show()).toMatchObject({ state: 'open', windows: [{ spent: 0 }] });
  });

  test('is still lost when an operator corrects one of those that were in it', async () => {
    const limits = ['openai', 'groq'].map((name) => ({
      ...{ scope: `provider:${name}`, window: 'day', limit: 100 },
    })) as BudgetLimit[];
    // Nobody looks before the correction.
    const { ledger, redis, keyPrefix } = await aLedger({ limits, refreshMs: 60_000, settlingMs: 300 });
    const paid = ['openai', 'groq'].map((provider) => anExpense(60, { provider }));
    for (const expense of paid) {
      expect(await reserve(ledger, expense)).toBe('reserved');
      ledger.settle(expense.id, metered(60));
    }
    await expect.poll(() => ledger.show().windows.map(({ spent }) => spent)).toEqual([60, 60]);
    const book = `${ledgerKeys(keyPrefix).windows}day:2026-11-21`;
    await redis.del(book);
    const operator = createBudgetOperator({
      ...{ redis, keyPrefix, limits, timeZone: 'Europe/Warsaw', clock: wallClock() },
    });
    await operator.set({ scope: 'provider:openai', window: 'day', spent: 70 });
    expect((await operator.show()).state).toBe('lost');
    expect(await reserve(ledger, anExpense(41, { provider: 'groq' }), { withinMs: 300 })).toBe(
      'ledger_unavailable',
    );
    await opened(ledger);
    expect((await operator.show()).windows).toMatchObject([{ spent: 70 }, { spent: 60 }]);
    expect(await redis.ttl(book)).toBeGreaterThan(0);
    expect(await reserve(ledger, anExpense(41, { provider: 'groq' }))).toBe('budget_exceeded');
  });

  test('with the reservation in it does not lose the bill', async () => {
    const { ledger, redis, keys, open, books: now } = await spending();
    await redis.hdel(keys.expenses, open.id);
    ledger.settle(open.id, metered(10));
    await expect.poll(() => now()).toEqual({ spent: 60, reserved: 30 });
  });
});

describe('what the ledger shows', () => {
  const shown = (ledger: TestLedger) => ledger.show().windows;

  test('is each window with its limit, and when it ends', async () => {
    const { ledger } = await aLedger();
    const spent = anExpense(100);
    await reserve(ledger, spent);
    await reserve(ledger, anExpense(50));
    ledger.settle(spent.id, metered(30));
    await expect
      .poll(() => shown(ledger))
      .toEqual([
        {
          scope: 'all',
          window: 'day',
          ...{ limit: 1000, spent: 30, reserved: 50, left: 920 },
          resetsAt: '2026-11-21T23:00:00.000Z',
        },
        {
          scope: 'all',
          window: 'month',
          ...{ limit: 10_000, spent: 30, reserved: 50, left: 9920 },
          resetsAt: '2026-11-30T23:00:00.000Z',
        },
      ]);
    expect(ledger.show().state).toBe('open');
  });

  test('is what others spent, within a moment, and nothing of yesterday', async () => {
    const clock = wallClock();
    const { ledger, keyPrefix } = await aLedger({ clock });
    const other = await aLedger({ clock, keyPrefix, consumer: 'replica-2' });
    await reserve(other.ledger, anExpense(70));
    await expect.poll(() => shown(ledger)[0]?.reserved).toBe(70);
    clock.set(Date.parse('2026-11-21T23:00:00Z'));
    await expect.poll(() => shown(ledger).map(({ reserved }) => reserved)).toEqual([0, 70]);
  });
});
