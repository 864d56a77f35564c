import { FOR_NOW, toWords } from '../language/words.ts';
import { remembered } from '../remembered.ts';
import type { SaidWord } from './transplant.ts';

/** A word, and whether a sign parts it from the one before. */
export interface PartedWord extends SaidWord {
  readonly isParted: boolean;
}

const SIGN = /[,;.!:–—\n]/;

/** @param text as it was said */
export const saidWords = remembered((text: string): readonly PartedWord[] => {
  const words = toWords(text);
  return words.map(({ folded, start, end }, index) => ({
    folded,
    written: text.slice(start, end),
    isParted: SIGN.test(text.slice(words[index - 1]?.end ?? start, start)),
  }));
}, FOR_NOW);

export function foldedOf(words: readonly SaidWord[]): readonly string[] {
  return words.map(({ folded }) => folded);
}
