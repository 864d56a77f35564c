import { localTime, parseLocalTime } from '../intent/local-time.ts';

/** When something comes again, as far as people say such things. */
interface Recurrence {
  readonly frequency: 'DAILY' | 'WEEKLY';
  readonly interval: number;
  /** Monday is 0; none: on the day of the week that it began with. */
  readonly days: ReadonlySet<number>;
}

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const DAY_MS = 86_400_000;
/** No rule of these comes less often. */
const MAX_DAYS = 400;

/** Reads a rule of RFC 5545. @returns undefined for one that is not understood */
export function parseRecurrence(rule: string): Recurrence | undefined {
  const parts = new Map<string, string>();
  for (const part of rule.toUpperCase().split(';')) {
    const [name = '', value = '', ...rest] = part.split('=');
    if (value === '' || rest.length > 0 || parts.has(name)) return undefined;
    parts.set(name, value);
  }
  const frequency = parts.get('FREQ');
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const days =
    parts
      .get('BYDAY')
      ?.split(',')
      .map((day) => DAYS.indexOf(day)) ?? [];
  const isKnown = [...parts.keys()].every((name) => ['FREQ', 'INTERVAL', 'BYDAY', 'WKST'].includes(name));
  if (!isKnown || days.includes(-1) || !Number.isInteger(interval) || interval < 1 || interval > 52) {
    return undefined;
  }
  if (frequency !== 'DAILY' && frequency !== 'WEEKLY') return undefined;
  return { frequency, interval, days: new Set(days) };
}

/** The day of the week that it is at a moment, Monday 0. */
export function weekdayAt(at: number, zone: string): number {
  return weekday(Date.parse(`${localTime(at, zone).time.slice(0, 10)}T00:00Z`));
}

/** @param day midnight of it, as if in UTC */
function weekday(day: number): number {
  return (new Date(day).getUTCDay() + 6) % 7;
}

/**
 * The next time after a moment, at the same time by the clock on the wall, whatever summer time does. Where the clock
 * leaves that time out, the day is left out.
 *
 * @param first when it began, in milliseconds since the epoch; the interval counts from there
 * @param after in milliseconds since the epoch
 * @returns undefined where the rule is not understood, or never comes again
 */
export function nextOccurrence(
  rule: string,
  { first, after, zone }: { first: number; after: number; zone: string },
): number | undefined {
  const recurrence = parseRecurrence(rule);
  if (!recurrence) return undefined;
  const [firstDay = '', time = ''] = localTime(first, zone).time.split('T');
  const begun = Date.parse(`${firstDay}T00:00Z`);
  const today = Date.parse(`${localTime(Math.max(after, first), zone).time.slice(0, 10)}T00:00Z`);
  for (let day = today; day < today + MAX_DAYS * DAY_MS; day += DAY_MS) {
    if (!comesOn(day, { recurrence, begun })) continue;
    const at = parseLocalTime(`${new Date(day).toISOString().slice(0, 10)}T${time}`, zone);
    if (at !== undefined && at > after && at >= first) return at;
  }
  return undefined;
}

/** @param day midnight of it, as if in UTC, so that every day is as long */
function comesOn(
  day: number,
  { recurrence: { frequency, interval, days }, begun }: { recurrence: Recurrence; begun: number },
): boolean {
  if (frequency === 'DAILY') {
    const isDay = days.size === 0 || days.has(weekday(day));
    return isDay && Math.round((day - begun) / DAY_MS) % interval === 0;
  }
  const monday = (at: number): number => at - weekday(at) * DAY_MS;
  const weeks = Math.round((monday(day) - monday(begun)) / (7 * DAY_MS));
  return (
    (days.size === 0 ? weekday(day) === weekday(begun) : days.has(weekday(day))) && weeks % interval === 0
  );
}
