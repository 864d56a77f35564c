import type { SubjectChoice } from '../../test/conformance/measure.ts';

/** What is measured, each by itself. */
export interface EngineSubject extends SubjectChoice {
  readonly name: string;
  readonly language: string;
  /** What speech recognition makes of the sentences. */
  readonly heard?: 'without diacritics';
  /** True where the reference reads the same sentences with the same templates and names. */
  readonly isCompared?: true;
}

export const SUBJECTS: readonly EngineSubject[] = [
  { name: 'pl pack', language: 'pl', isCompared: true },
  { name: 'pl pack, ten times the sentences', language: 'pl', times: 10 },
  { name: 'pl pack, no diacritics heard', language: 'pl', heard: 'without diacritics' },
  { name: 'pl pack, dictionary forms of names', language: 'pl', names: 'dictionary' },
  { name: 'en pack', language: 'en', isCompared: true },
  { name: 'pl, our own rules', language: 'pl', rules: 'own' },
];

/** What a process made of the sentences, each of which it read once. */
export interface Run {
  /** Shares of the sentences; absent where the sentences are ours, which have no intents of packs. */
  readonly intent?: number;
  readonly exact?: number;
  /** Of each sentence, in their order. */
  readonly microseconds: readonly number[];
  readonly buildMs: number;
}

export interface SubjectRun extends Run {
  /** What is kept, once it is built. */
  readonly megabytes: number;
}

/** What several processes made of them. */
export type Figures<One extends Run> = Omit<One, 'microseconds'> & {
  /** In microseconds. */
  readonly median: number;
  readonly p99: number;
};

/**
 * The least of each figure in several runs, and the least time of each sentence, which no process had read before:
 * what else a machine does only ever adds to it.
 */
export function figuresOf<One extends Run>(runs: readonly One[]): Figures<One> {
  const [first] = runs;
  if (!first) throw new Error('nothing was measured');
  const { microseconds, ...rest } = first;
  const least = microseconds.map((_, index) => Math.min(...runs.map((run) => run.microseconds[index] ?? 0)));
  const sorted = least.toSorted((one, other) => one - other);
  return {
    ...rest,
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    buildMs: Math.min(...runs.map(({ buildMs }) => buildMs)),
  };
}
