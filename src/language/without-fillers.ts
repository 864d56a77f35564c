import { phraseAt } from './phrase-at.ts';

/** @param words folded @param fillers folded phrases, words apart by a space; at each place the longest is taken away */
export function withoutFillers(words: readonly string[], fillers: readonly string[]): string[] {
  const rest: string[] = [];
  for (let at = 0; at < words.length; ) {
    const length = phraseAt(words, at, fillers);
    if (length === 0) rest.push(words[at] ?? '');
    at += Math.max(1, length);
  }
  return rest;
}
