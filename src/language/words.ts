import { fold } from './fold.ts';

/** One word of a text, with where it stands there: `text.slice(start, end)` is how it was written. */
export interface Word {
  /** Folded, without apostrophes: `dont` of `Don’t`. */
  readonly folded: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A number with its decimals or a time (`21,5`, `7:30`), a sign that counts, or letters, with a number behind them and
 * its decimals: languages join it to the word before. Each alternative takes what it begins to take, so the scan is
 * linear.
 */
const WORD =
  /(?:(?<=^|\s)-)?\p{Nd}+(?:[.,:]\p{Nd}+)*|\p{L}(?:[\p{L}\p{M}\p{Nd}'’]|(?<=\p{Nd})[.,](?=\p{Nd}))*|[%°]/gu;
const APOSTROPHES = /['’]/g;

/**
 * Takes a text apart into folded words. Punctuation falls away, but for what makes a number or a time; `%` and `°`
 * are words of their own, so that `40%`, `40 %` and `40 procent` look alike. Linear, and safe for any string.
 */
export function toWords(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    const [written] = match;
    const folded = fold(written).replace(APOSTROPHES, '');
    words.push({ folded, start: match.index, end: match.index + written.length });
  }
  return words;
}

/** The folded words of a text. Two texts with the same folded words are the same thing said. */
export function foldedWords(text: string): string[] {
  return toWords(text).map(({ folded }) => folded);
}
