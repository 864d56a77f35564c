import type { Word } from '../language/words.ts';

/** An utterance as sentences are matched against it: folded words, with a space before each where words are spaced. */
export interface SpokenText {
  readonly text: string;
  readonly words: readonly string[];
  /** Number of the word that begins at a position; -1 where none does. */
  wordAt(position: number): number;
  /** Position behind a word. */
  endOf(word: number): number;
  /** Characters that are no spaces, from one position to before another. */
  letters(from: number, to: number): number;
  /** What was said there, as it was written. */
  quote(from: number, to: number): string;
}

/**
 * @param original the text that the words are from
 * @param spaced false for languages that are written without spaces: words touch, and match wherever they stand
 */
export function createSpokenText(
  original: string,
  { words, spaced = true }: { words: readonly Word[]; spaced?: boolean },
): SpokenText {
  const gap = spaced ? 1 : 0;
  const folded = words.map((word) => word.folded);
  const text = spaced && folded.length > 0 ? ` ${folded.join(' ')}` : folded.join('');
  const starts: number[] = [];
  const wordOf = new Int32Array(text.length + 1).fill(-1);
  /** Letters before each position. */
  const lettersBefore = new Int32Array(text.length + 1);
  let position = 0;
  for (let index = 0; index < folded.length; index++) {
    const length = folded[index]?.length ?? 0;
    const start = position + gap;
    const letters = (lettersBefore[position] ?? 0) - start;
    starts.push(start);
    if (length > 0) wordOf[start] = index;
    position = start + length;
    for (let at = start; at <= position; at++) lettersBefore[at] = letters + at;
  }

  const wordHolding = (at: number): number => {
    let index = at;
    while (index > 0 && (wordOf[index] ?? -1) < 0) index--;
    return Math.max(wordOf[index] ?? -1, 0);
  };

  /** Where a position stands in the original; inside of words that folding made longer or shorter, at their edge. */
  const originalAt = (at: number, edge: 'start' | 'end'): number => {
    const index = wordHolding(edge === 'end' ? at - 1 : at);
    const word = words[index];
    if (!word) return 0;
    if (word.folded.length !== word.end - word.start) return word[edge];
    return word.start + at - (starts[index] ?? 0);
  };

  return {
    text,
    words: folded,
    wordAt: (at) => wordOf[at] ?? -1,
    endOf: (word) => (starts[word] ?? 0) + (folded[word]?.length ?? 0),
    letters: (from, to) => (lettersBefore[to] ?? 0) - (lettersBefore[from] ?? 0),
    quote: (from, to) => original.slice(originalAt(from, 'start'), originalAt(to, 'end')),
  };
}
