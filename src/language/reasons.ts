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
  return reasoned && takesNothingBack(reasoned, knowledge) ? reasoned : undefined;
}

/** Not "… ale nie w kuchni", and not "włącz światło, bo jak nie, to wyłącz". */
function takesNothingBack(
  { order, reason }: Reasoned,
  { asides: { limits }, directions: { ways, opposites } }: LanguageKnowledge,
): boolean {
  const waysOf = (words: readonly Word[]) => new Set(words.map(({ folded }) => ways.get(folded)));
  const [ordered, told] = [waysOf(order), waysOf(reason)];
  const isTurned = opposites.some(
    ([one, other]) => (ordered.has(one) && told.has(other)) || (ordered.has(other) && told.has(one)),
  );
  return !isTurned && !reason.some(({ folded }) => limits.has(folded));
}

function reasonBehind(
  words: readonly Word[],
  said: readonly string[],
  { asides, directions }: LanguageKnowledge,
): Reasoned | undefined {
  for (let at = 1; at < words.length; at++) {
    const length = phraseAt(said, at, asides.reasons);
    const reason = words.slice(at + length);
    const isGiven = length > 0 ? reason.length > 0 : isRemark(said.slice(at), { asides, directions });
    if (isGiven) return { order: words.slice(0, at), reason };
  }
  return undefined;
}

/**
 * Without a word for a reason it may belong to the order, or take it back: "turn on the light, I'm … off", "… I'm kidding".
 */
function isRemark(
  said: readonly string[],
  { asides, directions }: Pick<LanguageKnowledge, 'asides' | 'directions'>,
): boolean {
  const begun = phraseAt(said, 0, asides.remarks);
  const rest = said.slice(begun);
  const tellsWay = said.some((word) => (directions.ways.get(word) ?? 'negated') !== 'negated');
  return begun > 0 && !tellsWay && !rest.some((word) => asides.retractions.has(word));
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
