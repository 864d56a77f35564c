/** Where the ledger keeps its books. All keys share a hash tag: every script works on several at once. */
export interface LedgerKeys {
  /**
   * Which books these are, a hash: `server` (run id of the Redis they were opened on), `epoch` (new whenever they had
   * to be restored), `open` (`1` once whoever knows more has had time to say so), `opens` (Redis's time in
   * milliseconds at which they may open), `operator` (the epoch that an operator opened as it was).
   */
  readonly state: string;
  /**
   * Nano-dollars of each window, a hash: `s|all|day:2026-11-21` is spent, `r|…` reserved; where an operator corrected what is
   * spent, `c|…` names the epochs since. `epoch`, here and in `expenses`, shows that neither key was lost. Windows stay: a year is some
   * 800 small fields, and a clock that is wrong must not throw away the books of a day that is not over.
   */
  readonly totals: string;
  /** Every try by its id, a hash: a letter (`o` open, `w` written off at its worst case, `c` closed) and JSON. */
  readonly expenses: string;
  /** When a lease ends, or a try that is done with may be forgotten, by its id: a sorted set of milliseconds. */
  readonly due: string;
  /** What was booked, a stream. */
  readonly ledger: string;
  /** What processes know to have been committed before Redis lost data, a hash by window: lives until the books open. */
  readonly floors: string;
}

/** @param keyPrefix what every key of ours starts with, `llm-intent:` */
export function ledgerKeys(keyPrefix: string): LedgerKeys {
  const key = (purpose: string): string => `${keyPrefix}v1:{budget}:${purpose}`;
  return {
    state: key('state'),
    totals: key('totals'),
    expenses: key('expenses'),
    due: key('due'),
    ledger: key('ledger'),
    floors: key('floors'),
  };
}
