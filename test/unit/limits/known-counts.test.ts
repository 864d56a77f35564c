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
