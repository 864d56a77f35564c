import { expect, test } from 'vitest';
import { createShare } from '../../../src/stream/share.ts';

test('one stream at a time is given, to whoever has at least two less', () => {
  const share = createShare({ turnMs: 1000, now: () => 0 });
  const holdings = [share.owns(), share.owns(), share.owns(), share.owns()];
  expect(share.count()).toBe(4);
  expect(holdings[0]?.gives(3)).toBe(false);
  expect(holdings[0]?.gives(2)).toBe(true);
  expect(holdings[1]?.gives(0)).toBe(false);
  holdings[2]?.ends();
  expect(holdings[1]?.gives(0)).toBe(false);
  holdings[0]?.ends();
  expect(share.count()).toBe(2);
  expect(holdings[1]?.gives(1)).toBe(false);
  expect(holdings[1]?.gives(0)).toBe(true);
});

test('one stream at a time is asked for, until it is owned, need not be asked for, or its turn is over', () => {
  let now = 0;
  const share = createShare({ turnMs: 1000, now: () => now });
  expect(share.mayAsk('a')).toBe(true);
  expect(share.mayAsk('b')).toBe(false);
  share.passes('b');
  expect(share.mayAsk('a')).toBe(true);
  share.passes('a');
  expect(share.mayAsk('b')).toBe(true);
  share.owns();
  expect(share.mayAsk('a')).toBe(true);
  now = 1000;
  expect(share.mayAsk('b')).toBe(true);
});
