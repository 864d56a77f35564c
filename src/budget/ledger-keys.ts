/** Where the ledger keeps its books. All keys share a hash tag: every script works on several at once. */
export interface LedgerKeys {
  /**
   * Which books these are, a hash: `server` (run id of the Redis they were opened on), `epoch` (new whenever they had
   * to be restored), `open` (`1` once whoever knows more has had time to say so), `opens` (Redis's time in
   * milliseconds at which they may open), `operator` (the epoch that an operator opened as it was).
   */
  readonly state: string;
  /**
   * Nano-dollars of each window of everybody together, a hash: `s|all|day:2026-11-21` is spent, `r|…` reserved. Windows
   * stay: a year is some 800 small fields, and a clock that is wrong must not throw away the books of a day that is not over.
   * Where an operator corrected what is spent, of any scope, `c|…` names the epochs since. `epoch`, here and in `expenses`,
   * shows that neither key was lost; `books` names those of `windows` that there must be, and Redis's second until when.
   */
  readonly totals: string;
  /**
   * The same of providers, origins and tenants: the beginning of a hash's name, which goes on `day:2026-11-21`. There may
   * be many, so each is kept for some months, by Redis's clock.
   */
  readonly windows: string;
  /** Which thresholds were told, by scope and percent: the beginning of a hash's name, as `windows`. */
  readonly told: string;
  /** Every try by its id, a hash: a letter (`o` open, `w` written off at its worst case, `c` closed) and JSON. */
  readonly expenses: string;
  /** When a lease ends, or a try that is done with may be forgotten, by its id: a sorted set of milliseconds. */
  readonly due: string;
  /**
   * What was booked, a stream: `id`, `at` and `reserved_at` (milliseconds), `outcome` (`metered`, `free`, `unknown`,
   * `expired`), `cost`, `booked` and `reserved` (nano-dollars), `provider`, `model`, `trace_id`, `utterance` and `origin`
   * (keyed hashes), `variant`, and of a metered one `prompt_tokens`, `cached_tokens`, `written_tokens`,
   * `completion_tokens`.
   */
  readonly ledger: string;
  /**
   * What a day cost, by model, origin and variant: the beginning of a hash's name, which goes on `2026-11-21:model`. A
   * field is a name and what is counted, `openai:gpt-5-mini|cost`; see `day-books.ts`.
   */
  readonly days: string;
  /** What processes know to have been committed before Redis lost data, a hash by window: lives until the books open. */
  readonly floors: string;
}

/** @param keyPrefix what every key of ours starts with, `llm-intent:` */
export function ledgerKeys(keyPrefix: string): LedgerKeys {
  const key = (purpose: string): string => `${keyPrefix}v1:{budget}:${purpose}`;
  return {
    state: key('state'),
    totals: key('totals'),
    windows: key('windows:'),
    told: key('told:'),
    expenses: key('expenses'),
    due: key('due'),
    ledger: key('ledger'),
    days: key('days:'),
    floors: key('floors'),
  };
}
