import { createKnownWords, type SpellingKnowledge } from './known-words.ts';
import { createWordMender } from './mend-word.ts';
import { createWordBreaks } from './word-breaks.ts';

/** A word as it was probably meant. */
export interface SpelledWord {
  /** Folded. */
  readonly word: string;
  /** The words heard that it stands for: `from` inclusive, `to` exclusive. Two words split from one share theirs. */
  readonly from: number;
  readonly to: number;
}

/**
 * Mends slips of speech recognition and of fingers. Which of several words was meant, the sentence has to tell.
 *
 * @param words folded
 * @returns all words as probably meant, in every way that is worth a try, the likeliest first; none where nothing was
 *   mended
 */
export type Spelling = (words: readonly string[]) => readonly (readonly SpelledWord[])[];

/** Slips in one utterance: never more than the first, and more than the second only in half of its words. */
const MAX_MENDED = 4;
const MANY = 2;
/** Unknown words in one utterance: with more of them, something else was said. */
const MAX_UNKNOWN = 5;
/** Ways to take an utterance. */
const MAX_WAYS = 8;

/**
 * Indexes a vocabulary. What turns an order round, and forms of verbs that give no order, are right as well, though in
 * no sentence: they are not mended, and what may be a slip of them is not mended to anything else.
 *
 * @param words that sentences and names are made of, folded
 */
export function createSpelling(words: Iterable<string>, knowledge: SpellingKnowledge): Spelling {
  const known = createKnownWords(words, knowledge);
  const { isKnown } = known;
  const mended = createWordMender(known, knowledge.sounds);
  const { split, joined, mayBeTorn } = createWordBreaks(known);
  const isPlace = (word: string): boolean => knowledge.cautions.places.has(word);
  const isAny = (): boolean => true;

  /** What a word may be: one word or several, in each way. */
  function spelledAnew(heard: readonly string[], at: number): readonly (readonly string[])[] {
    const word = heard[at] ?? '';
    const parted = split(word, isPlace);
    const whole = parted ? [] : mended(word).map((each) => [each]);
    const rest = parted ?? (whole.length === 0 ? split(word, isAny) : undefined);
    return [...(rest ? [rest] : []), ...whole].filter((meant) => !mayBeTorn(heard, at, meant));
  }

  return (heard) => {
    const unknown = heard.reduce((count, word) => count + (isKnown(word) ? 0 : 1), 0);
    if (unknown === 0 || unknown > MAX_UNKNOWN) return [];
    let spelled: readonly (readonly SpelledWord[])[] = [[]];
    let count = 0;
    for (let at = 0; at < heard.length; ) {
      const word = heard[at] ?? '';
      const both = joined(word, heard[at + 1]);
      const [from, to] = [at, both === undefined ? at + 1 : at + 2];
      const meant = both === undefined ? (isKnown(word) ? [] : spelledAnew(heard, at)) : [[both]];
      if (meant.length > 0) count += 1;
      const options = (meant.length > 0 ? meant : [[word]]).map((option) =>
        option.map((each): SpelledWord => ({ word: each, from, to })),
      );
      spelled = spelled
        .flatMap((before) => options.map((option) => [...before, ...option]))
        .slice(0, MAX_WAYS + 1);
      at = to;
    }
    // So many slips at once, or so many ways to take them: something else was said.
    const isTooMuch = count > MAX_MENDED || (count > MANY && 2 * count > heard.length);
    return count === 0 || isTooMuch || spelled.length > MAX_WAYS ? [] : spelled;
  };
}
