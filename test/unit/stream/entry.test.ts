import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareIds, entryTime, idBefore } from '../../../src/stream/entry.ts';

const MAX = 2n ** 64n - 1n;

/** Halves of an id, with the corners where carries and doubles go wrong. */
const half = fc.oneof(
  fc.bigInt({ min: 0n, max: MAX }),
  fc.bigInt({ min: 0n, max: 3n }),
  fc.constantFrom(0n, 9n, 10n, 99n, 100n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, MAX - 1n, MAX),
);
const halves = fc.tuple(half, half);

const write = ([time, sequence]: readonly [bigint, bigint]): string => `${time}-${sequence}`;
/** An id as the one number of 128 bits that Redis orders it by. */
const toNumber = ([time, sequence]: readonly [bigint, bigint]): bigint => time * (MAX + 1n) + sequence;
const fromNumber = (number: bigint): string => `${number / (MAX + 1n)}-${number % (MAX + 1n)}`;

describe('entry ids', () => {
  test('are ordered as the numbers they stand for', () => {
    fc.assert(
      fc.property(halves, halves, (left, right) => {
        const difference = toNumber(left) - toNumber(right);
        const expected = difference < 0n ? -1 : difference > 0n ? 1 : 0;
        expect(Math.sign(compareIds(write(left), write(right)))).toBe(expected);
      }),
    );
  });

  test('are sorted by the comparison as Redis sorts them', () => {
    fc.assert(
      fc.property(fc.array(halves), (many) => {
        const byNumber = many
          .map(toNumber)
          .toSorted((left, right) => (left < right ? -1 : left > right ? 1 : 0));
        expect(many.map(write).toSorted(compareIds)).toEqual(byNumber.map(fromNumber));
      }),
    );
  });

  test('equal themselves', () => {
    fc.assert(fc.property(halves, (id) => compareIds(write(id), write(id)) === 0));
  });

  test('have nothing between them and the one before', () => {
    fc.assert(
      fc.property(halves, (id) => {
        const number = toNumber(id);
        expect(idBefore(write(id))).toBe(number === 0n ? '0-0' : fromNumber(number - 1n));
      }),
    );
  });

  test.each([
    ['1700000000000-0', '1699999999999-18446744073709551615'],
    ['1700000000000-10', '1700000000000-9'],
    ['0-1', '0-0'],
    ['0-0', '0-0'],
    ['1-0', '0-18446744073709551615'],
  ])('before %s comes %s', (id, before) => {
    expect(idBefore(id)).toBe(before);
  });

  test('tell when the entry was added', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), half, (time, sequence) => {
        expect(entryTime(`${time}-${sequence}`)).toBe(time);
      }),
    );
  });
});
