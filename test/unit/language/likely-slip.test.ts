import { expect, test } from 'vitest';
import { isLikelySlip } from '../../../src/language/likely-slip.ts';

test.for([
  ['swiatol', 'swiatlo', 'letters change places'],
  ['wsiatlo', 'swiatlo', 'at the beginning, too'],
  ['swatlo', 'swiatlo', 'a letter is left out'],
  ['rolwta', 'roleta', 'a key beside is hit'],
  ['lihght', 'light', 'a letter is added by a finger that hits two keys'],
  ['klimatyzakja', 'klimatyzacja', 'a long word has no neighbours'],
] as const)('%s is a slip of %s: %s', ([heard, meant]) => {
  expect(isLikelySlip(heard, meant)).toBe(true);
});

test.for([
  ['balon', 'salon'],
  ['rampa', 'lampa'],
  ['lama', 'lampa'],
  ['roof', 'room'],
  ['root', 'robot'],
  ['certain', 'curtain'],
  ['flight', 'light'],
  ['timber', 'timer'],
  ['nettle', 'kettle'],
] as const)('%s is a word of its own beside %s', ([heard, meant]) => {
  expect(isLikelySlip(heard, meant)).toBe(false);
});
