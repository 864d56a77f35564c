import type { Bill, Expense, Spending } from '../../src/intent/spending.ts';

/** A budget kept in memory, that remembers everything. */
export interface Purse extends Spending {
  readonly expenses: readonly Expense[];
  readonly bills: ReadonlyMap<string, Bill>;
  /** What counts as spent, in nano-dollars. */
  spent(): number;
  /** Reservations that are not settled. */
  open(): number;
  answer(verdict: 'reserved' | 'budget_exceeded' | 'ledger_unavailable'): void;
}

export function createPurse(): Purse {
  const expenses: Expense[] = [];
  const bills = new Map<string, Bill>();
  let verdict: Awaited<ReturnType<Spending['reserve']>> = 'reserved';
  return {
    expenses,
    bills,
    reserve: async (expense, { signal }) => {
      signal.throwIfAborted();
      if (verdict === 'reserved') expenses.push(expense);
      return verdict;
    },
    settle: (id, bill) => {
      if (bills.has(id) || !expenses.some((expense) => expense.id === id)) {
        throw new Error(`settled twice, or never reserved: ${id}`);
      }
      bills.set(id, bill);
    },
    spent: () =>
      expenses.reduce((total, { id, atMost }) => {
        const bill = bills.get(id);
        if (bill?.kind === 'free') return total;
        return total + (bill?.kind === 'metered' ? bill.cost : atMost);
      }, 0),
    open: () => expenses.length - bills.size,
    answer: (next) => {
      verdict = next;
    },
  };
}
