import { LEVELS } from '../intent/levels.ts';
import type { Slots } from '../intent/recognition.ts';
import type { Directions } from './directions.ts';

const UPWARDS: ReadonlySet<string> = new Set(['on', 'open', 'up', 'uncover', 'more']);
const DOWNWARDS: ReadonlySet<string> = new Set(['off', 'close', 'down', 'cover', 'less']);
const CLOSING: ReadonlySet<string> = new Set(['close', 'down', 'cover']);

/**
 * Whether the words point one way and the level that was said the other: dimmed to the maximum, opened to nothing. Closed
 * by 30 percent is open by 70, and closed to 30 percent is open by 30: only half and nothing are the same either way.
 *
 * @param words what was said besides names, folded; asked for only where there is a level
 */
export function contradicts(words: () => readonly string[], slots: Slots, { ways }: Directions): boolean {
  const levels = levelsOf(slots);
  if (levels.length === 0) return false;
  const said = new Set(words().flatMap((word) => ways.get(word) ?? []));
  const closes = goes(said, CLOSING);
  const { position } = slots;
  const isPartly = typeof position === 'number' && position !== 0 && position !== 50;
  return endsAgainst(said, slots) || (isPartly && closes);
}

/** Whether a level is at the end that the words point away from. @param said the ways that they go; see `Directions` */
export function endsAgainst(said: ReadonlySet<string>, slots: Slots): boolean {
  const goesUp = goes(said, UPWARDS);
  const goesDown = goes(said, DOWNWARDS);
  return levelsOf(slots).some(
    (slot) => (goesUp && slots[slot] === 0) || (goesDown && slots[slot] === LEVELS[slot]),
  );
}

/** Whether the words point up and down, as those of two orders do. @param said as above */
export function pointsBothWays(said: ReadonlySet<string>): boolean {
  return goes(said, UPWARDS) && goes(said, DOWNWARDS);
}

function goes(said: ReadonlySet<string>, ways: ReadonlySet<string>): boolean {
  return [...said].some((way) => ways.has(way));
}

function levelsOf(slots: Slots): readonly string[] {
  return Object.keys(LEVELS).filter((slot) => typeof slots[slot] === 'number');
}
