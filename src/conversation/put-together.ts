import type { Action, Meaning } from '../intent/recognition.ts';
import { undoOf } from '../intent/undo.ts';
import type { Phrases } from '../language/phrases.ts';
import type { TimeTrouble, WhenSaid } from '../language/when-said.ts';
import type { Timing } from './resolve-time.ts';
import { foldedOf } from './said-words.ts';
import { spokenMoment } from './spoken-moment.ts';
import { timingsInOrder } from './timings-in-order.ts';
import { togetherAsked } from './together-asked.ts';
import { type SaidWord, textOf } from './transplant.ts';
import type { Understood } from './understand.ts';

/** One order of several, in words that say all of it. */
export interface Clause {
  readonly words: readonly SaidWord[];
  readonly understood: Understood;
  readonly when: WhenSaid | TimeTrouble;
}

/** What several orders, or one with a time, mean together; or what to say where they cannot be done. */
export type Composed =
  | { readonly kind: 'understood'; readonly understood: Understood; readonly clauses: readonly Clause[] }
  | { readonly kind: 'complaint'; readonly text: string };

type ActionMeaning = Extract<Meaning, { kind: 'action' }>;

/** What changes by so much, so that a number alone may be how much: "ścisz o 10". */
const STEPS = /volume_(?:up|down)$|(?:in|de)crease/;

/** What is only on or off, so that "do 23" tells until when: of heating or blinds it may be how much. */
const SWITCHED = /^(?:light|switch|fan|media_player)\.turn_(?:on|off)$/;

/**
 * All actions of the clauses, each with its time; what lasts for a while is ended by actions behind them.
 *
 * @param now when it was said, in milliseconds since the epoch
 * @param timing when it is done, where that is known already
 */
export function putTogether(
  clauses: readonly Clause[],
  { now, zone, phrases, timing: known }: { now: number; zone: string; phrases: Phrases; timing?: Timing },
): Composed | undefined {
  if (clauses.length === 0) return undefined;
  const complaint = (text: string): Composed => ({ kind: 'complaint', text });
  const timings = known ? clauses.map(() => known) : timingsInOrder(clauses, { now, zone });
  if (typeof timings === 'string') return complaint(phrases.timeTrouble[timings]);
  const [only] = clauses;
  const notDone = clauses.find(({ understood: { meaning } }) => meaning.status !== 'recognized');
  if (notDone) {
    const { meaning, template } = notDone.understood;
    if (meaning.status === 'unavailable')
      return { kind: 'understood', understood: { meaning, template }, clauses };
    if (meaning.status !== 'ambiguous') return undefined;
    const [timing = {}] = timings;
    // Nobody could answer which one it is: of several orders, or with an end, none is kept until then.
    if (clauses.length > 1) {
      const others = clauses.filter(({ understood }) => understood.meaning.status === 'recognized');
      if (others.length === 0) return undefined;
      return complaint(phrases.partly(others.map(clauseText), clauseText(notDone)));
    }
    if (timing.until !== undefined) return undefined;
    const candidates = meaning.candidates.map((candidate) => ({ ...candidate, ...startOf(timing) }));
    return { kind: 'understood', understood: { meaning: { ...meaning, candidates }, template }, clauses };
  }
  if (only && clauses.length === 1 && isQuery(only)) {
    const isTimed = Object.keys(timings[0] ?? {}).length > 0;
    return isTimed ? undefined : { kind: 'understood', understood: only.understood, clauses };
  }
  if (clauses.every(isQuery)) {
    const isTimed = timings.some((timing) => Object.keys(timing).length > 0);
    const understood = isTimed ? undefined : togetherAsked(clauses.map(({ understood }) => understood));
    return understood ? { kind: 'understood', understood, clauses } : complaint(phrases.oneQuestion);
  }
  if (clauses.some(isQuery)) return complaint(phrases.orderAndQuestion);

  const done = clauses.flatMap((clause, index) => {
    const { meaning } = clause.understood;
    return meaning.status === 'recognized' && meaning.kind === 'action'
      ? [{ meaning, clause, timing: timings[index] ?? {} }]
      : [];
  });
  if (done.some(({ clause, timing }) => clause.understood.isTimed && timing.at === undefined)) {
    return complaint(phrases.timeTrouble.vague);
  }
  if (done.some(({ clause, meaning }) => mayBeAmount(clause, meaning))) return undefined;
  // A length of time beside a timer may be the timer's, and an hour beside what is called off tells which.
  const isTimed = (timing: Timing): boolean => timing.at !== undefined || timing.until !== undefined;
  if (done.some(({ meaning, timing }) => isTimed(timing) && meaning.actions.some(isOfPlans)))
    return undefined;
  if (done.some((_, index) => addsNothing(done, index))) return undefined;
  const begun = done.flatMap(({ meaning, timing }) =>
    meaning.actions.map((action) => ({ ...action, ...startOf(timing) })),
  );
  const ended: Action[] = [];
  for (const { meaning, timing } of done) {
    if (timing.until === undefined) continue;
    for (const action of meaning.actions) {
      const undo = undoOf(action);
      if (!undo) return complaint(phrases.timeTrouble.lasting);
      ended.push({
        ...undo,
        at: timing.until,
        ...(timing.repeat !== undefined && { repeat: timing.repeat }),
      });
    }
  }
  const actions = distinct([...begun, ...ended]);
  if (contradict(actions)) return undefined;
  const meaning: ActionMeaning = {
    status: 'recognized',
    kind: 'action',
    actions,
    confidence: Math.min(...done.map(({ meaning: { confidence } }) => confidence)),
    requiresConfirmation: false,
    ...(done.some(({ meaning: { isMended } }) => isMended) && { isMended: true as const }),
    responseText: responseOf(done, { now, zone, phrases }),
  };
  const template = clauses.map(({ understood }) => understood.template).join(' + ');
  return { kind: 'understood', understood: { meaning, template }, clauses };
}

function isQuery({ understood: { meaning } }: Clause): boolean {
  return meaning.status === 'recognized' && meaning.kind === 'query';
}

function startOf({ at, repeat }: Timing): Pick<Action, 'at' | 'repeat'> {
  return { ...(at !== undefined && { at }), ...(repeat !== undefined && { repeat }) };
}

function isOfPlans({ intent }: Action): boolean {
  return intent.startsWith('timer.') || intent.startsWith('schedule.');
}

function mayBeAmount({ when }: Clause, { actions }: ActionMeaning): boolean {
  if (typeof when === 'string') return false;
  if (when.until?.isBare) return !actions.every(({ intent }) => SWITCHED.test(intent));
  if (when.clock?.isBare !== true) return false;
  return actions.some(
    ({ intent, entities }) =>
      STEPS.test(intent) ||
      Object.entries(entities).some(([slot, value]) => typeof value === 'number' && slot.includes('step')),
  );
}

/**
 * Two things cannot be one: "the garage and the gate" is not "the garage" and "the garage gate". Only who says the same
 * words again means the same, but not one step where there are two.
 */
function addsNothing(
  done: readonly {
    readonly clause: Clause;
    readonly meaning: ActionMeaning;
    readonly timing: Timing;
  }[],
  at: number,
): boolean {
  const keysOf = ({ meaning, timing }: (typeof done)[number]): readonly string[] =>
    meaning.actions.map((action) => JSON.stringify({ ...action, ...timing }));
  const textOf = ({ clause: { words } }: (typeof done)[number]): string => foldedOf(words).join(' ');
  const one = done[at];
  const before = done.slice(0, at);
  const known = new Set(before.flatMap(keysOf));
  if (!one || !keysOf(one).every((key) => known.has(key))) return false;
  return one.meaning.actions.some(isStep) || !before.some((other) => textOf(other) === textOf(one));
}

function isStep({ intent, entities }: Action): boolean {
  return STEPS.test(intent) || Object.keys(entities).some((slot) => slot.includes('step'));
}

function distinct(actions: readonly Action[]): readonly Action[] {
  const seen = new Set<string>();
  return actions.filter((action) => {
    const key = JSON.stringify(action);
    return !seen.has(key) && seen.add(key);
  });
}

/** Something is to be done and undone at the same time. */
export function contradict(actions: readonly Action[]): boolean {
  return actions.some((one) => {
    const undo = undoOf({ intent: one.intent, entities: one.entities });
    return actions.some(
      (other) =>
        undo?.intent === other.intent &&
        one.at === other.at &&
        JSON.stringify(undo.entities) === JSON.stringify(other.entities),
    );
  });
}

function responseOf(
  done: readonly { readonly meaning: ActionMeaning; readonly timing: Timing }[],
  { now, zone, phrases }: { now: number; zone: string; phrases: Phrases },
): string {
  const moment = (at: string, repeat?: string) =>
    spokenMoment({ at, ...(repeat !== undefined && { repeat }) }, { now, zone });
  const what = ({ meaning: { responseText = phrases.done }, timing: { until } }: (typeof done)[number]) =>
    until === undefined ? responseText : phrases.until(moment(until), responseText);
  const together = Map.groupBy(done, ({ timing: { at, repeat } }) => JSON.stringify([at, repeat]));
  return [...together.values()]
    .map((same) => {
      const [
        {
          timing: { at, repeat },
        } = { timing: {} as Timing },
      ] = same;
      const parts = [...new Set(same.map(what))];
      return at === undefined ? parts.join(' ') : phrases.later(moment(at, repeat), parts);
    })
    .join(' ');
}

/** @returns what a clause says, for a person */
export function clauseText({ words }: Pick<Clause, 'words'>): string {
  return textOf(words);
}
