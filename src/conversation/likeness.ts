import { isDeepStrictEqual } from 'node:util';
import { PLACES } from '../intent/place-slots.ts';
import type { Action } from '../intent/recognition.ts';
import type { LanguageKnowledge } from '../language/languages.ts';
import { isOrderWord } from './order-words.ts';
import type { Clause } from './put-together.ts';
import type { SaidWord } from './transplant.ts';
import { actionsOf, type Understood } from './understand.ts';

export function pointsAt(words: readonly SaidWord[], { linking }: LanguageKnowledge): boolean {
  return words.some(({ folded }) => linking.pronouns.has(folded));
}

/**
 * What stands for something is where that is, and no more and no other of its kind, unless it says itself where, or stands
 * for the kind only: "the right one".
 */
export function staysThere(
  found: Understood,
  words: readonly SaidWord[],
  { before, knowledge }: { before: Pick<Clause, 'understood'>; knowledge: LanguageKnowledge },
): boolean {
  const { cautions, linking } = knowledge;
  if (words.some(({ folded }) => cautions.places.has(folded) || linking.kinds.has(folded))) return true;
  const [one] = actionsOf(before.understood);
  if (!one) return true;
  const kindOf = ({ intent }: Action): string | undefined => intent.split('.')[0];
  return actionsOf(found).every((other) =>
    [...PLACES].every(
      (slot) =>
        one.entities[slot] === undefined ||
        (slot === 'entity_id' && kindOf(one) !== kindOf(other)) ||
        isDeepStrictEqual(other.entities[slot], one.entities[slot]),
    ),
  );
}

export function isSameKind(found: Understood, before: Pick<Clause, 'understood'>): boolean {
  const [one, other] = [found, before.understood].map(
    (understood) => actionsOf(understood)[0]?.intent.split('.')[0],
  );
  return one === other;
}

/** One thing that is told by its name, and not the one before. */
export function isOtherThing(found: Understood, before: Pick<Clause, 'understood'>): boolean {
  const entitiesOf = ({ entities }: Action): unknown => entities['entity_id'];
  const known = actionsOf(before.understood).map(entitiesOf);
  return actionsOf(found).every((action) => {
    const entity = entitiesOf(action);
    return entity !== undefined && !known.includes(entity);
  });
}

/** Not only that something shall be on, which is what a thing alone is taken for. */
export function saysWhat(understood: Understood | undefined): boolean {
  const isValue = (slot: string): boolean => !PLACES.has(slot);
  return (
    understood !== undefined &&
    actionsOf(understood).every(
      ({ intent, entities }) => !intent.endsWith('.turn_on') || Object.keys(entities).some(isValue),
    )
  );
}

/** What does not say what to do does the same as what it leans on. */
export function likeBefore(
  part: readonly SaidWord[],
  { understood }: Pick<Clause, 'understood'>,
  knowledge: LanguageKnowledge,
): (found: Understood) => boolean {
  if (part.some(({ folded }) => isOrderWord(folded, knowledge))) return () => true;
  const [before] = actionsOf(understood);
  return (found) => {
    const [action] = actionsOf(found);
    if (!before || !action) return false;
    const [domain, name] = action.intent.split('.');
    const isSameKind = before.intent.startsWith(`${domain}.`);
    const asksBoth = [action, before].every(({ intent }) => /\.get_/.test(intent));
    return name === before.intent.split('.')[1] || (isSameKind && (asksBoth || /^set_/.test(name ?? '')));
  };
}
