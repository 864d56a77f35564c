import type { Action } from '../intent/recognition.ts';
import type { PastTurn } from '../intent/turn.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf, type LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { takeTimesOut, type WhenSaid } from '../language/when-said.ts';
import { eachBeside, isAlike, isFurther, isSame, transplanted } from './beside.ts';
import { createReader, type Reader } from './clause-reader.ts';
import { compose, mayBeOrders } from './compose.ts';
import { corrected, correctionIn, withFirst } from './correction.ts';
import { heardIn, isStepped } from './heard.ts';
import { isNumber, joinsOrder, type Leaning, leaningOf, namesNothing, withoutOpeners } from './leaning.ts';
import { movedIn, moveTime, plansOf } from './moved-time.ts';
import { isOrderWord } from './order-words.ts';
import { type Clause, type Composed, putTogether } from './put-together.ts';
import type { Timing } from './resolve-time.ts';
import { complains, retorted, shortIn } from './retort.ts';
import { foldedOf, saidWords } from './said-words.ts';
import { isTimer, takeBack, takingBack } from './take-back.ts';
import { dayOf, hasDay, isOnlyNow } from './timed-part.ts';
import { timingBehind } from './timings-in-order.ts';
import { actionsOf, type Understand } from './understand.ts';
import { withoutLinks } from './without-links.ts';

/** Milliseconds in which an order that begins with "and" joins the one before it. */
const JOINED_MS = 60_000;
/** Turns that one leans on, each on the one before it. */
const MOST_TURNS = 5;

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
  const takenBack = takingBack(utterance) && takeBack(utterance, before);
  if (takenBack?.status === 'unclear') return { kind: 'complaint', text: takenBack.responseText };
  if (takenBack) {
    return { kind: 'understood', understood: { meaning: takenBack, template: 'taken back' }, clauses: [] };
  }
  const found =
    asPlanned(utterance, before, circumstances) ??
    (saysHere(utterance) ? wholeBehindOpener(utterance, circumstances) : undefined) ??
    goneOnFrom(utterance, before, circumstances);
  const last = before.findLastIndex((turn) => understoodIn(turn).length > 0);
  // What was asked in between does not change what is called off by its name: "ile zostało na jajka", "anuluj jajka".
  const isAsked = before[last]?.query !== undefined && callsOffByName(utterance);
  if (found) return found;
  const named = isAsked ? goneOnFrom(utterance, before.slice(0, last), circumstances) : undefined;
  return named ?? wholeBehindOpener(utterance, circumstances);
}

/** "I włącz ekspres" behind "o siódmej odsłoń zasłony": both are meant for then. */
function asPlanned(
  utterance: Utterance,
  before: readonly PastTurn[],
  circumstances: Circumstances,
): Composed | undefined {
  const past = before.at(-1);
  if (!past || !joinsOrder(utterance) || circumstances.now - past.at > JOINED_MS) return undefined;
  const bases = clausesSaid(before.slice(-MOST_TURNS), { ...circumstances, utterance });
  const timing = bases && timeOf(past, bases);
  if (!bases || !timing || timing === 'other') return undefined;
  const knowledge = knowledgeOf(utterance.language);
  const words = withoutLinks(saidWords(utterance.text).slice(1), knowledge);
  const whole = createReader(utterance, { ...circumstances, knowledge }).firstOf([words]);
  const when = bases.at(-1)?.when ?? {};
  return whole && putTogether([{ ...whole, when }], { ...circumstances, phrases: knowledge.phrases, timing });
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

/** "I zgaś tu światło": wherever the last thing was. */
function saysHere({ text, language }: Utterance): boolean {
  const said = foldedOf(saidWords(text));
  return said.some((_, at) => phraseAt(said, at, knowledgeOf(language).linking.here) > 0);
}

function callsOffByName({ text, language }: Utterance): boolean {
  const { linking } = knowledgeOf(language);
  const said = foldedOf(saidWords(text));
  const length = phraseAt(said, 0, linking.callOffs);
  return length > 0 && said.length > length && !said.some((word) => linking.pronouns.has(word));
}

/** What goes on from something said before, and that. */
interface Going {
  readonly utterance: Utterance;
  readonly knowledge: LanguageKnowledge;
  readonly reader: Reader;
  /** The orders that it goes on from. */
  readonly bases: readonly Clause[];
  /** The time that all of them were said for. */
  readonly inherited: Timing | 'other' | undefined;
  readonly put: (clauses: readonly Clause[], timing?: Timing) => Composed | undefined;
  readonly circumstances: Circumstances;
}

function goneOnFrom(
  utterance: Utterance,
  before: readonly PastTurn[],
  circumstances: Circumstances,
): Composed | undefined {
  const short = shortIn(utterance);
  const leaning = complains(utterance) ? undefined : leaningOf(utterance);
  const moved = movedIn(utterance);
  const correction = correctionIn(utterance);
  const turns = before.filter((turn) => understoodIn(turn).length > 0).slice(-MOST_TURNS);
  const past = turns.at(-1);
  const spoken =
    (short ?? correction ?? leaning ?? moved) && past
      ? clausesSaid(turns, { ...circumstances, utterance })
      : undefined;
  if (!past || !spoken) return undefined;
  const { language } = utterance;
  const later = moved && moveTime(moved, { ...circumstances, past, bases: spoken, language });
  if (later) return later;

  const knowledge = knowledgeOf(language);
  const { phrases, linking } = knowledge;
  const isOfTwo = leaning?.words.some(({ folded }) => linking.pairs.has(folded));
  const bases = isOfTwo ? lastTwo(spoken, turns, { ...circumstances, utterance }) : spoken;
  if (!bases) return undefined;
  const going: Going = {
    ...{ utterance, knowledge, bases, circumstances },
    reader: createReader(utterance, { ...circumstances, knowledge }),
    inherited: timeOf(past, bases),
    put: (clauses, timing) => putTogether(clauses, { ...circumstances, phrases, ...(timing && { timing }) }),
  };
  const agoMs = circumstances.now - past.at;
  const answered = short && retorted(short, { bases, reader: going.reader, knowledge, agoMs });
  if (answered) return going.put(answered);
  const right = correction && corrected(correction, { ...going, past: plansOf(past) });
  if (right) return right;
  const otherwise = moved && soMuchInstead(moved, going, past);
  if (otherwise || !leaning) return otherwise;
  return leaned(leaning, leaning.asks ? { ...going, put: onlyAsking(going.put) } : going);
}

/** Of what asks, only what asks is understood. */
function onlyAsking(put: Going['put']): Going['put'] {
  return (clauses, timing) => {
    const composed = put(clauses, timing);
    if (composed?.kind !== 'understood') return composed;
    const { meaning } = composed.understood;
    return meaning.status === 'recognized' && meaning.kind === 'query' ? composed : undefined;
  };
}

/** "Albo nie, 20". */
function soMuchInstead(moved: readonly string[], going: Going, past: PastTurn): Composed | undefined {
  const { bases, reader, knowledge, inherited, put } = going;
  const isAmount = moved.every((word) => isNumber(word, knowledge) || knowledge.clock.measures.has(word));
  if (!isAmount || inherited) return undefined;
  const said = moved.map((word) => ({ written: word, folded: word }));
  const clauses = transplanted(said, { bases, reader, knowledge });
  // A timer that was set for another time is none that anybody wants.
  return clauses && withFirst(plansOf(past).filter(isTimer), put(clauses));
}

function leaned(leaning: Leaning, going: Going): Composed | undefined {
  const { utterance, bases, knowledge, inherited, put } = going;
  if (leaning.again) {
    if (inherited) return undefined;
    if (leaning.again === 'same' || bases.every(isStepped)) return put(bases.map(now));
    if (leaning.words.length === 0) return undefined;
  }
  const heard = heardIn(leaning, going);
  if (!heard) return atAnotherTime(leaning, going);

  const isOtherwise = leaning.words.some(({ folded }) => isOrderWord(folded, knowledge));
  if (leaning.isMore && !isOtherwise && !bases.every(isStepped) && !isFurther(heard, bases)) return undefined;
  const said = takeTimesOut(foldedOf(saidWords(utterance.text)), knowledge.readTime);
  if (isOtherwise || !inherited || isOnlyNow(said?.when ?? {})) return put(heard.map(now));
  if (inherited === 'other') return undefined;
  const when = bases.at(-1)?.when ?? {};
  return going.put(
    heard.map((clause) => ({ ...clause, when })),
    inherited,
  );
}

function now(clause: Clause): Clause {
  return { ...clause, when: {} };
}

/** "A pojutrze o dziewiątej", "a w kuchni o ósmej"; without a time: "to samo w kuchni i w łazience". */
function atAnotherTime(leaning: Leaning, going: Going): Composed | undefined {
  const { bases, reader, knowledge, inherited, put, circumstances } = going;
  const times = takeTimesOut(foldedOf(leaning.words), knowledge.readTime);
  const besides = times?.rest.flatMap((at) => leaning.words[at] ?? []) ?? [];
  if (!times || besides.length === 0) {
    // Once more on another day.
    const isAgain = times && hasDay(times.when) && inherited && inherited !== 'other';
    if (isAgain) return put(bases.map((base) => ({ ...base, when: times.when })));
    return inherited ? undefined : eachBeside(leaning.words, { bases, reader, knowledge, put });
  }
  const rest = withoutLinks(besides, knowledge);
  const timed = rest.length > 0 ? transplanted(rest, { bases, reader, knowledge }) : undefined;
  const [first] = timed ?? [];
  const base = bases.at(-1);
  if (!timed || !first) return undefined;
  const { when } = times;
  const asSaid = (): Composed | undefined => put(timed.map((clause) => ({ ...clause, when })));
  if (!base || !inherited || typeof when === 'string') return asSaid();
  if (inherited === 'other') {
    const isTold = bases.every(({ when: said }) => !hasDay(said)) || hasDay(when);
    return isTold && !when.isBehind ? asSaid() : undefined;
  }
  const timing = timingBehind({ ...first, when }, [{ ...base, timing: inherited }], circumstances);
  if (typeof timing === 'string') return { kind: 'complaint', text: knowledge.phrases.timeTrouble[timing] };
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
  const ordered = bases.flatMap(({ understood }) => actionsOf(understood)).length;
  const times = new Set(actions.map(({ at, repeat }) => JSON.stringify([at, repeat])));
  const [{ at, repeat } = {} as Pick<Action, 'at' | 'repeat'>] = actions;
  if (times.size > 1 || ordered !== actions.length) return 'other';
  if (at === undefined) return undefined;
  return { at, ...(repeat !== undefined && { repeat }) };
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
