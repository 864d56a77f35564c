import { describe, expect, inject, test } from 'vitest';
import { createBudgetOperator } from '../../src/budget/operator.ts';
import type { Expense } from '../../src/intent/spending.ts';
import { anExpense, metered, opened, reserve, startLedger, wallClock } from '../support/ledger.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { openRedis } from '../support/processor.ts';
import { ownName } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ALL = [
  { scope: 'all', window: 'day', limit: 1000 },
  { scope: 'all', window: 'month', limit: 10_000 },
] as const;
const SCOPES = [
  ...ALL,
  { scope: 'provider:openai', window: 'day', limit: 300 },
  { scope: 'origin:*', window: 'day', limit: 100 },
  { scope: 'origin:anna', window: 'day', limit: 200 },
  { scope: 'origin:anna', window: 'month', limit: 250 },
  { scope: 'tenant:guests', window: 'day', limit: 50 },
] as const;

type Given = Omit<Partial<Parameters<typeof startLedger>[0]>, 'clock'> & {
  readonly clock?: ReturnType<typeof wallClock>;
};

async function aLedger(given: Given = {}) {
  const keyPrefix = given.keyPrefix ?? `${ownName()}:`;
  const clock = given.clock ?? wallClock();
  const limits = given.limits ?? SCOPES;
  const ledger = await startLedger({
    ...{ url: inject('redisUrl'), settlingMs: 0, ...given, limits, keyPrefix, clock },
  });
  await opened(ledger);
  const spend = async (cost: number, given: Partial<Expense> = {}): Promise<string> => {
    const expense = anExpense(cost, { origin: 'anna', ...given });
    const verdict = await reserve(ledger, expense, { withinMs: 10_000 });
    if (verdict === 'reserved') ledger.settle(expense.id, metered(cost));
    return verdict;
  };
  return {
    ledger,
    keyPrefix,
    clock,
    spend,
    operator: createBudgetOperator({
      ...{ redis: openRedis(), keyPrefix, limits, timeZone: 'Europe/Warsaw', clock },
    }),
  };
}

describe('a budget of its own', () => {
  test('holds one provider back, and no other', async () => {
    const { ledger, spend } = await aLedger({ limits: SCOPES.slice(0, 3) });
    expect(await spend(300)).toBe('reserved');
    expect(await spend(1)).toBe('budget_exceeded');
    expect(ledger.told).toContain('refused provider:openai day');
    expect(await spend(1, { provider: 'groq' })).toBe('reserved');
  });

  test('is each one’s where each one has one, and another’s by name', async () => {
    const { ledger, spend } = await aLedger();
    expect(await spend(101, { origin: 'jan' })).toBe('budget_exceeded');
    expect(await spend(100, { origin: 'jan' })).toBe('reserved');
    expect(await spend(1, { origin: 'jan' })).toBe('budget_exceeded');
    expect(await spend(1, { origin: 'a|b' })).toBe('reserved');
    expect(await spend(1, { origin: '' })).toBe('reserved');
    expect(await spend(150)).toBe('reserved');
    expect(ledger.told.filter((line) => line.startsWith('refused'))).toEqual([
      'refused origin:jan day',
      'refused origin:jan day',
    ]);
  });

  test('ends with its own window', async () => {
    const { clock, ledger, spend } = await aLedger();
    expect(await spend(200)).toBe('reserved');
    expect(await spend(1)).toBe('budget_exceeded');
    clock.move(24 * 3_600_000);
    expect(await spend(51)).toBe('budget_exceeded');
    expect(ledger.told.at(-1)).toBe('refused origin:anna month');
    expect(await spend(50)).toBe('reserved');
  });

  test('of a tenant is that of all its processes', async () => {
    const { keyPrefix, clock, spend } = await aLedger({ tenant: 'guests' });
    const other = await aLedger({ keyPrefix, clock, tenant: 'guests', consumer: 'replica-2' });
    const household = await aLedger({ keyPrefix, clock, consumer: 'replica-3' });
    expect(await spend(30)).toBe('reserved');
    expect(await other.spend(21)).toBe('budget_exceeded');
    expect(other.ledger.told).toContain('refused tenant:guests day');
    expect(await household.spend(21)).toBe('reserved');
  });

  test('never gives more than all have together', async () => {
    const limits = [
      { scope: 'all', window: 'day', limit: 100 },
      { scope: 'origin:*', window: 'day', limit: 90 },
    ] as const;
    const { ledger, spend } = await aLedger({ limits });
    expect(await spend(80)).toBe('reserved');
    expect(await spend(30, { origin: 'jan' })).toBe('budget_exceeded');
    expect(ledger.told).toContain('refused all day');
  });

  test('leaves nothing behind in the others where it refuses', async () => {
    const { ledger, spend } = await aLedger();
    await spend(101, { origin: 'jan' });
    expect(ledger.show().windows.map(({ reserved, spent }) => reserved + spent)).not.toContain(101);
    expect(ledger.show().windows[0]).toMatchObject({ scope: 'all', spent: 0, reserved: 0 });
  });

  test('that is waited for keeps nobody from waiting for another', async () => {
    const { ledger } = await aLedger({
      limits: [
        { scope: 'all', window: 'day', limit: 1000 },
        { scope: 'origin:*', window: 'day', limit: 100 },
      ],
    });
    const open = [anExpense(100, { origin: 'anna' }), anExpense(100, { origin: 'jan' })];
    for (const expense of open) await reserve(ledger, expense);
    const anna = reserve(ledger, anExpense(50, { origin: 'anna' }), { withinMs: 60_000 });
    const jan = reserve(ledger, anExpense(50, { origin: 'jan' }), { withinMs: 60_000 });
    ledger.settle(open[1]?.id ?? '', { kind: 'free' });
    expect(await jan).toBe('reserved');
    ledger.settle(open[0]?.id ?? '', { kind: 'free' });
    expect(await anna).toBe('reserved');
  });

  test('takes 400 at once on two replicas to its limit and no further', async () => {
    const { ledger, keyPrefix, clock } = await aLedger();
    const { ledger: other } = await aLedger({ keyPrefix, clock, consumer: 'replica-2' });
    const verdicts = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        reserve(index % 2 ? ledger : other, anExpense(1, { origin: index % 4 < 2 ? 'jan' : 'ola' }), {
          withinMs: 300,
        }),
      ),
    );
    expect(verdicts.filter((verdict) => verdict === 'reserved')).toHaveLength(200);
  });
});

describe('the books of scopes', () => {
  test('are shown with their limits: those that are named, and whoever spent something', async () => {
    const { operator, spend, ledger } = await aLedger();
    await spend(10, { origin: 'jan' });
    const shown = async (): Promise<string[]> =>
      (await operator.show()).windows.map(
        ({ scope, window, limit, spent }) => `${scope} ${window} ${spent}/${limit}`,
      );
    await expect
      .poll(shown)
      .toEqual([
        'all day 10/1000',
        'all month 10/10000',
        'provider:openai day 10/300',
        'origin:anna day 0/200',
        'origin:anna month 0/250',
        'tenant:guests day 0/50',
        'origin:jan day 10/100',
      ]);
    await expect
      .poll(() => ledger.show().windows)
      .toContainEqual(expect.objectContaining({ scope: 'origin:jan', spent: 10 }));
  });

  test('are corrected one by one', async () => {
    const { operator, spend } = await aLedger();
    await spend(100, { origin: 'jan' });
    await expect.poll(async () => (await operator.show()).windows.at(-1)?.spent).toBe(100);
    expect(await spend(50, { origin: 'jan' })).toBe('budget_exceeded');
    expect(await operator.set({ scope: 'origin:jan', window: 'day', spent: 20 })).toMatchObject({
      before: 100,
    });
    expect(await spend(50, { origin: 'jan' })).toBe('reserved');
    await expect(operator.set({ scope: 'origin:jan', window: 'month', spent: 0 })).rejects.toThrow(
      'there is no limit of a month for origin:jan',
    );
  });

  test('go some months after their window, by Redis’s clock', async () => {
    const { keyPrefix, spend } = await aLedger();
    await spend(10);
    const redis = openRedis();
    const key = `${keyPrefix}v1:{budget}:windows:day:2026-11-21`;
    await expect.poll(() => redis.exists(key)).toBe(1);
    expect(await redis.ttl(key)).toBeGreaterThan(60 * 86_400);
  });
});

describe('Redis that lost everything', () => {
  test('is told by those who live, and by the journals of those who do not, what each scope has spent', async () => {
    const server = await startOwnRedis();
    const folder = await temporaryFolder();
    const given = { url: server.url, keyPrefix: 'scopes:', clock: wallClock(), settlingMs: 300, folder };
    const first = await aLedger({ ...given, tenant: 'guests' });
    const second = await aLedger({ ...given, consumer: 'replica-2' });
    expect(await first.spend(40, { origin: 'jan' })).toBe('reserved');
    expect(await second.spend(180)).toBe('reserved');
    // Both have heard that it is booked.
    const spent = (ledger: typeof first.ledger, scope: string) =>
      ledger.show().windows.find((window) => window.scope === scope)?.spent;
    await expect.poll(() => spent(first.ledger, 'tenant:guests')).toBe(40);
    await expect.poll(() => spent(second.ledger, 'origin:anna')).toBe(180);
    second.ledger.crash();
    await server.kill();
    await server.restart();
    await expect.poll(() => first.ledger.told.filter((line) => line === 'opened').length).toBe(2);
    const third = await aLedger({ ...given, consumer: 'replica-3' });
    expect(await third.spend(61, { origin: 'jan' })).toBe('budget_exceeded');
    expect(await third.spend(21)).toBe('budget_exceeded');
    expect(await first.spend(11, { origin: 'ola' })).toBe('budget_exceeded');
    // A journal is written a little ahead.
    expect(await third.spend(50, { origin: 'jan' })).toBe('reserved');
  });
});

describe('a scope without a limit of its own, of which Redis lost everything', () => {
  async function household() {
    const server = await startOwnRedis();
    const given = {
      ...{ url: server.url, keyPrefix: 'scopes:', clock: wallClock(), settlingMs: 300 },
      folder: await temporaryFolder(),
    };
    const spentBy = (ledger: Awaited<ReturnType<typeof aLedger>>['ledger']) =>
      ledger.show().windows.find(({ scope }) => scope === 'origin:jan')?.spent;
    async function redisIsLost({ ledger }: Awaited<ReturnType<typeof aLedger>>): Promise<void> {
      await expect.poll(() => spentBy(ledger)).toBe(90);
      await server.kill();
      await server.restart();
      await expect.poll(() => ledger.told.filter((line) => line === 'opened').length).toBe(2);
    }
    const first = await aLedger(given);
    expect(await first.spend(90, { origin: 'jan' })).toBe('reserved');
    await expect.poll(() => spentBy(first.ledger)).toBe(90);
    return { given, first, redisIsLost };
  }

  test.each(['was stopped', 'crashed'])(
    'has spent what it has spent, though the process that paid %s and was started again before',
    async (how) => {
      const { given, first, redisIsLost } = await household();
      if (how === 'crashed') first.ledger.crash();
      else await first.ledger.stop(1000);
      const again = await aLedger(given);
      await redisIsLost(again);
      expect(await again.spend(50, { origin: 'jan' })).toBe('budget_exceeded');
    },
  );

  test('has spent what it has spent, though the replica that paid is gone with its disk', async () => {
    const { given, first, redisIsLost } = await household();
    const other = await aLedger({ ...given, consumer: 'replica-2', folder: await temporaryFolder() });
    await first.ledger.stop(1000);
    await redisIsLost(other);
    expect(await other.spend(50, { origin: 'jan' })).toBe('budget_exceeded');
  });
});
