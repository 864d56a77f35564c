const LOCAL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::00)?$/;
const MINUTE_MS = 60_000;

interface LocalTime {
  readonly time: string;
  readonly weekday: string;
}

/** Asked for many times a minute, and it takes as long as a round trip to Redis. */
let last: { readonly minute: number; readonly zone: string; readonly shown: LocalTime } | undefined;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'long',
  });
  formats.set(zone, made);
  return made;
}

/** What the clock on the wall shows: `2026-11-21T12:03`, and the day of the week in English. */
export function localTime(ms: number, zone: string): LocalTime {
  const minute = Math.floor(ms / MINUTE_MS);
  if (last?.minute === minute && last.zone === zone) return last.shown;
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) parts[type] = value;
  const { year, month, day, hour, minute: minutes, weekday = '' } = parts;
  const shown = { time: `${year}-${month}-${day}T${hour}:${minutes}`, weekday };
  last = { minute, zone, shown };
  return shown;
}

/**
 * Reads the time that a clock on the wall shows. The first of two where it is shown twice, when summer time ends.
 *
 * @returns milliseconds since the epoch; undefined where it is no time, or one that the clock leaves out
 */
export function parseLocalTime(text: string, zone: string): number | undefined {
  const match = LOCAL.exec(text);
  if (!match) return undefined;
  const shown = `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}`;
  const asUtc = Date.parse(`${shown}:00Z`);
  if (Number.isNaN(asUtc)) return undefined;
  // The zone's offset half a day before and after: one of the two holds.
  const instants = [-12, 12].map((hours) => asUtc - offsetMs(asUtc + hours * 60 * MINUTE_MS, zone));
  return instants
    .sort((one, other) => one - other)
    .find((instant) => localTime(instant, zone).time === shown);
}

/** ISO 8601 with the zone's offset: `2026-11-21T21:00:00+01:00`. */
export function formatWithOffset(ms: number, zone: string): string {
  const minutes = offsetMs(ms, zone) / MINUTE_MS;
  const absolute = Math.abs(minutes);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const sign = minutes < 0 ? '-' : '+';
  const seconds = pad(Math.floor(ms / 1000) % 60);
  return `${localTime(ms, zone).time}:${seconds}${sign}${pad(Math.floor(absolute / 60))}:${pad(absolute % 60)}`;
}

/** How far the zone is ahead of UTC at a moment, in milliseconds. */
export function offsetMs(ms: number, zone: string): number {
  return Date.parse(`${localTime(ms, zone).time}:00Z`) - Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}
