import { isDeepStrictEqual } from 'node:util';
import type { Action } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf, type LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import type { Short } from '../language/retorts.ts';
import { takeTimesOut } from '../language/when-said.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { transplanted } from './beside.ts';
import type { Reader } from './clause-reader.ts';
import { isNumber } from './leaning.ts';
import type { Clause } from './put-together.ts';
import { foldedOf, type PartedWord, saidWords } from './said-words.ts';
import { isOnlyNow } from './timed-part.ts';
import type { SaidWord } from './transplant.ts';
import { actionsOf } from './understand.ts';

/** Words: what is said back is short. */
const LONGEST = 8;
/** Milliseconds for which a complaint is about what was just done. */
const COMPLAINT_MS = 60_000;
const OFF = /\.turn_off$/;
const STEP_DOWN = /_down$|decrease/;

/** What is said back in a word or two, whose meaning the thing that was spoken of decides; undefined for all else. */
export function shortIn({ text, language }: Pick<Utterance, 'text' | 'language'>): Short | undefined {
  const knowledge = knowledgeOf(language);
  const { retorts, courtesies, isNoOrder } = knowledge;
  const words = saidWords(text);
  if (words.length > LONGEST || retorts.shorts.length === 0 || isNoOrder(text)) return undefined;
  for (const rest of withoutHesitations(words, knowledge)) {
    const said = withoutMoment(withoutFillers(foldedOf(rest), courtesies), knowledge);
    const short = retorts.shorts.find((one) => isNothingBut(said, one.said));
    if (short) return short;
  }
  return undefined;
}

/** One of the phrases, once or again and again: "stop stop stop". */
function isNothingBut(said: readonly string[], phrases: readonly string[]): boolean {
  const length = phraseAt(said, 0, phrases);
  return length > 0 && said.length % length === 0 && said.every((word, at) => word === said[at % length]);
}

/** Whether something is complained of, whatever else is said: nobody wants more of it. */
export function complains({ text, language }: Pick<Utterance, 'text' | 'language'>): boolean {
  const { shorts } = knowledgeOf(language).retorts;
  const said = foldedOf(saidWords(text));
  return shorts.some(
    (short) => short.isComplaint && said.some((_, at) => phraseAt(said, at, short.said) > 0),
  );
}

/**
 * What that orders for the things that were spoken of last.
 *
 * @param agoMs how long ago they were
 */
export function retorted(
  short: Short,
  {
    bases,
    reader,
    knowledge,
    agoMs,
  }: { bases: readonly Clause[]; reader: Reader; knowledge: LanguageKnowledge; agoMs: number },
): readonly Clause[] | undefined {
  if (short.isComplaint && agoMs > COMPLAINT_MS) return undefined;
  const last = bases.at(-1);
  const [action] = last ? actionsOf(last.understood) : [];
  const [domain = ''] = action?.intent.split('.') ?? [];
  const orders = short.turnsBack && action && isStepDown(action) ? short.turnsBack : short.orders;
  const order = Object.hasOwn(orders, domain) ? orders[domain] : undefined;
  if (!last || !action || order === undefined) return undefined;
  const isAsked = last.understood.meaning.status === 'recognized' && last.understood.meaning.kind === 'query';
  // What is off is neither too loud nor quieter, and what was only asked about was not begun.
  if (OFF.test(action.intent) || (short.ends && isAsked)) return undefined;
  const words = saidWords(order);
  const isThere = (clause: Clause, base: Clause | undefined): boolean =>
    base !== undefined && isAboutSame(clause, base);
  const alone = bases.length === 1 ? reader.firstOf([words]) : undefined;
  if (alone && isThere({ ...alone, when: {} }, last)) {
    // What follows may be about what was named before it.
    return [{ words: last.words, understood: alone.understood, when: {} }];
  }
  const unmeasured = bases.map((base) => ({ ...base, words: withoutAmounts(base.words, knowledge) }));
  const found = transplanted(words, { bases: unmeasured, reader, knowledge });
  const isAbout = found?.every((clause) => bases.some((base) => isThere(clause, base)));
  return isAbout ? found : undefined;
}

/** Without how much it was told to be: "na 40 procent". */
function withoutAmounts(words: readonly SaidWord[], knowledge: LanguageKnowledge): readonly SaidWord[] {
  const isAmount = (at: number): boolean => words[at] !== undefined && isNumber(words[at].folded, knowledge);
  const isOfAmount = (at: number): boolean =>
    knowledge.leanings?.measures.has(words[at]?.folded ?? '') === true &&
    (isAmount(at - 1) || isAmount(at + 1));
  return words.filter((_, at) => !isAmount(at) && !isOfAmount(at));
}

/** "Too loud now". */
function withoutMoment(said: readonly string[], { readTime }: LanguageKnowledge): readonly string[] {
  const times = takeTimesOut(said, readTime);
  return times && isOnlyNow(times.when) ? times.rest.map((at) => said[at] ?? '') : said;
}

/** A step down, of whatever. */
function isStepDown({ intent, entities }: Action): boolean {
  const isLess = ([slot, value]: [string, unknown]): boolean =>
    slot.includes('step') && typeof value === 'number' && value < 0;
  return STEP_DOWN.test(intent) || Object.entries(entities).some(isLess);
}

function isAboutSame(one: Clause, other: Clause): boolean {
  const aboutOf = ({ understood }: Clause): readonly unknown[] =>
    actionsOf(understood).map(({ intent, entities: { area, floor, entity_id: entity } }) => [
      intent.split('.')[0],
      entity ?? [area, floor],
    ]);
  return isDeepStrictEqual(aboutOf(one), aboutOf(other));
}

/**
 * What is left of the words, with fewer and fewer of the hesitations before them. A "no" is one only apart from the rest, and one
 * that a language says again and again, "no no", negates nothing.
 */
export function* withoutHesitations(
  words: readonly PartedWord[],
  { retorts, cautions }: Pick<LanguageKnowledge, 'retorts' | 'cautions'>,
): Generator<readonly PartedWord[]> {
  const said = foldedOf(words);
  yield words;
  for (let from = 0; from < words.length; ) {
    const length = phraseAt(said, from, retorts.hesitations);
    if (length === 0) return;
    const next = from + length;
    const isSaidAgain = length > 1 && said.slice(from, next).every((word) => cautions.negations.has(word));
    const isNegated = cautions.negations.has(said[next - 1] ?? '') && !isSaidAgain;
    if (isNegated && words[next]?.isParted !== true && phraseAt(said, next, retorts.hesitations) === 0)
      return;
    from = next;
    if (from < words.length) yield words.slice(from);
  }
}
