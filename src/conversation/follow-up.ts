import type { Action } from '../intent/recognition.ts';
import type { PastTurn } from '../intent/turn.ts';
import { undoOf } from '../intent/undo.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf, type LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { takeTimesOut, type WhenSaid } from '../language/when-said.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { createReader, type Reader } from './clause-reader.ts';
import { waysApart } from './clauses.ts';
import { compose, isBounded, mayBeOrders } from './compose.ts';
import { correctsItself } from './corrects-itself.ts';
import { movedIn, moveTime, plansOf } from './moved-time.ts';
import { isOrderWord } from './order-words.ts';
import { type Clause, type Composed, putTogether } from './put-together.ts';
import type { Timing } from './resolve-time.ts';
import { foldedOf, type PartedWord, saidWords } from './said-words.ts';
import { dayOf, hasDay, isOnlyNow } from './timed-part.ts';
import { timingBehind } from './timings-in-order.ts';
import type { SaidWord } from './transplant.ts';
import { actionsOf, type Understand } from './understand.ts';
import { withoutLinks } from './without-links.ts';

/** Words: what goes on from something is short. */
const LONGEST = 12;
/** Turns that one leans on, each on the one before it. */
const MOST_TURNS = 5;
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
  if (all.length > LONGEST || correctsItself(foldedOf(all), knowledge)) return undefined;
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
  const words = withoutLinks(opened, knowledge);
  const folded = foldedOf(words);
  const plain = withoutFillers(folded, fillers);
  if (withoutFillers(plain, linking.links).length === 0 || isBounded(plain, knowledge)) return undefined;
  const isOrder = (word: string): boolean => isOrderWord(word, knowledge);
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
    // "Ustaw na czterdzieści": of what is not said.
    (isOrder(first) &&
      (leanings?.measures.has(folded[1] ?? '') === true || cautions.places.has(folded[1] ?? '')));
  if (!leans) return undefined;
  const asks = knowledge.isNoOrder(text) || folded.some((word) => cautions.questions.has(word));
  return { words, asks, isMore: phraseAt(said, 0, linking.mores) > 0 };
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
      [cautions.slightly, linking.pronouns, leanings?.measures, clock.measures].some((known) =>
        known?.has(word),
      ) ||
      readNumbers(said, at).length > 0 ||
      isNumber(word, knowledge),
  );
}

/** Whole, or a part of one: "sto" of "sto dwadzieścia". */
function isNumber(word: string, { numberWords }: LanguageKnowledge): boolean {
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

function withoutOpeners(
  words: readonly PartedWord[],
  knowledge: LanguageKnowledge,
): { words: readonly PartedWord[]; isOpened: boolean } {
  const { linking, cautions } = knowledge;
  let rest = withoutAttention(words, knowledge);
  let isOpened = false;
  // "Nie, na dwadzieścia": it answers, and goes on.
  if (cautions.negations.has(rest[0]?.folded ?? '') && rest[1]?.isParted) {
    rest = rest.slice(1);
    isOpened = true;
  }
  for (let isMore = true; isMore; ) {
    const length = phraseAt(foldedOf(rest), 0, linking.openers);
    isMore = length > 0 && length < rest.length;
    if (!isMore) break;
    rest = withoutAttention(rest.slice(length), knowledge);
    isOpened = true;
  }
  return { words: rest, isOpened };
}

interface Circumstances {
  readonly understand: Understand;
  readonly now: number;
  readonly zone: string;
}

/**
 * Understands what goes on from what was said before: the same elsewhere, to something else, otherwise, once more.
 *
 * @param before the turns of the same talk, the newest last
 * @returns undefined where nothing before it fits
 */
export function followUp(
  utterance: Utterance,
  before: readonly PastTurn[],
  circumstances: Circumstances,
): Composed | undefined {
  const found = goneOnFrom(utterance, before, circumstances);
  const last = before.findLastIndex((turn) => understoodIn(turn).length > 0);
  // What was asked in between does not change what is called off by its name: "ile zostało na jajka", "anuluj jajka".
  const isAsked = before[last]?.query !== undefined && callsOffByName(utterance);
  if (found) return found;
  const named = isAsked ? goneOnFrom(utterance, before.slice(0, last), circumstances) : undefined;
  return named ?? wholeBehindOpener(utterance, circumstances);
}

/** "I zgaś kinkiet": all of it is said, and nothing but how it goes on stands before it. */
function wholeBehindOpener(utterance: Utterance, circumstances: Circumstances): Composed | undefined {
  const knowledge = knowledgeOf(utterance.language);
  const { words, isOpened } = withoutOpeners(saidWords(utterance.text), knowledge);
  const isPointing = words.some(({ folded }) => knowledge.linking.pronouns.has(folded));
  const [first] = words;
  if (!isOpened || isPointing || !first || !isOrderWord(first.folded, knowledge)) return undefined;
  if (!mayBeOrders(utterance.text, words, knowledge)) return undefined;
  const whole = createReader(utterance, { ...circumstances, knowledge }).firstOf([words]);
  return whole && putTogether([{ ...whole, when: {} }], { ...circumstances, phrases: knowledge.phrases });
}

function callsOffByName({ text, language }: Utterance): boolean {
  const { linking } = knowledgeOf(language);
  const said = foldedOf(saidWords(text));
  const length = phraseAt(said, 0, linking.callOffs);
  return length > 0 && said.length > length && !said.some((word) => linking.pronouns.has(word));
}

function goneOnFrom(
  utterance: Utterance,
  before: readonly PastTurn[],
  circumstances: Circumstances,
): Composed | undefined {
  const leaning = leaningOf(utterance);
  const moved = movedIn(utterance);
  const turns = before.filter((turn) => understoodIn(turn).length > 0).slice(-MOST_TURNS);
  const past = turns.at(-1);
  const spoken = (leaning ?? moved) && past ? clausesSaid(turns, { ...circumstances, utterance }) : undefined;
  if (!past || !spoken) return undefined;
  const { language } = utterance;
  const later = moved && moveTime(moved, { ...circumstances, past, bases: spoken, language });
  const knowledge = knowledgeOf(utterance.language);
  if (later) return later;
  if (!leaning) {
    // "Albo nie, 20": so much instead.
    const isAmount =
      moved?.every((word) => isNumber(word, knowledge) || knowledge.clock.measures.has(word)) === true;
    if (!moved || !isAmount || timeOf(past, spoken)) return undefined;
    const said = moved.map((word) => ({ written: word, folded: word }));
    const reader = createReader(utterance, { ...circumstances, knowledge });
    const clauses = transplanted(said, { bases: spoken, reader, knowledge });
    return clauses && putTogether(clauses, { ...circumstances, phrases: knowledge.phrases });
  }
  const isOfTwo = leaning.words.some(({ folded }) => knowledge.linking.pairs.has(folded));
  const bases = isOfTwo ? lastTwo(spoken, turns, { ...circumstances, utterance }) : spoken;
  if (!bases) return undefined;
  const { phrases } = knowledge;
  const put = (clauses: readonly Clause[], timing?: Timing): Composed | undefined => {
    const composed = putTogether(clauses, { ...circumstances, phrases, ...(timing && { timing }) });
    if (!leaning.asks || composed?.kind !== 'understood') return composed;
    const { meaning } = composed.understood;
    return meaning.status === 'recognized' && meaning.kind === 'query' ? composed : undefined;
  };
  const inherited = timeOf(past, bases);
  const base = bases.at(-1);
  if (leaning.again) {
    const isStep = leaning.again === 'step';
    if (inherited) return undefined;
    if (!isStep || bases.every(isStepped)) return put(bases.map((base) => ({ ...base, when: {} })));
    if (leaning.words.length === 0) return undefined;
  }
  const reader = createReader(utterance, { ...circumstances, knowledge });
  const isOtherwise = leaning.words.some(({ folded }) => isOrderWord(folded, knowledge));
  const isSaidNow = isOnlyNow(
    takeTimesOut(foldedOf(saidWords(utterance.text)), knowledge.readTime)?.when ?? {},
  );
  const heard = transplanted(leaning.words, { bases, reader, knowledge });
  if (heard && leaning.isMore && !isOtherwise && !bases.every(isStepped) && !isFurther(heard, bases))
    return undefined;
  if (heard) {
    if (isOtherwise || !inherited || isSaidNow) return put(heard.map((clause) => ({ ...clause, when: {} })));
    if (inherited === 'other') return undefined;
    return putTogether(
      heard.map((clause) => ({ ...clause, when: base?.when ?? {} })),
      { ...circumstances, phrases, timing: inherited },
    );
  }
  const times = takeTimesOut(foldedOf(leaning.words), knowledge.readTime);
  const rest =
    times &&
    withoutLinks(
      times.rest.flatMap((at) => leaning.words[at] ?? []),
      knowledge,
    );
  const timed = rest && rest.length > 0 ? transplanted(rest, { bases, reader, knowledge }) : undefined;
  const [first] = timed ?? [];
  if (!times || (rest?.length === 0 && times.rest.length === 0)) {
    // "A pojutrze o dziewiątej": once more on another day.
    const isAgain = times && hasDay(times.when) && inherited && inherited !== 'other';
    if (isAgain) return put(bases.map((base) => ({ ...base, when: times.when })));
    return inherited ? undefined : eachBeside(leaning.words, { bases, reader, knowledge, put });
  }
  if (!timed || !first) return undefined;
  const { when } = times;
  if (!base || !inherited || typeof when === 'string')
    return put(timed.map((clause) => ({ ...clause, when })));
  if (inherited === 'other') {
    const isTold = bases.every(({ when: said }) => !hasDay(said)) || hasDay(when);
    return isTold && !when.isBehind ? put(timed.map((clause) => ({ ...clause, when }))) : undefined;
  }
  const timing = timingBehind({ ...first, when }, [{ ...base, timing: inherited }], circumstances);
  if (typeof timing === 'string') return { kind: 'complaint', text: phrases.timeTrouble[timing] };
  // What goes on from this one is of the same day.
  const day = typeof base.when === 'string' || hasDay(when) ? {} : dayOf(base.when);
  return put(
    timed.map((clause) => ({ ...clause, when: { ...day, ...when } })),
    timing,
  );
}

/** The one time that a turn was said for; undefined: now; 'other' where there are several. */
function timeOf(turn: PastTurn, bases: readonly Clause[]): Timing | 'other' | undefined {
  const actions = plansOf(turn);
  if (actions.length === 0) return undefined;
  const times = new Set(actions.map(({ at, repeat }) => JSON.stringify([at, repeat])));
  const [{ at, repeat } = {} as Pick<Action, 'at' | 'repeat'>] = actions;
  if (times.size > 1 || bases.length !== actions.length) return 'other';
  if (at === undefined) return undefined;
  return { at, ...(repeat !== undefined && { repeat }) };
}

function isStepped({ understood }: Clause): boolean {
  return actionsOf(understood).every(
    ({ intent, entities }) =>
      /volume_(?:up|down)$|(?:in|de)crease/.test(intent) ||
      Object.keys(entities).some((slot) => slot.includes('step')),
  );
}

/** Whether anything else is done than before. */
function isFurther(heard: readonly Clause[], bases: readonly Clause[]): boolean {
  return !heard.every(({ understood }) =>
    bases.some((base) => isSame(actionsOf(base.understood), actionsOf(understood))),
  );
}

/**
 * All that was done alike is done otherwise together; else the last that fits, unless several are named by one word.
 */
function transplanted(
  words: readonly SaidWord[],
  { bases, reader, knowledge }: { bases: readonly Clause[]; reader: Reader; knowledge: LanguageKnowledge },
): readonly Clause[] | undefined {
  const { pronouns, plurals, pairs } = knowledge.linking;
  const isOfSeveral = words.some(({ folded }) => plurals.has(folded) || pairs.has(folded));
  const isOfOne = !isOfSeveral && words.some(({ folded }) => pronouns.has(folded));
  const found = (base: Clause): Clause | undefined => {
    const sentence = reader.beside(words, base);
    return sentence && { ...sentence, when: {} };
  };
  const [last] = bases.slice(-1);
  // "Ją" is the last of things that are of different kinds.
  const like = isOfOne ? isSameKind : isAlike;
  const alike = last ? bases.filter((base) => like(base, last)) : [];
  const all = alike.map(found);
  // "Podnieś" behind "opuść roletę i zgaś lampkę" is about the one that it undoes.
  const undone = isOfOne || isOfSeveral ? [] : bases.filter((base) => undoes(found(base), base));
  if (undone.length > 0 && !alike.some((base) => undone.includes(base))) {
    return undone.flatMap((base) => found(base) ?? []);
  }
  if (all.length > 0 && all.every((clause) => clause !== undefined)) return all;
  if (isOfSeveral && alike.length > 1) return undefined;
  for (const base of bases.toReversed()) {
    const clause = found(base);
    if (clause) return [clause];
  }
  return undefined;
}

function undoes(clause: Clause | undefined, base: Clause): boolean {
  const [undo] = actionsOf(base.understood).map(undoOf);
  const actions = clause ? actionsOf(clause.understood) : [];
  return undo !== undefined && actions.length === 1 && isSame(actions, [undo]);
}

/** "To samo w kuchni i w łazience". */
function eachBeside(
  words: readonly PartedWord[],
  {
    bases,
    reader,
    knowledge,
    put,
  }: {
    bases: readonly Clause[];
    reader: Reader;
    knowledge: LanguageKnowledge;
    put: (clauses: readonly Clause[]) => Composed | undefined;
  },
): Composed | undefined {
  const [base, ...others] = bases;
  const parts = waysApart(words, knowledge).at(-1) ?? [];
  if (!base || others.length > 0 || parts.length < 2) return undefined;
  const clauses = parts.flatMap(({ from, to }): Clause[] => {
    const found = reader.beside(withoutLinks(words.slice(from, to), knowledge), base);
    return found ? [{ ...found, when: {} }] : [];
  });
  return clauses.length === parts.length ? put(clauses) : undefined;
}

function isSameKind(one: Clause, other: Clause): boolean {
  const intentOf = ({ understood }: Clause): string | undefined => actionsOf(understood)[0]?.intent;
  return intentOf(one) === intentOf(other);
}

/** The same was done to each, whatever kinds of things they are: "włącz telewizor i choinkę". */
function isAlike(one: Clause, other: Clause): boolean {
  const verbOf = ({ understood }: Clause): string | undefined =>
    actionsOf(understood)[0]?.intent.split('.')[1];
  return verbOf(one) === verbOf(other);
}

/** The two that "both" may be, said in one turn or in two; undefined where they are more or fewer. */
function lastTwo(
  bases: readonly Clause[],
  turns: readonly PastTurn[],
  circumstances: Circumstances & { utterance: Utterance },
): readonly Clause[] | undefined {
  if (bases.length !== 1) return bases.length === 2 ? bases : undefined;
  const said = (back: number): readonly Clause[] => clausesSaid(turns.slice(0, -back), circumstances) ?? [];
  const [[one, ...more], [other]] = [said(1), bases];
  if (!one || !other || more.length > 0 || !isAlike(one, other)) return undefined;
  // A third that was done alike may be one of both.
  return said(2).some((clause) => isAlike(clause, other)) ? undefined : [one, other];
}

/**
 * The orders of the last turn in words that say all of each; undefined where they cannot be told, or were understood
 * otherwise by somebody else.
 */
function clausesSaid(
  turns: readonly PastTurn[],
  { utterance, ...circumstances }: Circumstances & { utterance: Utterance },
): readonly Clause[] | undefined {
  const turn = turns.at(-1);
  if (!turn) return undefined;
  const spoken = { ...utterance, text: turn.said };
  const whole = circumstances.understand(spoken);
  const past = { ...circumstances, now: turn.at };
  const goneOn = (): Composed | undefined => followUp(spoken, turns.slice(0, -1), past);
  const asUnderstood = (composed: Composed | undefined): readonly Clause[] | undefined =>
    composed?.kind === 'understood' && isSame(actionsOf(composed.understood), understoodIn(turn))
      ? composed.clauses
      : undefined;
  if (whole && isSame(actionsOf(whole), understoodIn(turn))) {
    const when: WhenSaid = {};
    // "Głośniej" names nothing that "wyłącz go" could be about; what it went on from does.
    const named = namesNothing(spoken) ? asUnderstood(goneOn()) : undefined;
    return named ?? [{ words: saidWords(turn.said), understood: whole, when }];
  }
  return asUnderstood(compose(spoken, past) ?? goneOn());
}

function understoodIn({ actions, query }: PastTurn): readonly Action[] {
  return query ? [query] : actions;
}

function isSame(one: readonly Action[], other: readonly Action[]): boolean {
  const plain = (actions: readonly Action[]): string =>
    JSON.stringify(
      actions.map(({ intent, entities }) => [
        intent,
        Object.entries(entities).sort(([a], [b]) => (a < b ? -1 : 1)),
      ]),
    );
  return plain(one) === plain(other);
}
