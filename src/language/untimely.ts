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
 */
export function untimely(
  actions: readonly NamedAction[],
  words: readonly string[],
  knowledge: LanguageKnowledge,
): 'time left out' | 'no time said' | undefined {
  const said = withoutFillers(words, knowledge.fillers);
  if (actions.some(({ at }) => at !== undefined)) {
    const isSaid = timesSaid(said, knowledge).some(({ kind }) => SAYS_WHEN.has(kind));
    return isSaid ? undefined : 'no time said';
  }
  const values = actions.flatMap(({ entities }) => Object.entries(entities));
  const takesLength =
    values.some(([, value]) => typeof value === 'string' && LENGTH.test(value)) ||
    // "The five minute timer" is one by its length.
    actions.every(({ intent }) => intent.startsWith('timer.'));
  const steps = new Set(
    values.flatMap(([slot, value]) => (slot.includes('step') ? [Math.abs(Number(value))] : [])),
  );
  const isTaken = ({ kind, number }: TimeSaid): boolean =>
    kind === 'bound' ||
    (kind === 'length' && takesLength) ||
    (kind === 'sequence' && actions.length > 1) ||
    (number !== undefined && steps.has(number));
  const left = withoutNames(said, [
    ...actions.flatMap(({ names = [] }) => names),
    ...values.flatMap(([, value]) => (typeof value === 'string' ? [value] : [])),
    // "For the night", of an alarm that is armed for it.
    ...actions.flatMap(({ intent }) => intent.split(/[._]/)),
  ]);
  return timesSaid(left, knowledge).every(isTaken) ? undefined : 'time left out';
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
