import { expect, test } from 'vitest';
import { nextOccurrence, parseRecurrence } from '../../../src/bridge/recurrence.ts';
import { formatWithOffset } from '../../../src/intent/local-time.ts';

const zone = 'Europe/Warsaw';

function times(rule: string, { first, count }: { first: string; count: number }): string[] {
  const found: string[] = [];
  let after = Date.parse(first);
  for (let turn = 0; turn < count; turn += 1) {
    const next = nextOccurrence(rule, { first: Date.parse(first), after, zone });
    if (next === undefined) break;
    found.push(formatWithOffset(next, zone));
    after = next;
  }
  return found;
}

test('comes again on each of its days', () => {
  const first = '2026-11-20T07:00:00+01:00';
  expect(times('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', { first, count: 3 })).toEqual([
    '2026-11-23T07:00:00+01:00',
    '2026-11-24T07:00:00+01:00',
    '2026-11-25T07:00:00+01:00',
  ]);
  expect(times('FREQ=WEEKLY', { first, count: 2 })).toEqual([
    '2026-11-27T07:00:00+01:00',
    '2026-12-04T07:00:00+01:00',
  ]);
  expect(times('FREQ=DAILY;INTERVAL=2', { first, count: 2 })).toEqual([
    '2026-11-22T07:00:00+01:00',
    '2026-11-24T07:00:00+01:00',
  ]);
});

test('stays at the same time on the wall when the clocks change', () => {
  expect(times('FREQ=DAILY', { first: '2026-03-28T07:00:00+01:00', count: 2 })).toEqual([
    '2026-03-29T07:00:00+02:00',
    '2026-03-30T07:00:00+02:00',
  ]);
  expect(times('FREQ=DAILY', { first: '2026-10-24T07:00:00+02:00', count: 2 })).toEqual([
    '2026-10-25T07:00:00+01:00',
    '2026-10-26T07:00:00+01:00',
  ]);
});

test('leaves out the day on which its time does not come, and comes once where it comes twice', () => {
  expect(times('FREQ=DAILY', { first: '2026-03-28T02:30:00+01:00', count: 1 })).toEqual([
    '2026-03-30T02:30:00+02:00',
  ]);
  expect(times('FREQ=DAILY', { first: '2026-10-24T02:30:00+02:00', count: 2 })).toEqual([
    '2026-10-25T02:30:00+02:00',
    '2026-10-26T02:30:00+01:00',
  ]);
});

test('passes over what was missed', () => {
  const first = Date.parse('2026-11-20T07:00:00+01:00');
  const after = Date.parse('2026-12-24T12:00:00+01:00');
  expect(nextOccurrence('FREQ=DAILY', { first, after, zone })).toBe(Date.parse('2026-12-25T07:00:00+01:00'));
});

test('does not guess at a rule that it does not know', () => {
  for (const rule of [
    '',
    'FREQ=HOURLY',
    'FREQ=DAILY;COUNT=3',
    'FREQ=WEEKLY;BYDAY=1MO',
    'FREQ=DAILY;INTERVAL=0',
  ]) {
    expect(parseRecurrence(rule), rule).toBeUndefined();
  }
});
