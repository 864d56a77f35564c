import type { Redis } from 'ioredis';
import type { NanoDollars } from '../intent/money.ts';
import { ledgerKeys } from './ledger-keys.ts';

/** What the books of a day are kept by. */
export type Dimension = 'model' | 'origin' | 'variant';

/** What was counted of some calls. */
export interface Sums {
  /** Calls whose provider told what they took. */
  readonly metered: number;
  /** Calls that may have been billed unseen. */
  readonly unknown: number;
  /** Tries that nobody charged for: refused, or never sent. */
  readonly free: number;
  readonly promptTokens: number;
  /** Part of `promptTokens`. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly cost: NanoDollars;
  /** Part of `cost`: what the unknown ones can have cost at most. */
  readonly unsure: NanoDollars;
}

export const NO_SUMS: Sums = {
  metered: 0,
  unknown: 0,
  free: 0,
  promptTokens: 0,
  cachedTokens: 0,
  completionTokens: 0,
  cost: 0,
  unsure: 0,
};

/** What the scripts call them. */
const FIELDS: Readonly<Record<string, keyof Sums>> = {
  metered: 'metered',
  unknown: 'unknown',
  free: 'free',
  prompt_tokens: 'promptTokens',
  cached_tokens: 'cachedTokens',
  completion_tokens: 'completionTokens',
  cost: 'cost',
  unsure: 'unsure',
};

/** One name in the books of one day. */
export interface DayEntry {
  /** `2026-11-21`, by the calendar of the budget's time zone. */
  readonly day: string;
  /** A model is `provider:model`. */
  readonly name: string;
  readonly sums: Sums;
}

/** Days asked for at once. */
const PAGE = 100;

/**
 * Reads the books of some days.
 *
 * @param days `2026-11-21`; a day on which nothing was spent has no entry
 * @throws an error of Redis
 */
export async function readDayBooks(
  redis: Redis,
  {
    keyPrefix,
    dimension,
    days,
  }: { readonly keyPrefix: string; readonly dimension: Dimension; readonly days: readonly string[] },
): Promise<DayEntry[]> {
  const { days: start } = ledgerKeys(keyPrefix);
  const found: DayEntry[] = [];
  for (let index = 0; index < days.length; index += PAGE) {
    const page = days.slice(index, index + PAGE);
    const books = await Promise.all(page.map((day) => redis.hgetall(`${start}${day}:${dimension}`)));
    for (const [position, book] of books.entries()) found.push(...entriesOf(page[position] ?? '', book));
  }
  return found;
}

function entriesOf(day: string, book: Readonly<Record<string, string>>): DayEntry[] {
  const byName = new Map<string, Sums>();
  for (const [field, value] of Object.entries(book)) {
    // Names may have a bar, too.
    const bar = field.lastIndexOf('|');
    const name = field.slice(0, bar);
    const counted = FIELDS[field.slice(bar + 1)];
    if (counted) byName.set(name, { ...(byName.get(name) ?? NO_SUMS), [counted]: Number(value) });
  }
  return [...byName].map(([name, sums]) => ({ day, name, sums }));
}

/** Adds up. */
export function sumOf(all: Iterable<Sums>): Sums {
  const total = { ...NO_SUMS } as Record<keyof Sums, number>;
  for (const sums of all) for (const name of Object.keys(total) as (keyof Sums)[]) total[name] += sums[name];
  return total;
}
