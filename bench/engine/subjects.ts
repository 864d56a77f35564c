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

/** What a process reports that read every sentence once. */
export interface SubjectResult {
  /** Shares of the sentences; absent where the sentences are ours, which have no intents of packs. */
  readonly intent?: number;
  readonly exact?: number;
  /** In microseconds. */
  readonly median: number;
  readonly p99: number;
  readonly buildMs: number;
  readonly megabytes: number;
}
