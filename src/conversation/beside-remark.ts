import { valuesOf } from '../intent/place-slots.ts';
import type { Action } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import { fold } from '../language/fold.ts';
import { knowledgeOf, type LanguageKnowledge } from '../language/languages.ts';
import { createNearWords, type NearWords } from '../language/near-words.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { takeTimesOut } from '../language/when-said.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { toWords } from '../language/words.ts';
import { isSame } from './beside.ts';
import { isOrderWord, waysIn } from './order-words.ts';
import type { Clause, Composed } from './put-together.ts';
import { foldedOf, type PartedWord, saidWords } from './said-words.ts';
import { isOnlyNow } from './timed-part.ts';
import { textOf, withThingsNamed } from './transplant.ts';
import { actionsOf, type Understand, type Understood } from './understand.ts';
import { withoutLinks } from './without-links.ts';

/** Words: who tells more tells a tale, and nobody knows what in it is ordered. */
const LONGEST = 10;
/** Words of a remark that together may name a thing or a place. */
const LONGEST_NAME = 3;

/** "The robot's stuck". */
const IS_SO = /['’]s\b/g;

/** Letters: shorter words are next to too many. */
const SHORTEST_SLIP = 5;

const nearCautions = new WeakMap<LanguageKnowledge, NearWords>();

/** Words that turn an order into something else, with a slip in them. */
function nearCautionsOf(knowledge: LanguageKnowledge): NearWords {
  const { cautions, clock } = knowledge;
  const near =
    nearCautions.get(knowledge) ??
    createNearWords([...cautions.negations, ...cautions.later, ...clock.conditions].filter(isLong));
  nearCautions.set(knowledge, near);
  return near;
}

function isLong(word: string): boolean {
  return word.length >= SHORTEST_SLIP;
}

/** What was said, apart into an order and what is only told beside it. */
interface Apart {
  readonly remark: readonly PartedWord[];
  readonly rest: string;
  readonly isBefore: boolean;
}

/**
 * Understands an order or a question beside which somebody tells something: "wróciliśmy, zapal światło", "that'll do,
 * lights off". What is told has to be known for that, and to hold nothing that may belong to the order: not a word that
 * negates, puts off, limits or quotes it, and nothing that it may as well be about.
 *
 * @param compose understands what is left without it
 * @param goesOn what is left goes on from what was said before, whatever it means by itself
 */
export function besideRemark(
  utterance: Utterance,
  {
    understand,
    compose,
    goesOn = false,
  }: {
    understand: Understand;
    compose: (rest: Utterance) => Composed | undefined;
    goesOn?: boolean;
  },
): Composed | undefined {
  const knowledge = knowledgeOf(utterance.language);
  for (const { remark, rest, isBefore } of waysApart(utterance.text, knowledge)) {
    // "Somebody was in the garage, turn it off": nobody knows what.
    if (goesOn && isBefore) continue;
    if (!isRemark(remark, { isBefore, knowledge }) || holdsOrder(remark)) continue;
    const composed = understoodBeside(remark, rest);
    if (composed) return composed;
  }
  return undefined;

  function read(text: string, asHeard = true): Understood | undefined {
    const understood = understand({ ...utterance, text }, { asHeard });
    return understood?.meaning.status === 'recognized' ? understood : undefined;
  }

  function actionsIn(text: string, asHeard = true): readonly Action[] {
    const understood = read(text, asHeard);
    return understood ? actionsOf(understood) : [];
  }

  /** What is an order of its own, in whichever part of it, is more than told. */
  function holdsOrder(remark: readonly PartedWord[]): boolean {
    return remark.some(({ folded }, at) => {
      if (knowledge.asides.states.test(folded)) return false;
      const words = remark.slice(at);
      const meaning = waysIn(foldedOf(words), knowledge).size > 0 && read(textOf(words))?.meaning;
      return meaning && meaning.status === 'recognized' && meaning.kind === 'action';
    });
  }

  function understoodBeside(remark: readonly PartedWord[], rest: string): Composed | undefined {
    const words = saidWords(rest);
    const understood = goesOn ? undefined : read(rest);
    // "Ten wywietrznik" points at nothing that was told.
    const points = !understood && words.some(({ folded }) => knowledge.linking.pronouns.has(folded));
    if (points && !goesOn) return aboutRemark(remark, words);
    if (points && namesThing(remark, words)) return undefined;
    const composed: Composed | undefined = understood
      ? { kind: 'understood', understood, clauses: [{ words, understood, when: {} }] }
      : compose({ ...utterance, text: rest });
    if (composed?.kind !== 'understood' || composed.understood.meaning.status !== 'recognized')
      return composed;
    // "It's the green one" tells what is meant.
    const isOne = ({ folded }: PartedWord): boolean => knowledge.linking.kinds.has(folded);
    if (goesOn && (remark.some(isOne) || saysElse(textOf(words), remark))) return undefined;
    // What goes on from something need not be said by the words that are gone on from.
    const said = composed.clauses.filter(
      (clause) => !goesOn || isSame(actionsIn(textOf(clause.words)), actionsOf(clause.understood)),
    );
    return said.some((clause) => mayBeAbout(clause, remark)) ? undefined : composed;
  }

  /** "Ktoś zostawił światło w garażu, zgaś je": all that was named, or nobody knows what. */
  function aboutRemark(remark: readonly PartedWord[], words: readonly PartedWord[]): Composed | undefined {
    const isPlace = (folded: string): boolean => knowledge.cautions.places.has(folded);
    const order = withoutLinks(words, knowledge);
    const told = remark.filter(({ folded }) => !knowledge.asides.states.test(folded));
    for (const named of withThingsNamed(order, told, knowledge)) {
      const understood = read(textOf(named));
      if (!understood) continue;
      // "We're out of milk, put it on the list": nobody knows where in it an item begins.
      if (quotesIn(actionsOf(understood), textOf(named))) return undefined;
      const left = told.filter((word) => !named.includes(word));
      const isWhole = !left.some(({ folded }) => isPlace(folded));
      const clause: Clause = { words: named, understood, when: {} };
      return isWhole && !mayBeAbout(clause, left)
        ? { kind: 'understood', understood, clauses: [clause] }
        : undefined;
    }
    return undefined;
  }

  /** "Turn it off, the radio is too loud": "it" may be what is told of. */
  function namesThing(remark: readonly PartedWord[], words: readonly PartedWord[]): boolean {
    return [...withThingsNamed(withoutLinks(words, knowledge), remark, knowledge)].some(
      (named) =>
        understand({ ...utterance, text: textOf(named).replace(IS_SO, '') }, { asHeard: true }) !== undefined,
    );
  }

  /** "Stop, the blinds are stuck" is about the blinds, whatever was spoken of before. */
  function saysElse(said: string, remark: readonly PartedWord[]): boolean {
    const meaningOf = (text: string) => understand({ ...utterance, text }, { asHeard: true });
    const alone = meaningOf(said);
    const isElse = (text: string): boolean => {
      const found = meaningOf(text);
      return found !== undefined && !(alone && isSame(actionsOf(found), actionsOf(alone)));
    };
    for (const { text } of saidWith(said, remark)) if (isElse(text.replace(IS_SO, ''))) return true;
    return false;
  }

  /** "W kuchni jest ciemno, zapal światło": another order, if the words for it were said with it. */
  function mayBeAbout({ words, understood }: Clause, remark: readonly PartedWord[]): boolean {
    const said = textOf(words);
    const own = actionsOf(understood);
    for (const { text, name, length } of saidWith(said, remark)) {
      // A room may be misheard.
      const actions = actionsIn(text, length > 1 || !isLong(name));
      if (actions.length > 0 && !isSame(actions, own) && !isOfAnything(actions, name)) return true;
    }
    return false;
  }

  /** What one would say who meant the words of a few in the remark: "zapal światło w kuchni". */
  function* saidWith(
    said: string,
    remark: readonly PartedWord[],
  ): Generator<{ readonly text: string; readonly name: string; readonly length: number }> {
    for (const from of remark.keys()) {
      for (let length = 1; length <= Math.min(LONGEST_NAME, remark.length - from); length += 1) {
        const name = textOf(remark.slice(from, from + length));
        for (const where of ['', ...knowledge.cautions.inside]) {
          yield { text: [said, where, name].filter(Boolean).join(' '), name, length };
        }
      }
    }
  }
}

function quotesIn(actions: readonly Action[], text: string): boolean {
  return actions.some((action) =>
    Object.values(valuesOf(action)).some(
      (value) => typeof value === 'string' && fold(text).includes(fold(value)),
    ),
  );
}

/** "Home" is no place apart, and what takes any words takes these, too. */
function isOfAnything(actions: readonly Action[], name: string): boolean {
  return actions.some(({ entities }) =>
    Object.values(entities).some(
      (value) => value === 'all' || (typeof value === 'string' && fold(value).endsWith(` ${fold(name)}`)),
    ),
  );
}

/** "Starczy, wyłącz": what only goes on from something is understood behind a comment, too. */
export function behindComment(utterance: Utterance): Utterance | undefined {
  const { asides } = knowledgeOf(utterance.language);
  const words = toWords(utterance.text);
  const length = phraseAt(
    words.map(({ folded }) => folded),
    0,
    asides.comments,
  );
  const next = length > 0 ? words[length] : undefined;
  return next && { ...utterance, text: utterance.text.slice(next.start) };
}

/** "Stop, it's starting to rain": nor does what only goes on from something mean less before a remark. */
export function beforeRemark(utterance: Utterance): readonly Utterance[] {
  const knowledge = knowledgeOf(utterance.language);
  return [...waysApart(utterance.text, knowledge)].flatMap(({ remark, rest, isBefore }) =>
    !isBefore && isRemark(remark, { isBefore, knowledge }) ? [{ ...utterance, text: rest }] : [],
  );
}

/** At the first sign and at the last, else where an order or a remark may begin without one. */
function* waysApart(text: string, knowledge: LanguageKnowledge): Generator<Apart> {
  const words = saidWords(text);
  const starts = toWords(text).map(({ start }) => start);
  const before = (at: number): Apart => ({
    remark: words.slice(0, at),
    rest: text.slice(starts[at]),
    isBefore: true,
  });
  const behind = (at: number): Apart => ({
    remark: words.slice(at),
    rest: text.slice(0, starts[at]),
    isBefore: false,
  });
  const signs = words.flatMap(({ isParted }, at) => (isParted && at > 0 ? [at] : []));
  const [first] = signs.slice(0, 1);
  const [last] = signs.slice(-1);
  if (first !== undefined) yield before(first);
  if (last !== undefined) yield behind(last);
  const said = foldedOf(words);
  const { remarks, comments, states, announces, isInfinitive } = knowledge.asides;
  const leadsUp = (told: readonly string[]): boolean =>
    phraseAt(told, 0, remarks) > 0 || phraseAt(told, 0, comments) > 0 || announces(told);
  const comment = phraseAt(said, 0, comments);
  const order = said.findIndex((word) => isOrderWord(word, knowledge) && !states.test(word));
  const begins = order > 0 && !isInfinitive(said, order) && leadsUp(said.slice(0, order));
  for (const end of new Set([comment, begins ? order : 0])) {
    if (end > 0 && end < words.length && words[end]?.isParted !== true) yield before(end);
  }
  const remark = said.findIndex((_, at) => at > 0 && phraseAt(said, at, remarks) > 0);
  // "Zgaś światło, o 22 wychodzę": there the hour is told of the remark.
  const isTimed = takeTimesOut(said.slice(0, Math.max(remark, 0)), knowledge.readTime) !== undefined;
  if (remark > 0 && !isTimed && words[remark]?.isParted !== true) yield behind(remark);
}

/** Whether it is known only to tell something, and nothing that changes what stands beside it. */
function isRemark(
  words: readonly PartedWord[],
  { isBefore, knowledge }: { isBefore: boolean; knowledge: LanguageKnowledge },
): boolean {
  const { asides, cautions, clock, linking, fillers } = knowledge;
  const said = foldedOf(words);
  const plain = withoutFillers(said, fillers);
  if (words.length > LONGEST || plain.length === 0) return false;
  if (
    phraseAt(said, 0, asides.comments) === said.length ||
    phraseAt(plain, 0, asides.comments) === plain.length
  )
    return true;
  const begun = phraseAt(said, 0, asides.remarks);
  const isTold = asides.tells(fold(textOf(words))) || (isBefore && asides.announces(said));
  if (begun === 0 && !isTold) return false;
  const times = takeTimesOut(said, knowledge.readTime);
  if (times && !isOnlyNow(times.when)) return false;
  const isNear = nearCautionsOf(knowledge);
  const turns = (word: string, at: number): boolean =>
    (isOrderWord(word, knowledge) && !asides.states.test(word)) ||
    cautions.negations.has(word) ||
    cautions.later.has(word) ||
    clock.conditions.has(word) ||
    (isLong(word) && isNear(word, 1).length > 0) ||
    linking.alternatives.has(word) ||
    asides.ofOthers.test(word) ||
    asides.jests.test(word) ||
    (!isBefore && asides.retractions.has(word)) ||
    ((at > 0 || !isBefore) && asides.limits.has(word));
  return !said.some((word, at) => at >= begun && turns(word, at));
}
