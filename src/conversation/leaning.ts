import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf, type LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { takeTimesOut } from '../language/when-said.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { isBounded } from './compose.ts';
import { correctsItself } from './corrects-itself.ts';
import { isOrderWord } from './order-words.ts';
import { foldedOf, type PartedWord, saidWords } from './said-words.ts';
import { withoutLinks } from './without-links.ts';

/** Words: what goes on from something is short. */
const LONGEST = 12;
const DIGIT = /^-?\d/;

/** What goes on from something said before. */
export interface Leaning {
  /** Without the words that only go on: "w łazience" of "a w łazience też". */
  readonly words: readonly PartedWord[];
  /** The same once more, or one step more. */
  readonly again?: 'same' | 'step';
  readonly asks: boolean;
  /** It begins as what goes further: "jeszcze stopień". */
  readonly isMore?: boolean;
}

/** @returns undefined for what does not lean on anything, or orders nothing */
export function leaningOf({ text, language }: Pick<Utterance, 'text' | 'language'>): Leaning | undefined {
  const knowledge = knowledgeOf(language);
  const { linking, cautions, leanings, courtesies, fillers } = knowledge;
  const all = saidWords(text);
  if (all.length > LONGEST || correctsItself(foldedOf(withoutOpeners(all, knowledge).words), knowledge))
    return undefined;
  const said = withoutFillers(foldedOf(withoutAttention(all, knowledge)), courtesies);
  // "Thanks": whoever says no more than that orders nothing.
  if (said.length === 0) return undefined;
  for (const [again, phrases] of [
    ['same', linking.repeats],
    ['step', linking.mores],
  ] as const) {
    if (phraseAt(said, 0, phrases) !== said.length) continue;
    // "Mocniej" is a step as well that was not taken yet.
    const words = all.filter(({ folded }) => again === 'step' && isOrderWord(folded, knowledge));
    return { words, again, asks: false };
  }
  const { words: opened, isOpened } = withoutOpeners(all, knowledge);
  // "To tyle", "dobra, wystarczy".
  const isComment = [said, foldedOf(opened)].some(
    (words) => phraseAt(words, 0, knowledge.asides.comments) === words.length,
  );
  if (isComment) return undefined;
  const words = withoutLinks(withoutLimit(opened, knowledge), knowledge);
  const folded = foldedOf(words);
  const plain = withoutFillers(folded, fillers);
  if (withoutFillers(plain, linking.links).length === 0 || isBounded(plain, knowledge)) return undefined;
  const isOrder = (word: string): boolean => isOrderWord(word, knowledge);
  // "W salonie jest ciemno": no order for the living room.
  const heard = foldedOf(all);
  const isComplaint = heard.some((_, at) => phraseAt(heard, at, knowledge.complaints) > 0);
  if (isComplaint && !folded.some(isOrder)) return undefined;
  const [first = ''] = folded;
  const leans =
    isOpened ||
    opened.some(({ folded }) => phraseAt([folded], 0, linking.links) > 0) ||
    phraseAt(foldedOf(opened), opened.length - 2, linking.links) === 2 ||
    folded.some((word) => linking.pronouns.has(word)) ||
    cautions.places.has(first) ||
    leanings?.measures.has(first) === true ||
    namesNothing({ text, language }) ||
    // "Anuluj makaron": of a timer that was set.
    phraseAt(folded, 0, linking.callOffs) > 0 ||
    // "Lewa na osiemdziesiąt".
    (!folded.some(isOrder) && isValued(folded, knowledge)) ||
    // "Ustaw na czterdzieści": of what is not said.
    (isOrder(first) &&
      (leanings?.measures.has(folded[1] ?? '') === true || cautions.places.has(folded[1] ?? '')));
  if (!leans) return undefined;
  const asks = knowledge.isNoOrder(text) || folded.some((word) => cautions.questions.has(word));
  return { words, asks, isMore: phraseAt(said, 0, linking.mores) > 0 };
}

/** Whether it is an order that goes on with a word that makes one of several, and says no time of its own: "i włącz radio". */
export function joinsOrder({ text, language }: Pick<Utterance, 'text' | 'language'>): boolean {
  const knowledge = knowledgeOf(language);
  const said = foldedOf(saidWords(text));
  const [join = '', first = ''] = said;
  return (
    said.length <= LONGEST &&
    knowledge.linking.together.has(join) &&
    isOrderWord(first, knowledge) &&
    takeTimesOut(said, knowledge.readTime) === undefined
  );
}

/** "Tylko do połowy", "prawą to tylko do połowy": how much it shall be, and no more. */
function withoutLimit(words: readonly PartedWord[], knowledge: LanguageKnowledge): readonly PartedWord[] {
  const { retorts, leanings, fillers } = knowledge;
  const said = foldedOf(words);
  for (let at = 0; at < words.length; at++) {
    const behind = at + phraseAt(said, at, retorts.onlys);
    const [measure = '', ...amount] = said.slice(behind);
    if (behind === at || !leanings?.measures.has(measure)) continue;
    if (!isAmount(amount, knowledge)) continue;
    const isFilled = at > 1 && phraseAt(said, at - 1, fillers) === 1;
    return [...words.slice(0, isFilled ? at - 1 : at), ...words.slice(behind)];
  }
  return words;
}

/** A thing with a value, and nothing that says what to do with them. */
export function isValued(words: readonly string[], knowledge: LanguageKnowledge): boolean {
  const { leanings } = knowledge;
  const at = words.findIndex((word, index) => index > 0 && leanings?.measures.has(word));
  return at > 0 && isAmount(words.slice(at + 1), knowledge);
}

/** "Dwadzieścia stopni", "połowy". */
function isAmount(words: readonly string[], knowledge: LanguageKnowledge): boolean {
  const { clock, readNumbers } = knowledge;
  const isPart = (word: string, at: number): boolean =>
    isNumber(word, knowledge) || clock.measures.has(word) || readNumbers(words, at).length > 0;
  return words.length > 0 && words.every(isPart);
}

/** Whether it only names one thing more, and only what was said before tells what to do with it: "the wall light too". */
export function addsThing({ text, language }: Pick<Utterance, 'text' | 'language'>): boolean {
  const knowledge = knowledgeOf(language);
  const said = foldedOf(saidWords(text));
  const isAdded = phraseAt(said, said.length - 1, knowledge.linking.links) === 1;
  return isAdded && !said.some((word) => isOrderWord(word, knowledge)) && !namesNothing({ text, language });
}

/** Whether it names nothing that it is about, so that what was said before may tell: "jaśniej", "ustaw na dwadzieścia". */
export function namesNothing({ text, language }: Pick<Utterance, 'text' | 'language'>): boolean {
  const knowledge = knowledgeOf(language);
  const { linking, cautions, leanings, clock, readNumbers, fillers } = knowledge;
  const words = saidWords(text);
  if (words.length > LONGEST) return false;
  const folded = foldedOf(withoutLinks(withoutOpeners(words, knowledge).words, knowledge));
  const untimed = takeTimesOut(folded, knowledge.readTime)?.rest.map((at) => folded[at] ?? '') ?? folded;
  const said = withoutFillers(withoutFillers(untimed, linking.links), fillers);
  return said.every(
    (word, at) =>
      isOrderWord(word, knowledge) ||
      [cautions.slightly, linking.pronouns, linking.articles, leanings?.measures, clock.measures].some(
        (known) => known?.has(word),
      ) ||
      readNumbers(said, at).length > 0 ||
      isNumber(word, knowledge),
  );
}

/** Whole, or a part of one: "sto" of "sto dwadzieścia". */
export function isNumber(word: string, { numberWords }: LanguageKnowledge): boolean {
  return numberWords.has(word) || DIGIT.test(word);
}

/** Without calls for attention before it; what goes on from something may be one, too. */
function withoutAttention(
  words: readonly PartedWord[],
  { linking, fillers }: LanguageKnowledge,
): readonly PartedWord[] {
  const said = foldedOf(words);
  let from = 0;
  for (;;) {
    const length = phraseAt(said, from, fillers);
    const goesOn = [linking.openers, linking.links, linking.repeats, linking.mores].some(
      (phrases) => phraseAt(said, from, phrases) >= length,
    );
    if (length === 0 || goesOn || from + length >= words.length) return words.slice(from);
    from += length;
  }
}

export function withoutOpeners(
  words: readonly PartedWord[],
  knowledge: LanguageKnowledge,
): { words: readonly PartedWord[]; isOpened: boolean } {
  const { linking, cautions } = knowledge;
  let rest = withoutAttention(words, knowledge);
  let isOpened = false;
  for (;;) {
    // "Nie, na dwadzieścia": it answers, and goes on.
    const isAnswer = cautions.negations.has(rest[0]?.folded ?? '') && rest[1]?.isParted === true;
    const length = isAnswer ? 1 : phraseAt(foldedOf(rest), 0, linking.openers);
    if (length === 0 || length >= rest.length) break;
    rest = withoutAttention(rest.slice(length), knowledge);
    isOpened = true;
  }
  return { words: rest, isOpened };
}
