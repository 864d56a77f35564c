import { foldedWords } from '../language/words.ts';
import type { Entity, Home } from '../lexicon/home.ts';

/** Letters by which a word is a form of another, or its diminutive: "lampa" and "lampkę". */
const STEM = 4;

/**
 * The things that a word for one of them may mean. Those that have it or a form of it in their names go before those that
 * are only of the kind; a single one of them counts only if it has the very word: in a kitchen with a lamp over the
 * worktop and another light, who says "lampę" may mean either, who says "lampkę" means the "lampka nad blatem".
 *
 * @param word as it is written
 * @param things of the kind
 */
export function calledSo(word: string, things: readonly Entity[], home: Home): readonly Entity[] {
  const [said = ''] = foldedWords(word);
  const related = things.filter((thing) => wordsOf(thing, home).some((name) => isForm(name, said)));
  const [only] = related;
  if (!only) return things;
  return related.length > 1 || wordsOf(only, home).includes(said) ? related : things;
}

function wordsOf(thing: Entity, home: Home): string[] {
  return home.namesIn(thing, 'any').flatMap(foldedWords);
}

function isForm(word: string, other: string): boolean {
  if (word.length < STEM || other.length < STEM) return word === other;
  return word.slice(0, STEM) === other.slice(0, STEM);
}
