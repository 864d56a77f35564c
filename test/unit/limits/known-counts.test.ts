import { expect, test } from 'vitest';
import { createKnownCounts } from '../../../src/limits/known-counts.ts';

const clock = { monotonic: () => 0 };
const FIRST = 1;

test('what Redis tells late hides nothing that was counted here meanwhile', () => {
  const known = createKnownCounts(clock);
  known.heard('anna', { count: 2, endsInMs: 1000, connection: FIRST });
  // Redis is silent.
  known.counted('anna', 1, 1000);
  known.counted('anna', 1, 1000);
  // The answer to an earlier question comes after all.
  known.heard('anna', { count: 3, endsInMs: 1000, connection: FIRST });
  expect(known.untold('anna', FIRST)).toMatchObject({ count: 4 });
  known.tell('anna', FIRST);
  known.heard('anna', { count: 5, endsInMs: 1000, connection: FIRST });
  expect(known.untold('anna', FIRST)).toBeUndefined();
  expect(known.latest('anna')).toMatchObject({ count: 5 });
});

test('what was told before the connection was lost is told again, once', () => {
  const known = createKnownCounts(clock);
  known.heard('anna', { count: 2, endsInMs: 1000, connection: FIRST });
  const second = FIRST + 1;
  expect(known.untold('anna', FIRST)).toBeUndefined();
  expect(known.untold('anna', second)).toMatchObject({ count: 2, endsInMs: 1000 });
  known.tell('anna', second);
  expect(known.untold('anna', second)).toBeUndefined();
  known.notTold('anna');
  expect(known.untold('anna', second)).toMatchObject({ count: 2 });
});

/** As many as are known at most. */
const MANY = Array.from({ length: 8192 }, (_, index) => `room ${index}`);

test('what was counted here is not forgotten for what Redis tells', () => {
  const known = createKnownCounts(clock);
  known.counted('anna', 1, 1000);
  known.tell('anna', FIRST);
  for (const name of MANY) known.heard(name, { count: 1, endsInMs: 1000, connection: FIRST });
  expect(known.latest('anna')).toMatchObject({ count: 1 });
  expect(known.roomInMs('bartek')).toBe(0);
});

test('no more names are counted here than have room, until the first of their windows ends', () => {
  let now = 0;
  const known = createKnownCounts({ monotonic: () => now });
  known.counted('anna', 1, 500);
  for (const name of MANY.slice(1)) {
    expect(known.roomInMs(name)).toBe(0);
    known.counted(name, 1, 1000);
  }
  // Whoever was heard of last is not who is free first.
  known.counted('anna', 1, 500);
  expect(known.roomInMs('bartek')).toBe(500);
  expect(known.roomInMs('anna')).toBe(0);
  now = 499;
  expect(known.roomInMs('bartek')).toBe(1);
  now = 500;
  expect(known.roomInMs('bartek')).toBe(0);
  known.counted('bartek', 1, 1000);
  expect(known.roomInMs('celina')).toBe(500);
});

test('what was given back takes no room', () => {
  const known = createKnownCounts(clock);
  for (const name of MANY) {
    known.counted(name, 1, 1000);
    known.givenBack(name, 1, { mayBeHeard: false });
  }
  for (const name of MANY) {
    known.counted(name, 1, 1000);
    known.givenBack(name, 1, { mayBeHeard: true });
  }
  expect(known.roomInMs('anna')).toBe(1000);
  for (const name of MANY) known.countedLate(name, 1);
  expect(known.roomInMs('anna')).toBe(0);
});
