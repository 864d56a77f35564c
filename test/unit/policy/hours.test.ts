import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWallClock, isWithin, MINUTES_A_DAY, parseHours } from '../../../src/policy/hours.ts';

const minute = fc.integer({ min: 0, max: MINUTES_A_DAY - 1 });
const two = (value: number) => String(value).padStart(2, '0');
const time = (value: number) => `${two(Math.floor(value / 60))}:${two(value % 60)}`;

/** Minutes from midnight by the zone's offset, as another way to the same. */
function byOffset(now: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(now);
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hour = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(offset) ?? [];
  const ahead = (Number(hour) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const total = Math.floor(now / 60_000) + ahead;
  return ((total % MINUTES_A_DAY) + MINUTES_A_DAY) % MINUTES_A_DAY;
}

describe('hours', () => {
  test('reads what is written, and nothing else', () => {
    expect(parseHours('22:00-06:00')).toEqual({ from: 1320, to: 360 });
    expect(parseHours('8:30 - 24:00')).toEqual({ from: 510, to: 1440 });
    for (const text of [
      '',
      '22-6',
      '25:00-06:00',
      '10:60-11:00',
      '24:00-01:00',
      '10:00-24:01',
      '06:00-06:00',
    ]) {
      expect(parseHours(text), text).toBeUndefined();
    }
  });

  test('begin with their first minute and end before their last, and the rest of the day is the rest', () => {
    fc.assert(
      fc.property(minute, minute, minute, (from, to, now) => {
        fc.pre(from !== to);
        const day = parseHours(`${time(from)}-${time(to)}`) ?? { from: 0, to: 0 };
        expect(day).toEqual({ from, to });
        expect(isWithin(from, day)).toBe(true);
        expect(isWithin(to, day)).toBe(false);
        expect(isWithin(now, day)).toBe(!isWithin(now, { from: to, to: from }));
      }),
    );
  });

  test('are as long as they say', () => {
    fc.assert(
      fc.property(minute, minute, (from, to) => {
        fc.pre(from !== to);
        const minutes = Array.from({ length: MINUTES_A_DAY }, (_, now) => isWithin(now, { from, to }));
        expect(minutes.filter(Boolean).length).toBe((to - from + MINUTES_A_DAY) % MINUTES_A_DAY);
      }),
    );
  });
});

describe('the clock on the wall', () => {
  test.each(['Europe/Warsaw', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'])(
    'tells the time in %s, whenever',
    (timeZone) => {
      const clock = createWallClock(timeZone);
      // From 1980 on, when all offsets are whole minutes.
      fc.assert(
        fc.property(fc.integer({ min: 315_532_800, max: 4_102_444_800 }), (seconds) => {
          expect(clock(seconds * 1000)).toBe(byOffset(seconds * 1000, timeZone));
        }),
      );
    },
  );

  test('skips the hour that is skipped in spring, and has the one twice that comes twice in autumn', () => {
    const clock = createWallClock('Europe/Warsaw');
    const night = parseHours('02:00-03:00') ?? { from: 0, to: 0 };
    const minutesWithin = (start: string) =>
      Array.from({ length: 6 * 60 }, (_, index) => clock(Date.parse(start) + index * 60_000)).filter((now) =>
        isWithin(now, night),
      ).length;
    expect(minutesWithin('2027-03-28T00:00:00+01:00')).toBe(0);
    expect(minutesWithin('2026-10-25T00:00:00+02:00')).toBe(120);
    expect(minutesWithin('2026-11-21T00:00:00+01:00')).toBe(60);
  });

  test('refuses a zone that it does not know', () => {
    expect(() => createWallClock('Europe/Warschau')).toThrow(RangeError);
  });
});
