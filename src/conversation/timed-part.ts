import type { TimeTrouble, WhenSaid } from '../language/when-said.ts';

/** When a part of what was said is meant for. */
export interface TimedPart {
  readonly when: WhenSaid | TimeTrouble;
  readonly hasTime: boolean;
  /** Whether its time stands first, or last. */
  readonly leads: boolean;
  readonly trails: boolean;
  /** Whether which day is said last of all. */
  readonly trailsWithDay?: boolean;
}

/** Nothing else is said about when. */
export function isOnlyNow(when: TimedPart['when']): boolean {
  return typeof when !== 'string' && when.isNow === true && Object.keys(when).length === 1;
}

/** Which day, of all that is said about when. */
export function dayOf({ days, weekday, date, repeat, every, isNotToday }: WhenSaid): WhenSaid {
  return {
    ...(date !== undefined && { date }),
    ...(every !== undefined && { every }),
    ...(days !== undefined && { days }),
    ...(weekday !== undefined && { weekday }),
    ...(isNotToday && { isNotToday }),
    ...(repeat !== undefined && { repeat }),
  };
}

/** Whether it is told which day is meant. */
export function hasDay(when: TimedPart['when']): boolean {
  return typeof when !== 'string' && Object.keys(dayOf(when)).length > 0;
}
