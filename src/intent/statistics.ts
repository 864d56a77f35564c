/** Days for which it is known what was recognised how. */
export const STATISTICS_DAYS = 90;

/** What is counted apart: by `status` of the outcome, `source` of the answer, and so on. */
export const COUNTED_BY = ['status', 'source', 'language', 'intent', 'fallback_reason'] as const;

/** What was recognised how on some days, by all processes together. */
export interface Statistics {
  /** The first and the last day, `2026-11-21`. */
  readonly from: string;
  readonly to: string;
  /** Whose calendar ends days. */
  readonly timeZone: string;
  /** Transcripts answered. */
  readonly transcripts: number;
  /** Milliseconds from reading a transcript to its answer, the mean; undefined where there was none. */
  readonly averageMs: number | undefined;
  readonly by: Readonly<Record<(typeof COUNTED_BY)[number], Readonly<Record<string, number>>>>;
}

/** As JSON, by the names of the contract. */
export function encodeStatistics({
  from,
  to,
  timeZone,
  transcripts,
  averageMs = null,
  by,
}: Omit<Statistics, 'averageMs'> & { readonly averageMs?: number | null | undefined }) {
  return {
    ...{ from, to, time_zone: timeZone, transcripts, average_ms: averageMs },
    by_status: by.status,
    by_source: by.source,
    by_language: by.language,
    by_intent: by.intent,
    by_fallback_reason: by.fallback_reason,
  };
}
