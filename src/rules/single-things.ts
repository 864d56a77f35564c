import type { Language } from '../intent/utterance.ts';
import type { Cautions } from '../language/cautions.ts';
import { fold } from '../language/fold.ts';
import type { SpokenText } from './spoken-text.ts';

/** Words for one thing of a kind, by language: as they are written, in small letters, by how they are folded. */
export type SingleThings = ReadonlyMap<Language, ReadonlyMap<string, readonly string[]>>;

/** @param words by language, as written */
export function singleThingsOf(words: Readonly<Record<string, readonly string[]>>): SingleThings {
  return new Map(
    Object.entries(words).map(([language, written]) => [
      language,
      Map.groupBy(
        written.map((word) => word.normalize('NFC').toLowerCase()),
        fold,
      ),
    ]),
  );
}

/**
 * The word that says that one thing is meant, as it is written with its diacritics: "lampkę" for "lampke". Undefined where
 * there is none, or where all of a kind are meant: "każdą lampkę".
 *
 * @param spared true for words that are something else, such as a part of a name
 */
export function singleThingIn(
  { words, endOf, quote }: SpokenText,
  {
    things,
    totals,
    spared,
  }: {
    things: ReadonlyMap<string, readonly string[]>;
    totals: Cautions['totals'];
    spared: (word: number) => boolean;
  },
): string | undefined {
  let single: string | undefined;
  for (const [index, word] of words.entries()) {
    if (totals.has(word)) return undefined;
    const written = things.get(word);
    if (!written || spared(index)) continue;
    const heard = quote(endOf(index) - word.length, endOf(index)).toLowerCase();
    // What was mended was heard in no way that is written.
    if (written.includes(heard) || fold(heard) !== word) single = written.find((one) => one !== word) ?? word;
  }
  return single;
}
