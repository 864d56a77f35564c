import { LEVELS } from '../intent/levels.ts';
import type { Slots } from '../intent/recognition.ts';
import type { Directions } from '../language/directions.ts';

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
  const levels = Object.keys(LEVELS).filter((slot) => typeof slots[slot] === 'number');
  if (levels.length === 0) return false;
  const said = words().flatMap((word) => ways.get(word) ?? []);
  const goesUp = said.some((way) => UPWARDS.has(way));
  const goesDown = said.some((way) => DOWNWARDS.has(way));
  const closes = said.some((way) => CLOSING.has(way));
  return levels.some((slot) => {
    const value = slots[slot];
    if (goesUp && value === 0) return true;
    if (goesDown && value === LEVELS[slot]) return true;
    return slot === 'position' && closes && value !== 0 && value !== 50;
  });
}
