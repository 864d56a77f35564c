import type { ListMeaning } from './list-table.ts';
import type { CompiledSentence } from './sentence-automaton.ts';

/** What filled a slot. `from` and `to` count characters of the spoken text. */
export interface Capture {
  readonly slot: string;
  readonly from: number;
  readonly to: number;
  /** Absent for a wildcard: the words themselves. */
  readonly meaning?: ListMeaning;
  /** True for a wildcard before which no word of the sentence was said. */
  readonly unled?: boolean;
  /** True for a wildcard that takes a few words only, and so no second order. */
  readonly limited?: boolean;
}

/** A sentence that fits a whole text, with what its characters went to. */
export interface Reading {
  readonly compiled: CompiledSentence;
  readonly captures: readonly Capture[];
  readonly weight: Weight;
}

/**
 * Characters of a text by what they matched, those of skipped words left out, and how many values of lists begin in the
 * middle of a word.
 */
export interface Weight {
  readonly literal: number;
  readonly listed: number;
  readonly wild: number;
  readonly split: number;
}
