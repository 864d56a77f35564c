import type { NanoDollars } from './money.ts';

/** Tokens of one call as its provider counted them. */
export interface TokenUsage {
  /** All of the prompt, what came from the provider's cache included. */
  readonly promptTokens: number;
  /** Part of `promptTokens`. */
  readonly cachedTokens: number;
  /** Part of `promptTokens`, and none of `cachedTokens`: what was put into the provider's cache, by how long it stays. */
  readonly cacheWrites?: { readonly fiveMinutes: number; readonly oneHour: number };
  /** What was written, hidden reasoning included. */
  readonly completionTokens: number;
  /** What the provider says the call cost, where it does. */
  readonly reportedCost?: NanoDollars;
}

/** What one model costs. */
export interface Tariff {
  /** Whatever anybody reports: it runs on machines of our own. */
  readonly isFree?: true;
  /** No call with at most so many tokens costs more. */
  atMost(tokens: { readonly prompt: number; readonly completion: number }): NanoDollars;
  /**
   * As billed: cached tokens at their own rate, rounded up to a whole nano-dollar.
   *
   * @param at milliseconds since 1970-01-01 UTC: when it was set aside, which is the day that it is booked in; absent: now
   */
  cost(usage: TokenUsage, at?: number): NanoDollars;
}

/** One try that may cost money. */
export interface Expense {
  /** Made by us, new for each try: whoever sends it twice, because a reply was lost, spends once. */
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  /** A true bound, not an estimate. */
  readonly atMost: NanoDollars;
  /** It costs nothing whatever is reported, so no budget is asked. */
  readonly isFree?: true;
  /** 32 hexadecimal digits of the trace it belongs to, where there is one. */
  readonly traceId?: string;
  /** What was asked, as the ledger may know it: a keyed hash, never the words. */
  readonly utteranceHash?: string;
  /** Who asked: the user, else the room, else `unknown`. */
  readonly origin?: string;
  /** The arm of an experiment that it is made for, where one runs. */
  readonly variant?: string;
}

/** How a try ended, as far as money is concerned. */
export type Bill =
  /** The provider told what it took. */
  | { readonly kind: 'metered'; readonly usage: TokenUsage; readonly cost: NanoDollars }
  /** The provider refused before it did any work (4xx, 429), or nothing was sent. */
  | { readonly kind: 'free' }
  /** It may have been billed unseen (timeout, reset, 5xx, broken off): the whole reservation counts as spent. */
  | { readonly kind: 'unknown' };

/** The budget as seen by who spends. */
export interface Spending {
  /**
   * Sets the worst case aside in every window before a call is made. Waits, up to the deadline, where only others' open
   * reservations are in the way.
   *
   * @param deadline by the monotonic clock, in milliseconds
   * @returns `reserved`, or why there must be no call
   * @throws the signal's reason when it is aborted first
   */
  reserve(
    expense: Expense,
    limits: { readonly deadline: number; readonly signal: AbortSignal },
  ): Promise<'reserved' | 'budget_exceeded' | 'ledger_unavailable'>;
  /**
   * Replaces the reservation by what the call cost. Never fails and needs no waiting: what Redis does not hear now it
   * hears later, and what it never hears counts at its worst case.
   */
  settle(id: string, bill: Bill): void;
}
