import { editDistance } from './edit-distance.ts';

interface NearWord {
  readonly word: string;
  readonly distance: number;
}

/**
 * Finds the words within so many edits of one. Cost: a look at each word of about that length.
 *
 * @param sameStart only those of the same first letter, which few slips change: a tenth of the cost for two edits
 * @param isWanted asked before the edits are counted, which costs most; `found` so far
 */
export type NearWords = (
  word: string,
  limit: 1 | 2,
  options?: {
    readonly sameStart?: boolean;
    readonly isWanted?: (word: string, found: readonly NearWord[]) => boolean;
  },
) => readonly NearWord[];

interface Shelf {
  readonly words: readonly string[];
  /** The letters of each word as bits: one edit takes one away and brings one at most. */
  readonly letters: Int32Array;
  /** The code of the first letter of each. */
  readonly starts: Uint16Array;
}

/** Files words by length and letters. */
export function createNearWords(words: Iterable<string>): NearWords {
  const byLength = Map.groupBy(new Set(words), (word) => word.length);
  const shelves = new Map<number, Shelf>(
    [...byLength].map(([length, ofLength]) => [
      length,
      {
        words: ofLength,
        letters: Int32Array.from(ofLength, lettersOf),
        starts: Uint16Array.from(ofLength, (word) => word.charCodeAt(0)),
      },
    ]),
  );
  return (word, limit, { sameStart = false, isWanted } = {}) => {
    const near: NearWord[] = [];
    const letters = lettersOf(word);
    const start = word.charCodeAt(0);
    for (let length = word.length - limit; length <= word.length + limit; length++) {
      const shelf = shelves.get(length);
      if (!shelf) continue;
      for (let index = 0; index < shelf.words.length; index++) {
        if (sameStart && shelf.starts[index] !== start) continue;
        const otherLetters = shelf.letters[index] ?? 0;
        if (bitCount(otherLetters & ~letters) > limit || bitCount(letters & ~otherLetters) > limit) continue;
        const other = shelf.words[index] ?? '';
        if (isWanted?.(other, near) === false) continue;
        const distance = editDistance(word, other, limit);
        if (distance <= limit) near.push({ word: other, distance });
      }
    }
    return near;
  };
}

function lettersOf(word: string): number {
  let letters = 0;
  for (let index = 0; index < word.length; index++) letters |= 1 << (word.charCodeAt(index) & 31);
  return letters;
}

/** Bits that are set, counted in parallel (Warren, "Hacker's Delight", 5-1). */
function bitCount(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return (((count + (count >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
