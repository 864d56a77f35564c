import { originOf } from '../intent/origin.ts';
import type { Bill, Expense } from '../intent/spending.ts';
import type { KeyedHash } from './keyed-hash.ts';
import { REMEMBERED_MS } from './ledger-lua.ts';
import type { Knowledge } from './ledger-scripts.ts';

const UNKNOWN = originOf({});

/** A try of this process that is not settled yet. */
export interface OwnExpense {
  readonly expense: Expense;
  /** As the ledger keeps it: JSON. */
  readonly held: string;
  /** Milliseconds since 1970-01-01 UTC: the end of its lease. */
  readonly due: number;
  /** `asked`: Redis has not answered, so nothing was paid. `billed`: Redis has not heard yet what it cost. */
  readonly stage: 'asked' | 'held' | 'billed';
  readonly bill?: Bill;
}

/**
 * The JSON that the ledger keeps of an expense; the scripts read it.
 *
 * @param at milliseconds since 1970-01-01 UTC
 * @param day whose books it is counted in, `2026-11-21`
 * @param hashOf names the origin in the record
 */
export function encodeExpense(
  expense: Expense,
  { at, day, fields, hashOf }: { at: number; day: string; fields: readonly string[]; hashOf: KeyedHash },
): string {
  const { provider, model, traceId, utteranceHash, origin = UNKNOWN, variant, atMost } = expense;
  return JSON.stringify({
    amount: atMost,
    at,
    day,
    fields,
    provider,
    model,
    trace_id: traceId,
    utterance: utteranceHash,
    origin: hashOf('origin', origin),
    spender: origin,
    variant,
  });
}

/**
 * Whether Redis may have booked its worst case and forgotten that: whoever told it again would have it counted twice. Half of
 * what Redis remembers is left for clocks that do not agree.
 *
 * @param now milliseconds since 1970-01-01 UTC
 */
export function mayBeForgotten({ due }: OwnExpense, now: number): boolean {
  return due + REMEMBERED_MS / 2 <= now;
}

/** What Redis must have of our own tries; those that were not paid for need not be there. */
export function openExpenses(own: Iterable<OwnExpense>, now: number): Knowledge['expenses'] {
  const found: { id: string; due: number; held: string }[] = [];
  for (const one of own) {
    const { expense, stage, bill, due, held } = one;
    const mayBePaid = stage === 'held' || (stage === 'billed' && bill?.kind !== 'free');
    if (mayBePaid && expense.atMost > 0 && !mayBeForgotten(one, now)) {
      found.push({ id: expense.id, due, held });
    }
  }
  return found;
}
