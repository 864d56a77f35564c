import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPlaceSets } from '../../../src/rules/place-sets.ts';

test('a set has one number, whatever the order of its members, and keeps them', () => {
  const sets = fc.array(fc.uniqueArray(fc.nat(30), { maxLength: 12 }), { maxLength: 200 });
  fc.assert(
    fc.property(sets, (all) => {
      const kept = createPlaceSets(31);
      const known = new Map<string, number>();
      for (const members of all) {
        const number = kept.numberOf(Int32Array.from(members), members.length);
        const key = members.toSorted((one, other) => one - other).join();
        expect(known.get(key) ?? number).toBe(number);
        known.set(key, number);
        const size = kept.start(number + 1) - kept.start(number);
        const found = Array.from({ length: size }, (_, index) => kept.member(kept.start(number) + index));
        expect(found.toSorted((one, other) => one - other).join()).toBe(key);
      }
      expect(kept.size()).toBe(known.size);
    }),
  );
});

test('thousands of sets are kept apart', () => {
  const kept = createPlaceSets(20_000);
  for (let first = 0; first < 10_000; first++) {
    expect(kept.numberOf(Int32Array.of(first, first + 1), 2)).toBe(first);
  }
  expect(kept.numberOf(Int32Array.of(4001, 4000), 2)).toBe(4000);
});
