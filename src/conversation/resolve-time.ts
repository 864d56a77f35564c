import { formatWithOffset, localTime, parseLocalTime } from '../intent/local-time.ts';
import { type DayPart, WEEKDAYS, type Weekday } from '../language/time-pieces.ts';
import type { TimeTrouble, WhenSaid } from '../language/when-said.ts';

/** When something is done, and when that ends; ISO 8601 with offset. */
export interface Timing {
  /** Absent: now. */
  readonly at?: string;
  /** An RFC 5545 recurrence rule beside `at`, its first time. */
  readonly repeat?: string;
  /** Absent: it does not end. */
  readonly until?: string;
}

const DAY_MS = 86_400_000;
/** A leap day comes after so many years at most. */
const MOST_YEARS = 9;
/** Clocks leave out so much at most. */
const LONGEST_GAP_MINUTES = 120;

/** The hour that is meant where a part of the day is all that was said, and the hours that it has. */
const PARTS: Readonly<
  Record<DayPart, { readonly hour: number; readonly from: number; readonly to: number }>
> = {
  morning: { hour: 7, from: 3, to: 12 },
  forenoon: { hour: 10, from: 6, to: 12 },
  afternoon: { hour: 15, from: 12, to: 20 },
  evening: { hour: 20, from: 16, to: 24 },
  // It goes on after midnight.
  night: { hour: 23, from: 20, to: 30 },
};
/** Of an hour on a named day the later half is meant before this one: "jutro o trzeciej". */
const FIRST_OF_MORNING = 6;

/**
 * Says which moment was meant, from the moment it was said at. An hour that may be two is the next one; on a day that was
 * named it is the one by daylight.
 *
 * @param now milliseconds since the epoch: when it was said
 * @param zone the home's, IANA name
 */
export function resolveTime(
  when: WhenSaid,
  { now, zone }: { now: number; zone: string },
): Timing | TimeTrouble {
  const start = startOf(when, { now, zone });
  if (typeof start === 'string') return start;
  const { moment, repeat } = start;
  const end = endOf(when, { from: moment ?? now, zone });
  if (typeof end === 'string') return end;
  // What ends on another day than it begins would end on the wrong days.
  if (repeat && end !== undefined && dayOf(end, zone) !== dayOf(moment ?? now, zone)) return 'vague';
  const written = (ms: number): string => formatWithOffset(ms, zone);
  return {
    ...(moment !== undefined && { at: written(moment) }),
    ...(repeat && { repeat: ruleOf(repeat, when.every) }),
    ...(end !== undefined && { until: written(end) }),
  };
}

interface Start {
  readonly moment?: number;
  readonly repeat?: readonly Weekday[];
}

function startOf(when: WhenSaid, { now, zone }: { now: number; zone: string }): Start | TimeTrouble {
  const { after, days, weekday, date, part, clock, repeat, isNow } = when;
  const hasDay = [days, weekday, date, repeat].some((one) => one !== undefined);
  const isTold = hasDay || part !== undefined || clock !== undefined;
  if (after !== undefined) return isTold || isNow ? 'contradictory' : { moment: now + after * 1000 };
  if (isNow) return isTold ? 'contradictory' : {};
  if (!isTold) return {};
  // "W sobotę piątego grudnia" is one day.
  if ([days, date ?? weekday, repeat].filter((one) => one !== undefined).length > 1) return 'contradictory';
  const times = timesOf(when, hasDay);
  if (typeof times === 'string') return times;
  const today = localTime(now, zone).time.slice(0, 10);
  const offsets = offsetsOf(when, { today, begun: (times[0] ?? 0) >= 1440 ? -1 : 0 });
  if (typeof offsets === 'string') return offsets;
  for (const offset of offsets) {
    const date = addDays(today, offset);
    const [next] = times
      .flatMap((minutes) => momentAt(date, minutes, zone) ?? [])
      .filter((moment) => moment > now)
      .sort((one, other) => one - other);
    if (next !== undefined) return { moment: next, ...(repeat && { repeat }) };
  }
  return 'past';
}

/** Minutes from midnight, more than a day's where a night goes on: all that may be meant. */
function timesOf({ clock, part }: WhenSaid, hasDay: boolean): readonly number[] | TimeTrouble {
  const hours = part && PARTS[part];
  if (!clock) return hours ? [hours.hour * 60] : 'vague';
  const told = (clock.hour % 24) * 60 + clock.minute;
  const next = clock.hour === 24 ? 24 * 60 : 0;
  const both = clock.isExact ? [told + next] : [told % 720, (told % 720) + 720];
  if (hours) {
    const within = [...both, ...both.map((minutes) => minutes + 24 * 60)].filter(
      (minutes) => minutes >= hours.from * 60 && minutes < hours.to * 60,
    );
    return within.length > 0 ? within.slice(0, 1) : 'contradictory';
  }
  if (!hasDay || clock.isExact) return both;
  return both.filter((minutes) => minutes >= FIRST_OF_MORNING * 60).slice(0, 1);
}

/** Which days come into question, in days from today, the first that is not over counts. */
function offsetsOf(
  { days, weekday, date, repeat, isNotToday }: WhenSaid,
  { today, begun }: { today: string; begun: number },
): readonly number[] | TimeTrouble {
  if (days !== undefined) return days === 0 ? [begun, 0] : [days + begun];
  if (date) {
    const dates = datesOf(date, today);
    const [next] = dates;
    if (next === undefined) return 'impossible';
    const isOtherDay = weekday !== undefined && WEEKDAYS[(new Date(next).getUTCDay() + 6) % 7] !== weekday;
    return isOtherDay
      ? 'contradictory'
      : dates.map((ms) => (ms - Date.parse(`${today}T00:00:00Z`)) / DAY_MS + begun);
  }
  const first = new Date(`${today}T00:00:00Z`).getUTCDay() + 6;
  // After midnight a night has begun the day before.
  const wanted = repeat ?? (weekday ? [weekday] : WEEKDAYS);
  const from = isNotToday ? 1 : begun;
  return Array.from({ length: 9 - from }, (_, index) => index + from).filter((offset) =>
    wanted.includes(WEEKDAYS[(first + offset + 7) % 7] ?? 'MO'),
  );
}

/** When a day of the year comes next, and the time behind that; midnights, as if in UTC. */
function datesOf({ month, day }: NonNullable<WhenSaid['date']>, today: string): readonly number[] {
  const year = Number(today.slice(0, 4));
  const all = Array.from({ length: MOST_YEARS }, (_, index) => Date.UTC(year + index, month - 1, day));
  const from = Date.parse(`${today}T00:00:00Z`);
  return all.filter((ms) => new Date(ms).getUTCDate() === day && ms >= from).slice(0, 2);
}

function endOf(
  { lasts, until }: WhenSaid,
  { from, zone }: { from: number; zone: string },
): number | undefined | TimeTrouble {
  if (lasts !== undefined && until) return 'contradictory';
  if (lasts !== undefined) return from + lasts * 1000;
  if (!until) return undefined;
  const end = startOf({ clock: { ...until, role: 'at' } }, { now: from, zone });
  return typeof end === 'string' ? end : end.moment;
}

function momentAt(date: string, minutes: number, zone: string): number | undefined {
  const day = addDays(date, Math.floor(minutes / 1440));
  // An hour that the clocks leave out is put off until they show one.
  for (let late = 0; late <= LONGEST_GAP_MINUTES; late += 30) {
    const shown = (minutes % 1440) + late;
    const moment = parseLocalTime(`${day}T${pad(Math.floor(shown / 60))}:${pad(shown % 60)}`, zone);
    if (moment !== undefined) return moment;
  }
  return undefined;
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

function dayOf(ms: number, zone: string): string {
  return localTime(ms, zone).time.slice(0, 10);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function ruleOf(days: readonly Weekday[], every = 1): string {
  const interval = every > 1 ? `;INTERVAL=${every}` : '';
  if (days.length === WEEKDAYS.length) return `FREQ=DAILY${interval}`;
  return `FREQ=WEEKLY${interval};BYDAY=${WEEKDAYS.filter((day) => days.includes(day)).join(',')}`;
}
