import { setImmediate as breathe } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Sums } from '../intent/cost-report.ts';
import type { NanoDollars } from '../intent/money.ts';
import { ANSWER_COUNTS, type AnswerCount } from './answer-books.ts';
import { inTime } from './in-time.ts';
import { ledgerKeys } from './ledger-keys.ts';

/** What the books of a day are kept by, beside models. */
export type Dimension = 'origin' | 'variant';

export const NO_SUMS: Sums = {
  metered: 0,
  unknown: 0,
  free: 0,
  promptTokens: 0,
  cachedTokens: 0,
  writtenTokens: 0,
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
  written_tokens: 'writtenTokens',
  completion_tokens: 'completionTokens',
  cost: 'cost',
  unsure: 'unsure',
};

/** The books of one day. */
export interface DayBooks {
  /** `2026-11-21`, by the calendar of the budget's time zone. */
  readonly day: string;
  /** By name; a model is `provider:model`. Empty where nothing was spent, absent where it was not asked for. */
  readonly calls: { readonly model: ReadonlyMap<string, Sums> } & {
    readonly [Name in Dimension]?: ReadonlyMap<string, Sums>;
  };
  /** What counts as spent of the day's budget. */
  readonly spent: NanoDollars;
  readonly answers: Readonly<Record<AnswerCount, number>>;
}

/** Days asked for at once: with hundreds of names each, more would keep everything else waiting. */
const PAGE = 10;

/**
 * Reads the books of some days, each day as it stood at one moment. Others have their turn in between.
 *
 * @param beside what is wanted beside models
 * @throws an error of Redis, or where it does not answer within some seconds
 */
export async function readDayBooks(
  redis: Redis,
  {
    keyPrefix,
    days,
    beside,
  }: {
    readonly keyPrefix: string;
    readonly days: readonly string[];
    readonly beside?: Dimension | undefined;
  },
): Promise<DayBooks[]> {
  const { days: start, totals } = ledgerKeys(keyPrefix);
  const kept = ['model', 'answers', ...(beside ? [beside] : [])];
  const found: DayBooks[] = [];
  for (let index = 0; index < days.length; index += PAGE) {
    const page = days.slice(index, index + PAGE);
    const transaction = redis.multi();
    for (const day of page) {
      transaction.hget(totals, `s|all|day:${day}`);
      for (const name of kept) transaction.hgetall(`${start}${day}:${name}`);
    }
    const replies = ((await inTime(transaction.exec())) ?? []).map(([error, reply]) => {
      if (error) throw error;
      return reply;
    });
    for (const [position, day] of page.entries()) {
      const width = kept.length + 1;
      const [spent, model, answers, other] = replies.slice(position * width, (position + 1) * width);
      found.push({
        day,
        calls: { model: sumsOf(model), ...(beside && { [beside]: sumsOf(other) }) },
        spent: Number(spent ?? 0),
        answers: countsOf(answers),
      });
    }
    await breathe();
  }
  return found;
}

function sumsOf(book: unknown): ReadonlyMap<string, Sums> {
  const byName = new Map<string, Record<keyof Sums, number>>();
  for (const [field, value] of Object.entries(book as Readonly<Record<string, string>>)) {
    // Names may have a bar, too.
    const bar = field.lastIndexOf('|');
    const name = field.slice(0, bar);
    const counted = FIELDS[field.slice(bar + 1)];
    if (!counted) continue;
    const sums = byName.get(name) ?? { ...NO_SUMS };
    sums[counted] = Number(value);
    byName.set(name, sums);
  }
  return byName;
}

function countsOf(book: unknown): DayBooks['answers'] {
  const counts = book as Readonly<Record<string, string>>;
  const entries = ANSWER_COUNTS.map((name) => [name, Number(counts[name] ?? 0)] as const);
  return Object.fromEntries(entries) as DayBooks['answers'];
}

/** Adds up. */
export function sumOf(all: Iterable<Sums>): Sums {
  const total = { ...NO_SUMS } as Record<keyof Sums, number>;
  for (const sums of all) for (const name of Object.keys(total) as (keyof Sums)[]) total[name] += sums[name];
  return total;
}
