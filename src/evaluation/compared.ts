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
  /** Of the utterances that were answered: who fails at once is not fast. Absent where none was. */
  readonly answered?: {
    /** Milliseconds. */
    readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
    /** On average. */
    readonly promptTokens: number;
    readonly completionTokens: number;
  };
  readonly cost: NanoDollars;
  readonly costPerThousand: NanoDollars;
  /** How many utterances nobody answered, by the reason. */
  readonly unanswered: Readonly<Partial<Record<FallbackReason, number>>>;
}

/** @param trials at least one @param language of utterances that name none */
export function compared(
  resolver: string,
  trials: readonly AnsweredTrial[],
  { language }: { readonly language: string },
): Compared {
  const cost = sum(trials, (trial) => trial.cost);
  const answered = answeredOf(trials.filter(({ failure }) => failure === undefined));
  const unanswered: Partial<Record<FallbackReason, number>> = {};
  for (const { failure } of trials) if (failure) unanswered[failure] = (unanswered[failure] ?? 0) + 1;
  return {
    resolver,
    score: score(trials),
    byLanguage: rowsBy(trials, ({ gold }) => `${gold.language ?? language} ${gold.kind}`),
    ...(answered && { answered }),
    cost,
    costPerThousand: Math.ceil((cost * 1000) / trials.length),
    unanswered,
  };
}

function answeredOf(trials: readonly AnsweredTrial[]): Compared['answered'] {
  if (trials.length === 0) return undefined;
  const times = trials.map(({ firstUs }) => firstUs / 1000);
  const [p50 = 0, p95 = 0, p99 = 0] = quantiles(times, [0.5, 0.95, 0.99]);
  return {
    latency: { p50, p95, p99 },
    promptTokens: Math.round(sum(trials, (trial) => trial.promptTokens) / trials.length),
    completionTokens: Math.round(sum(trials, (trial) => trial.completionTokens) / trials.length),
  };
}

function sum(trials: readonly AnsweredTrial[], of: (trial: AnsweredTrial) => number): number {
  return trials.reduce((total, trial) => total + of(trial), 0);
}

export function countUnanswered({ unanswered }: Pick<Compared, 'unanswered'>): number {
  return Object.values(unanswered).reduce((total, count) => total + count, 0);
}
