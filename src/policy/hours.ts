/** Hours of the day, in minutes from midnight by the clock on the wall. `from` counts, `to` does not. */
export interface Hours {
  readonly from: number;
  /** Up to 1440. Less than `from` where the hours go on after midnight. */
  readonly to: number;
}

export const MINUTES_A_DAY = 1440;

const HOURS = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/;

/** Reads `22:00-06:00`. @returns undefined for anything else, and where it begins when it ends */
export function parseHours(text: string): Hours | undefined {
  const [, ...digits] = HOURS.exec(text.replaceAll(' ', '')) ?? [];
  const [fromHour = 99, fromMinute = 99, toHour = 99, toMinute = 99] = digits.map(Number);
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  const isTime = fromMinute < 60 && toMinute < 60 && from < MINUTES_A_DAY && to <= MINUTES_A_DAY;
  return isTime && from !== to ? { from, to } : undefined;
}

/** @param minute from midnight */
export function isWithin(minute: number, { from, to }: Hours): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/**
 * A clock on the wall: it tells minutes from midnight for milliseconds since the epoch. When clocks go forward some
 * minutes never come, when they go back some come twice; both are what an operator sees on the wall.
 *
 * @param timeZone IANA name: `Europe/Warsaw`
 * @throws RangeError for a zone that is not known
 */
export function createWallClock(timeZone: string): (now: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (now) => {
    const text = format.format(now);
    return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  };
}
