import type { LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { isOrderWord } from './order-words.ts';
import { foldedOf, type PartedWord } from './said-words.ts';

/**
 * Whether a time is told of something else than an order: "zgaś światło, o 22 wychodzę". It is where it stands beside a
 * remark, or behind a word for a reason, with neither a sign nor an order between them.
 *
 * @param rest positions of the words that say nothing about when
 */
export function isToldOfElse(
  words: readonly PartedWord[],
  rest: readonly number[],
  knowledge: Pick<LanguageKnowledge, 'asides' | 'directions' | 'leanings'>,
): boolean {
  const { reasons, remarks } = knowledge.asides;
  const said = foldedOf(words);
  const untimed = new Set(rest);
  const isTimed = (from: number, step: 1 | -1): boolean => {
    for (let at = from; at >= 0 && at < words.length; at += step) {
      if (isOrderWord(said[at] ?? '', knowledge) || (step === 1 && at > from && words[at]?.isParted))
        return false;
      if (!untimed.has(at)) return true;
      if (step === -1 && (words[at]?.isParted || phraseAt(said, at, reasons) > 0)) return false;
    }
    return false;
  };
  return said.some((_, at) => {
    if (phraseAt(said, at, remarks) > 0) return isTimed(at, 1) || isTimed(at, -1);
    return phraseAt(said, at, reasons) > 0 && isTimed(at, 1);
  });
}
