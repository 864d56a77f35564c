import type { NanoDollars } from '../intent/money.ts';
import type { Totals } from './ledger-scripts.ts';

/** What this process last saw of each window: what restores the books where Redis loses them. */
export interface Views {
  saw(totals: readonly Totals[]): void;
  of(field: string): Totals;
  /** Spent and reserved together; undefined of a window that was never seen. */
  committed(field: string): NanoDollars | undefined;
  all(): readonly Totals[];
  /** Forgets windows that are over. */
  keepOnly(fields: readonly string[]): void;
}

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
    keepOnly(fields) {
      const wanted = new Set(fields);
      for (const field of seen.keys()) if (!wanted.has(field)) seen.delete(field);
    },
  };
}
