import type { LanguageKnowledge } from './languages.ts';
import { phraseAt } from './phrase-at.ts';
import type { Word } from './words.ts';

/** The longest piece that is said twice by mistake, in words. */
const LONGEST_REPETITION = 4;
const DIGITS = /^\d/;

/**
 * Without what a tongue or a microphone doubles ("zgaś zgaś światło", "w tym no w gabinecie"), what is put before a number
 * and leaves it as it is ("jakby dwadzieścia"), and what asks for agreement at the end.
 *
 * @returns the same array where there is nothing of the kind
 */
export function plainWords(words: readonly Word[], knowledge: LanguageKnowledge): readonly Word[] {
  return withoutTag(withoutHedges(withoutRepetitions(words, knowledge), knowledge), knowledge);
}

/** Of what is said twice the second time stays: who begins anew means what comes then. */
function withoutRepetitions(words: readonly Word[], knowledge: LanguageKnowledge): readonly Word[] {
  const said = words.map(({ folded }) => folded);
  const kept: Word[] = [];
  for (let at = 0; at < words.length; ) {
    const length = repeatedAt(said, at, knowledge);
    if (length === 0) kept.push(...words.slice(at, at + 1));
    at += Math.max(1, length);
  }
  return kept.length === words.length ? words : kept;
}

/** How many words to leave out there, those of hesitation between the two times among them. */
function repeatedAt(
  said: readonly string[],
  at: number,
  { fillers, numberWords }: LanguageKnowledge,
): number {
  const isAgain = said.indexOf(said[at] ?? '', at + 1) > 0;
  for (let length = isAgain ? Math.min(LONGEST_REPETITION, said.length - at - 1) : 0; length > 0; length--) {
    const piece = said.slice(at, at + length);
    // "Dwa dwa" is two digits.
    if (piece.some((word) => numberWords.has(word) || DIGITS.test(word))) continue;
    let again = at + length;
    for (let skipped = -1; skipped !== 0; again += skipped) {
      if (piece.every((word, index) => said[again + index] === word)) return again - at;
      skipped = phraseAt(said, again, fillers);
    }
  }
  return 0;
}

function withoutHedges(words: readonly Word[], { asides, numberWords }: LanguageKnowledge): readonly Word[] {
  const said = words.map(({ folded }) => folded);
  const isNumber = (word = ''): boolean => numberWords.has(word) || DIGITS.test(word);
  const kept: Word[] = [];
  for (let at = 0; at < words.length; ) {
    const length = phraseAt(said, at, asides.hedges);
    const hedges = length > 0 && isNumber(said[at + length]);
    if (!hedges) kept.push(...words.slice(at, at + 1));
    at += hedges ? length : 1;
  }
  return kept.length === words.length ? words : kept;
}

function withoutTag(words: readonly Word[], { asides }: LanguageKnowledge): readonly Word[] {
  const { folded = '' } = words.at(-1) ?? {};
  return words.length > 1 && asides.tags.has(folded) ? words.slice(0, -1) : words;
}
