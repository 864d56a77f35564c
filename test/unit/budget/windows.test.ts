import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWindows } from '../../../src/budget/windows.ts';

const at = (text: string): number => Date.parse(text);

function windowsOf(timeZone: string, text: string) {
  const [day, month] = createWindows(timeZone)(at(text));
  return {
    day: day?.label,
    dayEnds: new Date(day?.endsAt ?? 0).toISOString(),
    month: month?.label,
    monthEnds: new Date(month?.endsAt ?? 0).toISOString(),
  };
}

/** The date on the calendar of a zone, by other means than the code's. */
function dateIn(timeZone: string, time: number): string {
  return new Date(time).toLocaleDateString('sv-SE', { timeZone });
}

describe('the windows of the budget', () => {
  test('follow the calendar of the time zone, not of UTC', () => {
    expect(windowsOf('Europe/Warsaw', '2026-11-30T23:30:00Z')).toEqual({
      day: 'day:2026-12-01',
      dayEnds: '2026-12-01T23:00:00.000Z',
      month: 'month:2026-12',
      monthEnds: '2026-12-31T23:00:00.000Z',
    });
    expect(windowsOf('UTC', '2026-11-30T23:30:00Z')).toMatchObject({
      day: 'day:2026-11-30',
      month: 'month:2026-11',
    });
  });

  test.each([
    ['in spring last 23 hours', '2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['in autumn last 25 hours', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
  ])('the days of Warsaw when the clock changes %s', (_what, date, begins, ends) => {
    const windows = createWindows('Europe/Warsaw');
    for (let time = at(begins); time < at(ends); time += 15 * 60_000) {
      expect(windows(time)[0]).toEqual({ name: 'day', label: `day:${date}`, endsAt: at(ends) });
    }
    expect(windows(at(begins) - 1)[0]).toMatchObject({ endsAt: at(begins) });
    expect(windows(at(ends))[0]?.label).not.toBe(`day:${date}`);
  });

  test.each([
    ['2028-02-29T12:00:00Z', 'month:2028-02', '2028-02-29T23:00:00.000Z'],
    ['2026-02-28T22:59:59.999Z', 'month:2026-02', '2026-02-28T23:00:00.000Z'],
    ['2026-02-28T23:00:00Z', 'month:2026-03', '2026-03-31T22:00:00.000Z'],
    ['2026-12-31T23:00:00Z', 'month:2027-01', '2027-01-31T23:00:00.000Z'],
  ])('the month of Warsaw at %s is %s', (time, month, monthEnds) => {
    expect(windowsOf('Europe/Warsaw', time)).toMatchObject({ month, monthEnds });
  });

  test('a day that has no midnight begins where the calendar turns', () => {
    // Chile sets its clocks forward at midnight: 24:00 becomes 01:00.
    expect(windowsOf('America/Santiago', '2026-09-06T03:59:59.999Z')).toMatchObject({
      day: 'day:2026-09-05',
      dayEnds: '2026-09-06T04:00:00.000Z',
    });
  });

  test('a clock that is set back finds the earlier day again', () => {
    const windows = createWindows('Europe/Warsaw');
    const labels = ['2026-11-21T23:00:00Z', '2026-11-21T22:59:59Z', '2026-11-21T23:00:00Z'].map(
      (time) => windows(at(time))[0]?.label,
    );
    expect(labels).toEqual(['day:2026-11-22', 'day:2026-11-21', 'day:2026-11-22']);
  });

  test('agree with the calendar at any time, in any order, and end exactly where it turns', () => {
    const zones = [
      'Europe/Warsaw',
      'UTC',
      'America/Santiago',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Asia/Beirut',
    ];
    const times = fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2032-12-31T00:00:00Z') });
    // Half of them within a minute of a midnight, somewhere.
    const atMidnights = times.map((time) => Math.round(time / 900_000) * 900_000 + (time % 3) - 1);
    const property = fc.property(
      fc.constantFrom(...zones),
      fc.array(fc.oneof(times, atMidnights), { minLength: 1, maxLength: 8 }),
      (zone, moments) => {
        const windows = createWindows(zone);
        for (const moment of moments) {
          for (const { name, label, endsAt } of windows(moment)) {
            const length = name === 'day' ? 10 : 7;
            const dateOf = (time: number) => `${name}:${dateIn(zone, time).slice(0, length)}`;
            expect(label).toBe(dateOf(moment));
            expect(dateOf(endsAt - 1)).toBe(label);
            expect(dateOf(endsAt)).not.toBe(label);
            expect(endsAt).toBeGreaterThan(moment);
          }
        }
      },
    );
    fc.assert(property, { numRuns: 150 });
  });
});
