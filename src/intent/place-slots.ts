import type { Action, Slots } from './recognition.ts';

/** Slots that say where, by ids of the home. */
export const PLACES: ReadonlySet<string> = new Set(['area', 'floor', 'entity_id']);

/** What is said of an action besides where. */
export function valuesOf({ entities }: Pick<Action, 'entities'>): Slots {
  return Object.fromEntries(Object.entries(entities).filter(([slot]) => !PLACES.has(slot)));
}

/** The same, done at once to these things alone. @param ids at least one */
export function doneTo(action: Pick<Action, 'intent' | 'entities'>, ids: readonly string[]): Action {
  return { intent: action.intent, entities: { ...valuesOf(action), entity_id: ids } };
}
