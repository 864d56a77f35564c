import type { NanoDollars } from './money.ts';

/** What it took to ask a language model about one utterance, all tries together. */
export interface ModelUse {
  readonly provider: string;
  readonly model: string;
  /** Hash of the prompt's template. */
  readonly promptVersion: string;
  /** Which arm of an experiment, where one runs. */
  readonly variant?: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
  /** Spent; tries that failed and may have been billed count at their worst case. */
  readonly cost: NanoDollars;
}
