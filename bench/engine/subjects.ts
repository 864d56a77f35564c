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

/** What a process made of the sentences that it read once. */
export interface Figures {
  /** Shares of the sentences; absent where the sentences are ours, which have no intents of packs. */
  readonly intent?: number;
  readonly exact?: number;
  /** In microseconds. */
  readonly median: number;
  readonly p99: number;
  readonly buildMs: number;
}

export interface SubjectResult extends Figures {
  /** What is kept, once it is built. */
  readonly megabytes: number;
}

/** The least of each figure in several runs, of which there is one: what else a machine does only ever adds to it. */
export function quickest<Result extends Figures>(runs: readonly Result[]): Result {
  const [first] = runs;
  if (!first) throw new Error('nothing was measured');
  const least = (of: (run: Result) => number): number => Math.min(...runs.map(of));
  return {
    ...first,
    median: least(({ median }) => median),
    p99: least(({ p99 }) => p99),
    buildMs: least(({ buildMs }) => buildMs),
  };
}
