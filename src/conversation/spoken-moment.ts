import { localTime } from '../intent/local-time.ts';
import type { SpokenMoment } from '../language/phrases.ts';
import { WEEKDAYS } from '../language/time-pieces.ts';

const DAY_MS = 86_400_000;

/** A moment as it is told: the clock on the wall, and which day it is from today. */
export function spokenMoment(
  { at, repeat }: { readonly at: string; readonly repeat?: string },
  { now, zone }: { now: number; zone: string },
): SpokenMoment {
  const date = at.slice(0, 10);
  const today = localTime(now, zone).time.slice(0, 10);
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const [hour = '', minute = '', second = ''] = at.slice(11, 19).split(':');
  const listed = repeat?.split('BYDAY=')[1]?.split(',');
  const every = Number(/INTERVAL=(\d+)/.exec(repeat ?? '')?.[1] ?? 1);
  return {
    // Seconds only where they tell something: "in thirty seconds".
    time: `${Number(hour)}:${minute}${second === '00' || Date.parse(at) - now > 120_000 ? '' : `:${second}`}`,
    days: Math.round((midnight - Date.parse(`${today}T00:00:00Z`)) / DAY_MS),
    weekday: WEEKDAYS[(new Date(midnight).getUTCDay() + 6) % 7] ?? 'MO',
    ...(repeat !== undefined && { repeat: WEEKDAYS.filter((day) => listed?.includes(day) ?? true) }),
    ...(every > 1 && { every }),
  };
}
