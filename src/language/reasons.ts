import type { LanguageKnowledge } from './languages.ts';
import { phraseAt } from './phrase-at.ts';
import type { Word } from './words.ts';

/** What was said, apart into what is to be done and why. */
export interface Reasoned {
  readonly order: readonly Word[];
  readonly reason: readonly Word[];
}

/**
 * Takes an order apart from a reason given for it: "zgaś światło, bo chcę spać", "I can't see, so turn on the light".
 * Whether either is what it seems has to be read: "… bo idę spać i zamknij drzwi" holds another order.
 *
 * @returns undefined where none is given, or where it takes back a part of the order
 */
export function apartFromReason(words: readonly Word[], knowledge: LanguageKnowledge): Reasoned | undefined {
  const said = words.map(({ folded }) => folded);
  const reasoned = reasonBehind(words, said, knowledge) ?? reasonBefore(words, said, knowledge);
  return reasoned?.reason.some(({ folded }) => knowledge.asides.limits.has(folded)) ? undefined : reasoned;
}

function reasonBehind(
  words: readonly Word[],
  said: readonly string[],
  { asides }: LanguageKnowledge,
): Reasoned | undefined {
  for (let at = 1; at < words.length; at++) {
    const length = phraseAt(said, at, asides.reasons);
    const begins = length > 0 || phraseAt(said, at, asides.remarks) > 0;
    if (begins && at + length < words.length) {
      return { order: words.slice(0, at), reason: words.slice(at + length) };
    }
  }
  return undefined;
}

/** Not "jak wrócę, to zapal światło": that is a condition. */
function reasonBefore(
  words: readonly Word[],
  said: readonly string[],
  { asides, cautions: { later, questions } }: LanguageKnowledge,
): Reasoned | undefined {
  for (let at = 1; at < words.length; at++) {
    const before = said[at - 1] ?? '';
    if (later.has(before) || questions.has(before)) return undefined;
    const length = phraseAt(said, at, asides.conclusions);
    if (at >= 2 && length > 0) return { order: words.slice(at + length), reason: words.slice(0, at) };
  }
  return undefined;
}
