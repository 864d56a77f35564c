import type { Directions } from '../language/directions.ts';
import type { LanguageKnowledge } from '../language/languages.ts';
import { createNearWords, type NearWords } from '../language/near-words.ts';

/** Shorter words have too many neighbours. */
const SHORTEST = 4;
/** From so many letters on, two slips still leave enough of a word. */
const LONG = 6;
const nearWays = new WeakMap<Directions, NearWords>();

/** The ways that words go, those that only say where left out. @param words folded */
export function waysIn(
  words: readonly string[],
  { directions }: Pick<LanguageKnowledge, 'directions'>,
): ReadonlySet<string> {
  const ways = words.flatMap((word, at) =>
    directions.isPlace?.(words, at) ? [] : (directions.ways.get(word) ?? []),
  );
  return new Set(ways.filter((way) => way !== 'negated'));
}

/** Whether a word belongs to an order rather than to what it is about. @param word folded */
export function isOrderWord(
  word: string,
  { directions, leanings }: Pick<LanguageKnowledge, 'directions' | 'leanings'>,
): boolean {
  const way = directions.ways.get(word);
  return (way !== undefined && way !== 'negated') || leanings?.orders.has(word) === true;
}

/** Whether a word may be one for the way of an order, with slips in it: "wysuuń". @param word folded */
export function isNearOrder(word: string, { directions }: Pick<LanguageKnowledge, 'directions'>): boolean {
  if (word.length < SHORTEST) return false;
  const near = nearWays.get(directions) ?? createNearWords(directions.ways.keys());
  nearWays.set(directions, near);
  return near(word, 1).length > 0 || (word.length >= LONG && near(word, 2, { sameStart: true }).length > 0);
}
