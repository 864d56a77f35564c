import type { Language } from '../intent/utterance.ts';
import { knowledgeOf, type LanguageKnowledge } from './languages.ts';
import type { Leanings } from './leanings.ts';
import { phraseAt } from './phrase-at.ts';
import { timesSaid } from './times-said.ts';
import { withoutFillers } from './without-fillers.ts';
import { foldedWords } from './words.ts';

const NUMBER = /^-?\d/;

/**
 * Whether a sentence means the same whenever it is said in the same room, whatever was said before it. When in doubt
 * it does not: it has to give an order about something or ask, and nothing in it may point elsewhere. Nothing is
 * known to stand alone in a language without knowledge of its own.
 */
export function standsAlone(text: string, language: Language): boolean {
  const knowledge = knowledgeOf(language);
  const { leanings } = knowledge;
  if (!leanings) return false;
  const words = foldedWords(text);
  if (words.some((word, index) => leans(word, index, { leanings, knowledge }))) return false;
  if (timesSaid(words, knowledge).some(({ kind }) => kind === 'time' || kind === 'length')) return false;

  const rest = withoutFillers(words, knowledge.fillers);
  const [first = ''] = rest;
  if (rest.length < 2 || leanings.openers.has(first)) return false;
  // "What about the kitchen".
  if (phraseAt(rest, 0, knowledge.linking.openers) > 1) return false;
  if (knowledge.cautions.questions.has(first)) return true;
  return ordersSomething(rest, { leanings, knowledge });
}

interface Knowledge {
  readonly leanings: Leanings;
  readonly knowledge: LanguageKnowledge;
}

function leans(word: string, index: number, { leanings, knowledge }: Knowledge): boolean {
  const { later, questions } = knowledge.cautions;
  // "Jak ciepło jest": as its first word it asks.
  const putsOff = later.has(word) && !(index === 0 && questions.has(word));
  return putsOff || leanings.pointers.has(word);
}

/** "Zgaś w kuchni" and "ustaw na 40" go on from something; so does what holds no order at all: "lampa przy oknie". */
function ordersSomething(words: readonly string[], { leanings, knowledge }: Knowledge): boolean {
  const { directions, cautions, numberWords } = knowledge;
  const orders = (word: string): boolean => {
    const way = directions.ways.get(word);
    return leanings.orders.has(word) || (way !== undefined && way !== 'negated');
  };
  const order = words.findIndex(orders);
  if (order < 0) return false;
  // "Światło włącz"; but of "w kuchni włącz światło" the thing is still to come.
  if (order > 0 && !cautions.places.has(words[0] ?? '')) return true;
  const behind = words.slice(order);
  while (behind.length > 0 && orders(behind[0] ?? '')) behind.shift();
  if (cautions.places.has(behind[0] ?? '') || leanings.measures.has(behind[0] ?? '')) return false;
  return behind.some(
    (word) => !NUMBER.test(word) && !numberWords.has(word) && !leanings.measures.has(word) && word !== '°',
  );
}
