import type { NanoDollars } from '../intent/money.ts';
import type { Totals } from './ledger-scripts.ts';

/** What this process last saw of each window: what restores the books where Redis loses them. */
export interface Views {
  saw(totals: readonly Totals[]): void;
  of(field: string): Totals;
  /** Spent and reserved together; undefined of a window that was never seen. */
  committed(field: string): NanoDollars | undefined;
  all(): readonly Totals[];
  /** Forgets windows that are long over; a clock may be set back into the last one. */
  forgetAllBut(current: readonly string[]): void;
}

/** As many times the current windows are remembered. */
const KEPT = 3;

export function createViews(): Views {
  const seen = new Map<string, Totals>();
  return {
    saw(totals) {
      for (const view of totals) seen.set(view.field, view);
    },
    of: (field) => seen.get(field) ?? { field, spent: 0, reserved: 0 },
    committed(field) {
      const view = seen.get(field);
      return view && view.spent + view.reserved;
    },
    all: () => [...seen.values()],
    forgetAllBut(current) {
      // In the order in which they were first seen.
      for (const field of seen.keys()) {
        if (seen.size <= KEPT * current.length) return;
        if (!current.includes(field)) seen.delete(field);
      }
    },
  };
}
