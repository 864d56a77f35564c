import { isAboutHome, meaningLabel, readingLabel } from './judge.ts';
import type { RepeatedTrial, Trial } from './run-corpus.ts';

/** How well one sort of utterance was understood. Counts; shares are from 0 to 1. */
export interface Row {
  readonly name: string;
  readonly utterances: number;
  /** Share of those with the right status, intents and slots. */
  readonly exact: number;
  /** Share of those with the right status and intents. */
  readonly intent: number;
  readonly wrongActions: number;
  readonly wrongDirection: number;
  readonly notUnderstood: number;
}

/** Something that was taken for something else, and how often. */
interface Confusion {
  readonly expected: string;
  readonly got: string;
  readonly count: number;
}

export interface Timing {
  /** Microseconds. */
  readonly median: number;
  readonly p99: number;
}

/** What an evaluation found. */
export interface Score {
  readonly all: Row;
  readonly byKind: readonly Row[];
  readonly byIntent: readonly Row[];
  /** How many utterances are about the home, so that "not understood" is no answer to them. */
  readonly aboutHome: number;
  /** Most frequent first. Right intents with wrong slots are among them. */
  readonly confusions: readonly Confusion[];
}

/** What an evaluation of rules found. */
export interface TimedScore extends Score {
  readonly firstTime: Timing;
  readonly again: Timing;
}

/** @param trials at least one */
export function timedScore(trials: readonly RepeatedTrial[]): TimedScore {
  return {
    ...score(trials),
    firstTime: timingOf(trials.map(({ firstUs }) => firstUs)),
    again: timingOf(trials.map(({ againUs }) => againUs)),
  };
}

/** @param trials at least one */
export function score(trials: readonly Trial[]): Score {
  return {
    all: rowOf('all', trials),
    byKind: rowsBy(trials, ({ gold }) => gold.kind),
    byIntent: rowsBy(trials, ({ gold }) => readingLabel(gold.readings[0])).toSorted(
      (one, other) => other.utterances - one.utterances || (one.name < other.name ? -1 : 1),
    ),
    aboutHome: trials.filter(({ gold }) => isAboutHome(gold.readings)).length,
    confusions: confusionsIn(trials),
  };
}

export function rowsBy(trials: readonly Trial[], nameOf: (trial: Trial) => string): readonly Row[] {
  return [...Map.groupBy(trials, nameOf)].map(([name, group]) => rowOf(name, group));
}

function rowOf(name: string, trials: readonly Trial[]): Row {
  const count = (is: (trial: Trial) => boolean): number => trials.filter(is).length;
  return {
    name,
    utterances: trials.length,
    exact: count(({ verdict }) => verdict.isExact) / trials.length,
    intent: count(({ verdict }) => verdict.hasIntent) / trials.length,
    wrongActions: count(({ verdict }) => verdict.isWrongAction),
    wrongDirection: count(({ verdict }) => verdict.isWrongDirection),
    notUnderstood: count(({ verdict }) => verdict.isNotUnderstood),
  };
}

function confusionsIn(trials: readonly Trial[]): readonly Confusion[] {
  const failed = trials.filter(({ verdict }) => !verdict.isExact);
  const pairs = Map.groupBy(failed, ({ gold, meaning, verdict }) => {
    const got = meaningLabel(meaning);
    return JSON.stringify([readingLabel(gold.readings[0]), verdict.hasIntent ? `${got}, other slots` : got]);
  });
  return [...pairs]
    .map(([pair, group]) => {
      const [expected, got] = JSON.parse(pair) as [string, string];
      return { expected, got, count: group.length };
    })
    .sort((one, other) => other.count - one.count);
}

function timingOf(durations: readonly number[]): Timing {
  const [median = 0, p99 = 0] = quantiles(durations, [0.5, 0.99]);
  return { median, p99 };
}

/** @param shares 0–1 @returns to a tenth; 0 where there is nothing */
export function quantiles(values: readonly number[], shares: readonly number[]): readonly number[] {
  const sorted = values.toSorted((one, other) => one - other);
  return shares.map((share) => {
    const index = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
    return Math.round((sorted[index] ?? 0) * 10) / 10;
  });
}
