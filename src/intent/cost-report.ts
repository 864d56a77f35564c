import type { NanoDollars } from './money.ts';
import type { Source } from './recognition.ts';

/** What a report has a line for each of. */
export type ReportBy = 'day' | 'month' | 'model' | 'provider' | 'origin' | 'variant';

export const REPORT_BY: readonly ReportBy[] = ['day', 'month', 'model', 'provider', 'origin', 'variant'];

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
  /** Part of `promptTokens`: what was put into the provider's cache, where that has a price of its own. */
  readonly writtenTokens: number;
  readonly completionTokens: number;
  readonly cost: NanoDollars;
  /** Part of `cost`: what the unknown ones can have cost at most. */
  readonly unsure: NanoDollars;
}

/** Where the money of some days went. */
export interface CostReport {
  /** The first and the last day, `2026-11-01`. */
  readonly from: string;
  readonly to: string;
  /** Whose calendar ends days. */
  readonly timeZone: string;
  readonly by: ReportBy;
  /** Days and months in order; else the dearest first. */
  readonly rows: readonly { readonly name: string; readonly sums: Sums }[];
  readonly total: Sums;
  /** What counts as spent beyond the calls: Redis lost their records, or an operator corrected the budget. */
  readonly unaccounted: NanoDollars;
  readonly utterances: {
    readonly all: number;
    readonly bySource: Readonly<Record<Source, number>>;
    /** A model was asked about so many. */
    readonly asked: number;
  };
  /** A thousand utterances, whoever answered; undefined where there was none. */
  readonly per1000: NanoDollars | undefined;
  /** An utterance that a model was asked about, all its tries together. */
  readonly average: NanoDollars | undefined;
  /** What that should be at most. */
  readonly target: NanoDollars;
  readonly saved: {
    /** What known answers had cost. */
    readonly cache: NanoDollars;
    /** An estimate: the average for each that rules answered in a model's place; undefined without an average. */
    readonly rules: NanoDollars | undefined;
  };
  /** Of the present month, where the report goes up to the present day. */
  readonly projection:
    | {
        /** `2026-11`. */
        readonly month: string;
        readonly spent: NanoDollars;
        /** Where it ends when it goes on as it did since it began. */
        readonly expected: NanoDollars;
        readonly limit: NanoDollars;
      }
    | undefined;
}

/** What stands in one line, by the names of the contract. */
export function encodeSums<Amount>(
  { metered, unknown, free, promptTokens, cachedTokens, writtenTokens, completionTokens, cost, unsure }: Sums,
  amount: (nanoDollars: NanoDollars) => Amount,
) {
  return {
    ...{ metered, unknown, free },
    prompt_tokens: promptTokens,
    cached_tokens: cachedTokens,
    written_tokens: writtenTokens,
    completion_tokens: completionTokens,
    cost_usd: amount(cost),
    unsure_usd: amount(unsure),
  };
}

/** A report as JSON. @param amount writes dollars: as a number, or as text where every digit has to be right */
export function encodeCostReport<Amount>(report: CostReport, amount: (nanoDollars: NanoDollars) => Amount) {
  const { utterances, projection } = report;
  const perhaps = (value: NanoDollars | undefined): Amount | null =>
    value === undefined ? null : amount(value);
  return {
    ...{ from: report.from, to: report.to, time_zone: report.timeZone, by: report.by },
    rows: report.rows.map(({ name, sums }) => ({ [report.by]: name, ...encodeSums(sums, amount) })),
    total: encodeSums(report.total, amount),
    unaccounted_usd: amount(report.unaccounted),
    utterances: { all: utterances.all, ...utterances.bySource, asked: utterances.asked },
    per_1000_utterances_usd: perhaps(report.per1000),
    average_usd: perhaps(report.average),
    target_usd: amount(report.target),
    saved_usd: { cache: amount(report.saved.cache), rules: perhaps(report.saved.rules) },
    projection: projection
      ? {
          month: projection.month,
          spent_usd: amount(projection.spent),
          expected_usd: amount(projection.expected),
          limit_usd: amount(projection.limit),
        }
      : null,
  };
}
