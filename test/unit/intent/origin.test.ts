import { expect, test } from 'vitest';
import { originOf } from '../../../src/intent/origin.ts';

test.each([
  [{ user: 'anna', room: 'kuchnia' }, 'anna'],
  [{ room: 'kuchnia' }, 'kuchnia'],
  [{}, 'unknown'],
  [{ user: ' \n ', room: 'kuchnia' }, 'unknown'],
  [{ user: 'anna\nmaria' }, 'anna maria'],
  [{ user: 'a'.repeat(5000) }, 'a'.repeat(100)],
  [{ user: `${'a'.repeat(99)}🐈` }, `${'a'.repeat(99)}\uFFFD`],
])('%j is asked for by %s', (asked, origin) => {
  expect(originOf(asked)).toBe(origin);
});
