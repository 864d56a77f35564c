import type { LanguageKnowledge } from '../language/languages.ts';

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
