import type { Action } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf, type LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { takeTimesOut } from '../language/when-said.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { isSame, transplanted } from './beside.ts';
import type { Reader } from './clause-reader.ts';
import { isOrderWord } from './order-words.ts';
import { otherOne } from './other-one.ts';
import type { Clause, Composed } from './put-together.ts';
import type { Timing } from './resolve-time.ts';
import { withoutHesitations } from './retort.ts';
import { foldedOf, type PartedWord, saidWords } from './said-words.ts';
import { isTimer, takenBack } from './take-back.ts';
import { actionsOf } from './understand.ts';
import { withoutLinks } from './without-links.ts';

/** Words: what sets something right is short. */
const LONGEST = 9;

/** How what was just said is set right. */
export type Correction =
  /** "Nie czajnik tylko ekspres", "no, the bedside lamp"; without `wrong` nobody says that the other shall not be. */
  | { readonly kind: 'rather'; readonly wrong?: readonly PartedWord[]; readonly right: readonly PartedWord[] }
  /** "Tylko kinkiet", "no just the kettle". */
  | { readonly kind: 'only'; readonly right: readonly PartedWord[] }
  /** "Ale nie w kuchni", "not in the nursery". @property isUnsure it may as well say what is meant: "nie w kuchni" */
  | { readonly kind: 'except'; readonly right: readonly PartedWord[]; readonly isUnsure: boolean }
  /** "Jednak nie wyłączaj". @property isTurned it says that somebody has thought otherwise */
  | { readonly kind: 'dont'; readonly right: readonly PartedWord[]; readonly isTurned: boolean };

/** @returns undefined for what sets nothing right */
export function correctionIn({
  text,
  language,
}: Pick<Utterance, 'text' | 'language'>): Correction | undefined {
  const knowledge = knowledgeOf(language);
  const { retorts } = knowledge;
  const all = saidWords(text);
  if (all.length > LONGEST || text.includes('?')) return undefined;
  for (const words of withoutHesitations(all, knowledge)) {
    const said = foldedOf(words);
    const no = phraseAt(said, 0, retorts.rejections);
    const rest = words.slice(no);
    const isOther = (word: string): boolean => knowledge.cautions.negations.has(word);
    const only = phraseAt(foldedOf(rest), 0, retorts.onlys);
    const instead = no > 0 && only === 0 ? phraseAt(foldedOf(rest), 0, retorts.insteads) : 0;
    const right = withoutLinks(rest.slice(only + instead), knowledge);
    if (!saysWhat(right, knowledge) || foldedOf(right).some(isOther)) continue;
    if (instead > 0) return isOrdered(right, knowledge) ? undefined : { kind: 'rather', right };
    if (only > 0) return isOrdered(right, knowledge) ? undefined : { kind: 'only', right };
    if (no === 0) continue;
    if (isOrderWord(right[0]?.folded ?? '', knowledge)) {
      return { kind: 'dont', right, isTurned: words.length < all.length };
    }
    if (isOrdered(right, knowledge)) return undefined;
    return contrasted(rest, knowledge) ?? rejected(said[0] ?? '', right, rest, knowledge);
  }
  return undefined;
}

/** "Nie czajnik tylko ekspres", "not the kettle, the coffee machine". */
function contrasted(rest: readonly PartedWord[], knowledge: LanguageKnowledge): Correction | undefined {
  const said = foldedOf(rest);
  for (let at = 1; at < rest.length; at++) {
    const length = phraseAt(said, at, knowledge.retorts.insteads);
    if (length === 0 && rest[at]?.isParted !== true) continue;
    const right = withoutLinks(rest.slice(at + length), knowledge);
    return saysWhat(right, knowledge) ? { kind: 'rather', wrong: rest.slice(0, at), right } : undefined;
  }
  return undefined;
}

function rejected(
  no: string,
  right: readonly PartedWord[],
  rest: readonly PartedWord[],
  { retorts }: Pick<LanguageKnowledge, 'retorts'>,
): Correction | undefined {
  const isAnswer = retorts.answers.has(no);
  if (isAnswer && (rest[0]?.isParted === true || !retorts.excepts.has(no))) return { kind: 'rather', right };
  return { kind: 'except', right, isUnsure: isAnswer };
}

/** More than thanks or a time: "nie, dziękuję", "not now". */
function saysWhat(words: readonly PartedWord[], knowledge: LanguageKnowledge): boolean {
  const { fillers, courtesies, retorts, readTime } = knowledge;
  const said = foldedOf(words);
  const untimed = takeTimesOut(said, readTime)?.rest.map((at) => said[at] ?? '') ?? said;
  const known = [fillers, courtesies, retorts.hesitations];
  return known.reduce((left, phrases) => withoutFillers(left, phrases), untimed).length > 0;
}

function isOrdered(words: readonly PartedWord[], knowledge: LanguageKnowledge): boolean {
  return words.some(({ folded }) => isOrderWord(folded, knowledge));
}

/** What that makes of what was just said; undefined where it fits nothing in it. */
export function corrected(
  correction: Correction,
  {
    bases,
    reader,
    knowledge,
    past,
    inherited,
    put,
  }: {
    bases: readonly Clause[];
    reader: Reader;
    knowledge: LanguageKnowledge;
    /** What was done or planned then. */
    past: readonly Action[];
    inherited: Timing | 'other' | undefined;
    put: (clauses: readonly Clause[], timing?: Timing) => Composed | undefined;
  },
): Composed | undefined {
  const { kind, right } = correction;
  if (inherited === 'other' || past.length === 0) return undefined;
  const whole = kind === 'dont' ? reader.firstOf([right]) : undefined;
  const heard = whole
    ? { ...whole, when: {} }
    : (otherOne(right, { bases, reader, knowledge }) ??
      transplanted(right, { bases: bases.slice(-1), reader, knowledge })?.at(0));
  const meant = heard ? actionsOf(heard.understood) : [];
  const isMeant = (action: Action): boolean => isSame([untimed(action)], meant);
  // Nobody means all of them by one that was not meant.
  if (!heard || meant.length !== 1 || meant[0]?.entities['entity_id'] === 'all') return undefined;
  const others = past.filter((action) => !isMeant(action));
  const isNamed = others.length < past.length;
  const part =
    others.length === 1 && !isNamed && others.every((whole) => meant.every((one) => isWithin(one, whole)));
  switch (kind) {
    case 'dont':
      if (!isNamed || others.length > 0 || !(correction.isTurned || inherited)) return undefined;
      return undoing(past, heard);
    case 'only':
      if (isNamed) return others.length > 0 ? undoing(others, heard) : undefined;
      return part ? instead(past, heard) : undefined;
    case 'except':
      if (isNamed) return others.length > 0 ? undoing(past.filter(isMeant), heard) : undefined;
      // Which rooms a floor has is not known here, so that "nie w salonie" may be the one or the other.
      if (correction.isUnsure && past.some(({ entities }) => entities['area'] === undefined))
        return undefined;
      return part && !inherited ? undoing(meant, heard) : undefined;
    case 'rather':
      if (correction.wrong === undefined) return rather();
      return past.length === 1 && !isNamed ? instead(past, heard) : undefined;
  }

  function rather(): Composed | undefined {
    // A timer that was set for another time is none that anybody wants.
    return isNamed || past.length > 1 ? undefined : instead(past.filter(isTimer), heard);
  }

  /** One thing is taken back, and the other done at the same time. */
  function instead(wrong: readonly Action[], clause: Clause | undefined): Composed | undefined {
    if (!clause) return undefined;
    const timed = inherited === undefined || inherited === 'other' ? undefined : inherited;
    const when = timed ? (bases.at(-1)?.when ?? {}) : {};
    const composed = put([{ ...clause, when }], timed);
    const isPlanned = timed !== undefined;
    return withFirst(isPlanned && wrong.length === 0 ? past : wrong, composed);
  }

  function undoing(actions: readonly Action[], clause: Clause): Composed | undefined {
    const back = actions.flatMap((action) => takenBack(action) ?? []);
    const { meaning, template } = clause.understood;
    if (back.length < actions.length || meaning.status !== 'recognized' || meaning.kind !== 'action')
      return undefined;
    const isPlanned = actions.some(({ at }) => at !== undefined);
    const responseText = isPlanned ? knowledge.phrases.calledOff : knowledge.phrases.putBack;
    const understood = { meaning: { ...meaning, actions: back, responseText }, template };
    return { kind: 'understood', understood, clauses: [] };
  }
}

/** Before what is done instead: what cannot be taken back stays, a colour, a level. */
export function withFirst(wrong: readonly Action[], composed: Composed | undefined): Composed | undefined {
  if (composed?.kind !== 'understood') return composed;
  const { meaning, template } = composed.understood;
  if (meaning.status !== 'recognized' || meaning.kind !== 'action') return undefined;
  const back = wrong.flatMap((action) => takenBack(action) ?? []);
  const understood = { meaning: { ...meaning, actions: [...back, ...meaning.actions] }, template };
  return { ...composed, understood };
}

function untimed({ intent, entities }: Action): Action {
  return { intent, entities };
}

/** Whether one thing is done to a part of what the same was done to. */
function isWithin(one: Action, whole: Action): boolean {
  const { area, floor, entity_id: entity } = whole.entities;
  if (one.intent !== whole.intent || entity !== undefined) return false;
  if (area !== undefined) return one.entities['area'] === area && one.entities['entity_id'] !== undefined;
  return one.entities['area'] !== undefined || (floor === undefined && one.entities['floor'] !== undefined);
}
