import type { Clock } from '../clock.ts';
import type { NanoDollars } from '../intent/money.ts';
import type { Bill, Expense, Spending } from '../intent/spending.ts';
import { createWaitingLines } from './waiting-line.ts';

/** A budget within the budget: what one command may spend, whatever else is left. */
export interface Allowance extends Spending {
  /** What its tries have cost or may have cost. */
  spent(): NanoDollars;
  /** True once a try was refused because it could cost more than is left, whatever those under way come to. */
  isUsedUp(): boolean;
}

/** @param within asked only for what the allowance can bear */
export function createAllowance(
  within: Spending,
  { limit, clock }: { readonly limit: NanoDollars; readonly clock: Clock },
): Allowance {
  const lines = createWaitingLines(clock);
  const open = new Map<string, NanoDollars>();
  let spent = 0;
  let reserved = 0;
  let isUsedUp = false;

  function close(id: string, bill: Bill): void {
    const atMost = open.get(id);
    if (atMost === undefined) return;
    open.delete(id);
    reserved -= atMost;
    if (bill.kind !== 'free') spent += bill.kind === 'metered' ? bill.cost : atMost;
    lines.notice();
  }

  function tryNow({ id, atMost }: Expense): 'reserved' | 'exceeded' | 'busy' {
    if (spent + atMost > limit) return 'exceeded';
    if (spent + reserved + atMost > limit) return 'busy';
    open.set(id, atMost);
    reserved += atMost;
    return 'reserved';
  }

  /** Waits for those under way, which cost less than they could. */
  async function setAside(expense: Expense, limits: Parameters<Spending['reserve']>[1]): Promise<boolean> {
    let verdict = tryNow(expense);
    if (verdict === 'busy') {
      const place = lines.of('all').join();
      try {
        while (verdict === 'busy' && (await place.turn(limits))) verdict = tryNow(expense);
      } finally {
        place.leave();
      }
    }
    if (verdict === 'exceeded') isUsedUp = true;
    return verdict === 'reserved';
  }

  return {
    async reserve(expense, limits) {
      if (!(await setAside(expense, limits))) return 'budget_exceeded';
      let verdict: Awaited<ReturnType<Spending['reserve']>> | undefined;
      try {
        verdict = await within.reserve(expense, limits);
        return verdict;
      } finally {
        if (verdict !== 'reserved') close(expense.id, { kind: 'free' });
      }
    },
    settle(id, bill) {
      close(id, bill);
      within.settle(id, bill);
    },
    spent: () => spent + reserved,
    isUsedUp: () => isUsedUp,
  };
}
