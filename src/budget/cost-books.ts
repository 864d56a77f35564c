import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { CostReport, ReportBy, Sums } from '../intent/cost-report.ts';
import type { NanoDollars } from '../intent/money.ts';
import type { Source } from '../intent/recognition.ts';
import { ANSWER_COUNTS, type AnswerCount } from './answer-books.ts';
import { type DayBooks, readDayBooks, sumOf } from './day-books.ts';
import { type AskedRange, dayRange, daysInMonth } from './day-range.ts';
import { inTime } from './in-time.ts';
import { ledgerKeys } from './ledger-keys.ts';
import { createWindows, dayOf } from './windows.ts';

/** What can be found out about money that was spent. */
export interface CostBooks {
  /**
   * @returns the report, or what is wrong with what was asked
   * @throws an error where Redis does not answer within some seconds
   */
  report(asked: AskedRange & { readonly by: ReportBy }): Promise<CostReport | { readonly mistake: string }>;
  /** The books of some days, by model. @throws as `report` */
  read(days: readonly string[]): Promise<DayBooks[]>;
}

/** What an utterance that a model is asked about should cost at most: two cents. */
const TARGET: NanoDollars = 20_000_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const SOURCES: readonly Source[] = ['cache', 'llm', 'rules', 'none'];

/** @param monthly what a month may cost */
export function createCostBooks({
  redis,
  keyPrefix,
  timeZone,
  monthly,
  clock,
}: {
  readonly redis: Redis;
  readonly keyPrefix: string;
  /** An IANA name: whose calendar ends days. */
  readonly timeZone: string;
  readonly monthly: () => NanoDollars;
  readonly clock: Clock;
}): CostBooks {
  const windowsAt = createWindows(timeZone);

  async function read(days: readonly string[], by?: ReportBy): Promise<DayBooks[]> {
    const beside = by === 'origin' || by === 'variant' ? by : undefined;
    return readDayBooks(redis, { keyPrefix, days, beside });
  }

  async function project(now: number): Promise<CostReport['projection']> {
    const windows = windowsAt(now);
    const today = dayOf(windows);
    const end = windows.find(({ name }) => name === 'day')?.endsAt ?? now;
    const month = today.slice(0, 'yyyy-mm'.length);
    const field = `s|all|month:${month}`;
    const spent = Number((await inTime(redis.hget(ledgerKeys(keyPrefix).totals, field))) ?? 0);
    const dayOfMonth = Number(today.slice('yyyy-mm-'.length));
    // A day of 25 hours has an hour that is not over yet and counts as over.
    const elapsed = dayOfMonth - Math.min(1, (end - now) / DAY_MS);
    const expected = elapsed > 0 ? Math.round((spent / elapsed) * daysInMonth(today)) : spent;
    return { month, spent, expected, limit: monthly() };
  }

  return {
    read: (days) => read(days),
    async report({ from, to, by }) {
      const now = clock.now();
      const today = dayOf(windowsAt(now));
      const range = dayRange({ from, to }, today);
      if ('mistake' in range) return range;
      const { days } = range;
      const [first = today] = days;
      const last = days.at(-1) ?? today;
      const books = await read(days, by);
      const total = sumOf(books.flatMap(({ calls }) => [...calls.model.values()]));
      const answers = addUp(books);
      const all = SOURCES.reduce((sum, source) => sum + answers[source], 0);
      const average = answers.asked > 0 ? Math.round(total.cost / answers.asked) : undefined;
      return {
        ...{ from: first, to: last, timeZone, by },
        rows: rowsOf(books, by),
        total,
        unaccounted: books.reduce((sum, { spent }) => sum + spent, 0) - total.cost,
        utterances: {
          all,
          bySource: { cache: answers.cache, llm: answers.llm, rules: answers.rules, none: answers.none },
          asked: answers.asked,
        },
        per1000: all > 0 ? Math.round((1000 * total.cost) / all) : undefined,
        average,
        target: TARGET,
        saved: {
          cache: answers.saved,
          rules: average === undefined ? undefined : answers.spared * average,
        },
        projection: first <= today && last >= today ? await project(now) : undefined,
      };
    },
  };
}

function addUp(books: readonly DayBooks[]): Readonly<Record<AnswerCount, number>> {
  const entries = ANSWER_COUNTS.map(
    (name) => [name, books.reduce((sum, { answers }) => sum + answers[name], 0)] as const,
  );
  return Object.fromEntries(entries) as Record<AnswerCount, number>;
}

function rowsOf(books: readonly DayBooks[], by: ReportBy): CostReport['rows'] {
  const entries = books.flatMap(({ day, calls }): (readonly [name: string, sums: Sums])[] => {
    switch (by) {
      case 'day':
      case 'month': {
        const name = by === 'day' ? day : day.slice(0, 'yyyy-mm'.length);
        return [...calls.model.values()].map((sums) => [name, sums]);
      }
      case 'provider':
        return [...calls.model].map(([model, sums]) => [model.slice(0, model.indexOf(':')), sums]);
      default:
        return [...(calls[by] ?? [])];
    }
  });
  const byName = Map.groupBy(entries, ([name]) => name);
  const rows = [...byName].map(([name, group]) => ({ name, sums: sumOf(group.map(([, sums]) => sums)) }));
  const isInOrder = by === 'day' || by === 'month';
  return isInOrder ? rows : rows.toSorted((one, other) => other.sums.cost - one.sums.cost);
}
