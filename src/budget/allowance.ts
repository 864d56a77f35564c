import type { NanoDollars } from '../intent/money.ts';
import type { Bill, Spending } from '../intent/spending.ts';

/** A budget within the budget: what one command may spend, whatever else is left. */
export interface Allowance extends Spending {
  /** What its tries have cost or may have cost. */
  spent(): NanoDollars;
  /** True once a try was refused because it could have cost more than was left. */
  isUsedUp(): boolean;
}

/** @param within asked only for what the allowance can bear */
export function createAllowance(within: Spending, limit: NanoDollars): Allowance {
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
  }

  return {
    async reserve(expense, limits) {
      const { id, atMost } = expense;
      if (spent + reserved + atMost > limit) {
        isUsedUp = true;
        return 'budget_exceeded';
      }
      open.set(id, atMost);
      reserved += atMost;
      let verdict: Awaited<ReturnType<Spending['reserve']>> | undefined;
      try {
        verdict = await within.reserve(expense, limits);
        return verdict;
      } finally {
        if (verdict !== 'reserved') close(id, { kind: 'free' });
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
