import { expect, test } from 'vitest';
import { dayRange, daysInMonth } from '../../../src/budget/day-range.ts';

const TODAY = '2026-03-02';

function ends(asked: Parameters<typeof dayRange>[0]): unknown {
  const range = dayRange(asked, TODAY);
  return 'days' in range ? [range.days[0], range.days.at(-1), range.days.length] : range.mistake;
}

test.each([
  [{}, ['2026-03-01', '2026-03-02', 2]],
  [{ from: '2026-02' }, ['2026-02-01', '2026-03-02', 30]],
  [{ from: '2026-02', to: '2026-02' }, ['2026-02-01', '2026-02-28', 28]],
  [{ to: '2024-02' }, ['2024-02-01', '2024-02-29', 29]],
  [{ from: 'yesterday', to: 'yesterday' }, ['2026-03-01', '2026-03-01', 1]],
  [{ from: 'today' }, ['2026-03-02', '2026-03-02', 1]],
  [{ from: '2025-12-31', to: '2026-01-01' }, ['2025-12-31', '2026-01-01', 2]],
  [{ from: '2026-03-01', to: '2026-03-31' }, ['2026-03-01', '2026-03-31', 31]],
])('%j are days', (asked, expected) => {
  expect(ends(asked)).toEqual(expected);
});

test.each([
  [{ from: '2026-02-30' }, /^from: expected a day such as .*not "2026-02-30"$/],
  [{ to: '2026-13' }, /^to: expected/],
  [{ from: '21.11.2026' }, /^from: expected/],
  [{ from: '' }, /^from: expected/],
  [{ from: '2026-03-02', to: '2026-03-01' }, /is after to/],
  [{ from: '2020-01' }, /more than 800 days/],
])('%j are none', (asked, mistake) => {
  expect(ends(asked)).toMatch(mistake);
});

test('a month has its days', () => {
  expect(['2026-01-31', '2026-02-01', '2024-02-10', '2100-02-01', '2026-12-01'].map(daysInMonth)).toEqual([
    31, 28, 29, 28, 31,
  ]);
});
