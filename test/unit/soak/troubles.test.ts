import { expect, test } from 'vitest';
import { planTroubles } from '../../../bench/soak/troubles.ts';

test('in an hour something of each kind goes wrong every ten minutes, and nothing in the last one', () => {
  const { troubles, cycle } = planTroubles(3600);
  expect(Math.round(cycle)).toBe(590);
  const often = Object.groupBy(troubles, ({ name }) => name);
  expect(Object.fromEntries(Object.entries(often).map(([name, all]) => [name, all.length]))).toEqual({
    'provider out': 6,
    'provider erratic': 6,
    'Redis frozen': 6,
    'first killed': 1,
    'second killed': 6,
    'second restarted': 5,
    'budget raised': 1,
  });
  expect(Math.max(...troubles.map(({ at, lasts }) => at + lasts))).toBeLessThan(3540);
});

test.for([15, 180, 3600])('in %i seconds one thing is over before the next begins', (seconds) => {
  const { troubles } = planTroubles(seconds);
  expect(troubles.length).toBeGreaterThanOrEqual(6);
  for (const [index, { at, lasts }] of troubles.entries()) {
    expect(at + lasts).toBeLessThan(troubles[index + 1]?.at ?? seconds);
  }
});

test('the first replica is left alone once the first ten minutes are over: its memory can be told', () => {
  const { troubles, cycle } = planTroubles(3600);
  const hit = troubles.filter(({ name }) => name === 'first killed' || name === 'budget raised');
  for (const { at } of hit) expect(at).toBeLessThan(cycle / 2);
});

test('Redis is never frozen for longer than it may take a transcript to be too old', () => {
  for (const { name, lasts } of planTroubles(86_400).troubles) {
    if (name === 'Redis frozen') expect(lasts).toBe(5);
  }
});
