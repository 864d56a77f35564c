import { fold } from '../language/fold.ts';
import type { Word } from '../language/words.ts';

const APOSTROPHE = /['’]/;

/** An utterance as sentences are matched against it: folded words, with a space before each where words are spaced. */
export interface SpokenText {
  readonly text: string;
  readonly words: readonly string[];
  /** Number of the word that begins at a position; -1 where none does. */
  wordAt(position: number): number;
  /** What is left of the word that an apostrophe parts right before a position, as in `d'une`; undefined elsewhere. */
  elidedAt(position: number): { readonly word: number; readonly rest: string } | undefined;
  /** Position behind a word. */
  endOf(word: number): number;
  /** Characters that are no spaces, from one position to before another. */
  letters(from: number, to: number): number;
  /** What was said there, as it was written. */
  quote(from: number, to: number): string;
}

/**
 * @param original the text that the words are from; it is quoted where they stand, whatever they say
 * @param spaced false for languages that are written without spaces: words touch, and match wherever they stand
 */
export function createSpokenText(
  original: string,
  { words, spaced = true }: { words: readonly Word[]; spaced?: boolean },
): SpokenText {
  const gap = spaced ? 1 : 0;
  const folded: string[] = [];
  const starts: number[] = [];
  let position = 0;
  for (const word of words) {
    folded.push(word.folded);
    starts.push(position + gap);
    position += gap + word.folded.length;
  }
  const text = spaced && folded.length > 0 ? ` ${folded.join(' ')}` : folded.join('');

  // No typed array: to make one takes longer than everything else here.
  const begun = new Array<number>(text.length + 1).fill(0);
  for (const start of starts) begun[start] = (begun[start] ?? 0) + 1;
  for (let at = 1; at < begun.length; at++) begun[at] = (begun[at] ?? 0) + (begun[at - 1] ?? 0);
  /** How many words begin at a position or before it. */
  const begunBy = (at: number): number => (at < 0 ? 0 : (begun[at] ?? starts.length));

  /** Where a position stands in the original. */
  const originalAt = (at: number, edge: 'start' | 'end'): number => {
    const index = Math.max(begunBy(edge === 'end' ? at - 1 : at) - 1, 0);
    const word = words[index];
    if (!word) return 0;
    const within = at - (starts[index] ?? 0);
    if (within === word.folded.length) return word.end;
    // A word that was mended may be longer than what was heard.
    if (word.folded.length === word.end - word.start) return word.start + within;
    return word.start + lengthWritten(original.slice(word.start, word.end), within);
  };

  return {
    text,
    words: folded,
    wordAt: (at) => {
      const word = begunBy(at) - 1;
      return starts[word] === at ? word : -1;
    },
    elidedAt: (at) => {
      const word = begunBy(at) - 1;
      const within = at - (starts[word] ?? 0);
      const { folded: whole = '', start = 0, end = 0 } = words[word] ?? {};
      // What was mended is as long as it was heard, or not: apostrophes alone make a word shorter than it is written.
      if (within <= 0 || within >= whole.length || end - start <= whole.length) return undefined;
      const written = start + lengthWritten(original.slice(start, end), within);
      return APOSTROPHE.test(original[written - 1] ?? '') ? { word, rest: whole.slice(within) } : undefined;
    },
    endOf: (word) => (starts[word] ?? 0) + (folded[word]?.length ?? 0),
    letters: (from, to) => to - from - gap * (begunBy(to) - begunBy(from)),
    quote: (from, to) => original.slice(originalAt(from, 'start'), originalAt(to, 'end')),
  };
}

/** How much of a written word its first so many folded characters were; apostrophes and marks are gone from these. */
export function lengthWritten(written: string, folded: number): number {
  let length = 0;
  let count = 0;
  for (const character of written) {
    const said = APOSTROPHE.test(character) ? 0 : fold(character).length;
    if (count >= folded && said > 0) break;
    count += said;
    length += character.length;
  }
  return length;
}
