import type { NanoDollars } from '../intent/money.ts';
import type { FallbackReason } from '../intent/recognition.ts';
import type { Trial } from './run-corpus.ts';
import { quantiles, type Row, rowsBy, type Score, score } from './score.ts';

/** A trial of somebody who may fail, and who may be paid. */
export interface AnsweredTrial extends Trial {
  /** Why nobody answered; absent where somebody did. */
  readonly failure?: FallbackReason;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cost: NanoDollars;
}

/** How one resolver did on a corpus, to be held beside others. */
export interface Compared {
  readonly resolver: string;
  readonly score: Score;
  /** By language and kind: `pl single`. */
  readonly byLanguage: readonly Row[];
  /** Milliseconds. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** Of an utterance, on average. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cost: NanoDollars;
  readonly costPerThousand: NanoDollars;
  /** Utterances that nobody answered. */
  readonly failures: number;
}

/** @param trials at least one @param language of utterances that name none */
export function compared(
  resolver: string,
  trials: readonly AnsweredTrial[],
  { language }: { readonly language: string },
): Compared {
  const sum = (of: (trial: AnsweredTrial) => number): number =>
    trials.reduce((total, trial) => total + of(trial), 0);
  const cost = sum((trial) => trial.cost);
  const times = trials.map(({ firstUs }) => firstUs / 1000);
  const [p50 = 0, p95 = 0, p99 = 0] = quantiles(times, [0.5, 0.95, 0.99]);
  return {
    resolver,
    score: score(trials),
    byLanguage: rowsBy(trials, ({ gold }) => `${gold.language ?? language} ${gold.kind}`),
    latency: { p50, p95, p99 },
    promptTokens: Math.round(sum((trial) => trial.promptTokens) / trials.length),
    completionTokens: Math.round(sum((trial) => trial.completionTokens) / trials.length),
    cost,
    costPerThousand: Math.ceil((cost * 1000) / trials.length),
    failures: trials.filter(({ failure }) => failure !== undefined).length,
  };
}
