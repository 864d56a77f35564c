import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDollars, parseDollars } from '../../../src/intent/money.ts';

test('dollars are read into whole billionths', () => {
  expect(parseDollars('5.00')).toBe(5_000_000_000);
  expect(parseDollars('0.000000001')).toBe(1);
  expect(parseDollars('50')).toBe(50_000_000_000);
});

test('what is no amount of dollars is refused', () => {
  for (const text of ['', '-1', '1e3', '1,5', '.5', '5.', '0.0000000001', '10000000', 'NaN']) {
    expect(parseDollars(text)).toBeUndefined();
  }
});

test('an amount is written so that it reads back the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), (amount) => {
      expect(parseDollars(formatDollars(amount))).toBe(amount);
    }),
  );
  expect(formatDollars(123_000)).toBe('0.000123');
  expect(formatDollars(-1_500_000_000)).toBe('-1.5');
});
