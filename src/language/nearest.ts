import { editDistance } from './edit-distance.ts';

/** The word that somebody may have meant who wrote another: at most two slips away, and not most of the word. */
export function nearest(written: string, words: Iterable<string>): string | undefined {
  const limit = written.length > 4 ? 2 : 1;
  let best: string | undefined;
  let least = limit + 1;
  for (const word of words) {
    const distance = editDistance(written, word, limit);
    if (distance < least) [best, least] = [word, distance];
  }
  return best;
}
