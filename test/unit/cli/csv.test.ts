import { expect, test } from 'vitest';
import { toCsv } from '../../../src/cli/csv.ts';

test('what would begin another cell, another line or a formula stays in its cell', () => {
  const names = ['origin', 'cost_usd'];
  const rows = ['anna', 'a,b', 'say "hi"', 'two\nlines', '=1+1', '@x', '-1.5'].map((origin) => ({
    origin,
    cost_usd: 0.5,
  }));
  expect(toCsv(names, [...rows, { origin: null, cost_usd: 1 }])).toBe(
    [
      'origin,cost_usd',
      'anna,0.5',
      '"a,b",0.5',
      '"say ""hi""",0.5',
      '"two\nlines",0.5',
      "'=1+1,0.5",
      "'@x,0.5",
      '-1.5,0.5',
      ',1',
      '',
    ].join('\r\n'),
  );
});
