import type { NanoDollars } from '../intent/money.ts';
import type { FallbackReason } from '../intent/recognition.ts';
import type { BreakerState } from './breaker.ts';

/** One utterance at one provider, all tries together. */
export interface ModelCall {
  readonly provider: string;
  readonly model: string;
  /** `answered`, why not, or that nobody wanted the answer any more. */
  readonly outcome: 'answered' | 'aborted' | FallbackReason;
  readonly tries: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
  readonly cost: NanoDollars;
  /** Milliseconds. */
  readonly duration: number;
  /** By how many tokens the last estimate was wrong, where the provider told; the first one has nothing to learn from. */
  readonly estimateError?: number;
  readonly traceId?: string;
  /** Somebody recorded that trace: it can be looked up. */
  readonly isSampled?: true;
  /** Of the entry that it was made for. */
  readonly messageId?: string;
  /** The arm of an experiment; one of a few that the configuration names. */
  readonly variant?: string;
}

/** What metrics, health and logs hear. Called synchronously; must not throw. */
export interface ModelEvents {
  called(call: ModelCall): void;
  breakerChanged(change: { readonly provider: string; readonly state: BreakerState }): void;
  /** Somebody has to put something right. Once, until it changes; then `solved`. @param message holds no key */
  problem(trouble: { readonly provider: string; readonly message: string }): void;
  solved(trouble: { readonly provider: string }): void;
}
