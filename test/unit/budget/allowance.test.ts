import { expect, test } from 'vitest';
import { createAllowance } from '../../../src/budget/allowance.ts';
import { systemClock } from '../../../src/clock.ts';
import type { Expense, Spending } from '../../../src/intent/spending.ts';
import { anExpense, metered } from '../../support/ledger.ts';

function anAllowance(limit: number, verdict: Awaited<ReturnType<Spending['reserve']>> = 'reserved') {
  const settled: string[] = [];
  const within: Spending = {
    reserve: () => Promise.resolve(verdict),
    settle: (id, { kind }) => settled.push(`${id} ${kind}`),
  };
  const allowance = createAllowance(within, { limit, clock: systemClock });
  const reserve = (expense: Expense, { withinMs = 60_000, signal = new AbortController().signal } = {}) =>
    allowance.reserve(expense, { deadline: systemClock.monotonic() + withinMs, signal });
  return { allowance, reserve, settled };
}

test('waits for calls under way, which cost less than they could', async () => {
  const { allowance, reserve, settled } = anAllowance(100);
  const [first, second] = [anExpense(60), anExpense(60)];
  expect(await reserve(first)).toBe('reserved');
  const waiting = reserve(second);
  allowance.settle(first.id, metered(40));
  expect(await waiting).toBe('reserved');
  expect(allowance.isUsedUp()).toBe(false);
  expect(allowance.spent()).toBe(100);
  expect(settled).toEqual([`${first.id} metered`]);
});

test('is used up where a call fits no more, whatever those under way come to', async () => {
  const { allowance, reserve } = anAllowance(100);
  const [first, second] = [anExpense(60), anExpense(60)];
  await reserve(first);
  const waiting = reserve(second);
  allowance.settle(first.id, { kind: 'unknown' });
  expect(await waiting).toBe('budget_exceeded');
  expect(allowance.isUsedUp()).toBe(true);
  expect(allowance.spent()).toBe(60);
});

test('is not used up where nobody settles in time', async () => {
  const { allowance, reserve } = anAllowance(100);
  await reserve(anExpense(60));
  expect(await reserve(anExpense(60), { withinMs: 5 })).toBe('budget_exceeded');
  expect(allowance.isUsedUp()).toBe(false);
});

test('ends its wait with whoever waits', async () => {
  const { reserve } = anAllowance(100);
  await reserve(anExpense(60));
  const nobody = new AbortController();
  const waiting = reserve(anExpense(60), { signal: nobody.signal });
  nobody.abort(new Error('nobody waits'));
  await expect(waiting).rejects.toThrow('nobody waits');
});

test('gives back what the budget refuses', async () => {
  const { allowance, reserve } = anAllowance(100, 'ledger_unavailable');
  expect(await reserve(anExpense(60))).toBe('ledger_unavailable');
  expect(allowance.spent()).toBe(0);
});
