import type { Action } from '../intent/recognition.ts';
import type { LanguageKnowledge } from './languages.ts';
import { type TimeSaid, timesSaid } from './times-said.ts';
import { withoutFillers } from './without-fillers.ts';
import { foldedWords } from './words.ts';

/** An action, with everything that what it is about may be called. */
export type NamedAction = Pick<Action, 'intent' | 'entities' | 'at'> & { readonly names?: readonly string[] };

const SAYS_WHEN: ReadonlySet<TimeSaid['kind']> = new Set(['time', 'length', 'bound']);
/** `HH:MM:SS` */
const LENGTH = /^\d{2}:\d{2}:\d{2}$/;

/**
 * Whether words that say when and actions that are put off go together: 'time left out' where something is said to be
 * done later and nothing is put off, nor takes that time as a timer does; 'no time said' where something is put off and
 * no word says so. What belongs to a name or to a quoted text says no time.
 *
 * @param words folded
 * @returns what tells it of all that is to be done
 */
export function untimelyIn(
  words: readonly string[],
  knowledge: LanguageKnowledge,
): (actions: readonly NamedAction[]) => 'time left out' | 'no time said' | undefined {
  const said = withoutFillers(words, knowledge.fillers);
  const times = timesSaid(said, knowledge);
  return (actions) => {
    if (actions.some(({ at }) => at !== undefined)) {
      return times.some(({ kind }) => SAYS_WHEN.has(kind)) ? undefined : 'no time said';
    }
    // What would look like one only with a name taken out is none.
    if (times.length === 0) return undefined;
    const left = timesSaid(withoutNames(said, namesIn(actions)), knowledge);
    const isTaken = takenBy(actions);
    return left.every(isTaken) ? undefined : 'time left out';
  };
}

/** Which times the actions themselves take: as the length of a timer, or an amount. */
function takenBy(actions: readonly NamedAction[]): (time: TimeSaid) => boolean {
  const values = actions.flatMap(({ entities }) => Object.entries(entities));
  const takesLength =
    values.some(([, value]) => typeof value === 'string' && LENGTH.test(value)) ||
    // "The five minute timer" is one by its length.
    actions.every(({ intent }) => intent.startsWith('timer.'));
  const steps = new Set(
    values.flatMap(([slot, value]) => (slot.includes('step') ? [Math.abs(Number(value))] : [])),
  );
  return ({ kind, number }) =>
    kind === 'bound' ||
    (kind === 'length' && takesLength) ||
    (kind === 'sequence' && actions.length > 1) ||
    (number !== undefined && steps.has(number));
}

/** What the things are called, what is written as it was said, and "night", of an alarm that is armed for it. */
function namesIn(actions: readonly NamedAction[]): readonly string[] {
  return actions.flatMap(({ intent, entities, names = [] }) => [
    ...names,
    ...Object.values(entities).flatMap((value) => (typeof value === 'string' ? [value] : [])),
    ...intent.split(/[._]/),
  ]);
}

/** Puts a gap where a name stands, so that nothing is said across it. */
function withoutNames(words: readonly string[], names: readonly string[]): readonly string[] {
  const rest = [...words];
  for (const name of names) {
    const parts = foldedWords(name);
    for (let at = 0; parts.length > 0 && at + parts.length <= rest.length; at += 1) {
      if (parts.every((part, index) => rest[at + index] === part)) rest.fill('', at, at + parts.length);
    }
  }
  return rest;
}
