import type { LanguageKnowledge } from './languages.ts';
import { createNearWords } from './near-words.ts';
import { soundKey } from './spelling-knowledge.ts';

export type SpellingKnowledge = Pick<
  LanguageKnowledge,
  'directions' | 'sounds' | 'numberWords' | 'cautions' | 'fillers' | 'clock'
>;

/** Words that are right as they are, and what those decide that turn an order round. */
export interface KnownWords {
  /** What sentences and names are made of. */
  readonly vocabulary: ReadonlySet<string>;
  /** What a slip may have been meant for: the vocabulary, and longer words that are said around an order. */
  readonly ordered: readonly string[];
  /** Words that turn an order into something else, and are in none. */
  readonly warnings: readonly string[];
  /** Forms of verbs that give no order, and are in none. */
  readonly telling: readonly string[];
  /** Which way an order goes, by the words that decide it: numbers too, as one is as wrong for another. */
  readonly ways: ReadonlyMap<string, string>;
  /** True for what is no word at all as well: a number, a sign. */
  isKnown(word: string): boolean;
  /** The ways that a word may have been meant for, at least so nearly: it sounds so, or is so many slips away. */
  waysNear(word: string, slips: 1 | 2): ReadonlySet<string>;
}

/** Fillers are skipped, so that what is taken for one is as good as not said: it has to look like it. */
const SHORTEST_FILLER = 6;
const LETTERS = /^\p{L}+$/u;

/** @param words that sentences and names are made of, folded */
export function createKnownWords(
  words: Iterable<string>,
  { directions, sounds, numberWords, cautions, fillers, clock }: SpellingKnowledge,
): KnownWords {
  const vocabulary = new Set(words);
  const polite = new Set(fillers.flatMap((phrase) => phrase.split(' ')));
  const warnings = new Set(Object.values(cautions).flatMap((set: ReadonlySet<string>) => [...set]));
  const ways = new Map<string, string>([
    ...[...numberWords].map(([word, value]) => [word, `number ${value}`] as const),
    ...directions.ways,
  ]);
  const verbs = new Set([...vocabulary, ...polite, ...directions.ways.keys()]);
  const telling = [...new Set([...verbs].flatMap(sounds.tellingForms))];
  const known = new Set([...vocabulary, ...polite, ...warnings, ...ways.keys(), ...telling, ...clock.hours]);
  const isOrdered = (word: string): boolean =>
    vocabulary.has(word) || (polite.has(word) && word.length >= SHORTEST_FILLER);
  const nearDecisive = createNearWords(ways.keys());
  const waysBySound = Map.groupBy(ways.keys(), (word) => soundKey(word, sounds));

  return {
    vocabulary,
    ordered: [...vocabulary, ...polite].filter(isOrdered),
    warnings: [...warnings].filter((word) => !isOrdered(word)),
    telling: telling.filter((word) => !isOrdered(word)),
    ways,
    isKnown: (word) => known.has(word) || !LETTERS.test(word),
    waysNear(word, slips) {
      const isWanted = (other: string, found: readonly { word: string }[]): boolean =>
        found.every((each) => ways.get(each.word) !== ways.get(other));
      const near = nearDecisive(word, slips, { isWanted }).map((found) => found.word);
      const sounding = waysBySound.get(soundKey(word, sounds)) ?? [];
      return new Set([...near, ...sounding].flatMap((found) => ways.get(found) ?? []));
    },
  };
}
