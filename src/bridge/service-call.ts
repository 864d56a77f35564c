import type { EntityStates } from '../home-assistant/connect.ts';
import type { Action } from '../intent/recognition.ts';
import { entitiesTouched } from '../lexicon/entities-touched.ts';
import type { Home } from '../lexicon/home.ts';

/** What Home Assistant is to be asked for. */
export interface PlannedCall {
  readonly action: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** What it is done to; none where it is about no thing. */
  readonly entityIds: readonly string[];
  /** What does not answer now, so that nothing can be done to it. */
  readonly away: readonly string[];
}

/** Why nothing can be asked for. */
export type NotPlanned = 'nothing_there' | 'unknown_temperature';

const WHERE = new Set(['entity_id', 'area', 'floor']);
const GONE = 'unavailable';

/**
 * Puts an action into Home Assistant's terms. Rooms and floors become the things of home.yaml that stand there, so that
 * what this home does not list is not touched, whatever else Home Assistant has in that room.
 */
export function planCall(
  action: Action,
  { home, states }: { home: Home; states: EntityStates },
): PlannedCall | NotPlanned {
  const { intent, entities } = action;
  const isPlaced = Object.keys(entities).some((slot) => WHERE.has(slot));
  const named = [entities['entity_id'] ?? []].flat().map(String);
  const ids =
    named.length > 0 && !named.includes('all') ? named : entitiesTouched(action, home).map(({ id }) => id);
  if (isPlaced && ids.length === 0) return 'nothing_there';
  const isThere = (id: string): boolean => id in states && states[id]?.state !== GONE;
  const there = ids.filter(isThere);
  const data = Object.fromEntries(Object.entries(entities).filter(([slot]) => !WHERE.has(slot)));
  const planned = { action: intent, entityIds: there, away: ids.filter((id) => !isThere(id)) };
  const { temperature_step: step, ...others } = data;
  if (typeof step !== 'number') return { ...planned, data };
  // Home Assistant knows no "two degrees more": what it is set to now tells how much that is.
  const [now] = there.flatMap((id) => Number(states[id]?.attributes['temperature'] ?? Number.NaN));
  if (there.length > 0 && (now === undefined || Number.isNaN(now))) return 'unknown_temperature';
  return { ...planned, data: { ...others, temperature: (now ?? 0) + step } };
}
