import { expect, test } from 'vitest';
import { createGazetteer } from '../../../src/rules/gazetteer.ts';

test('finds all phrases that begin at a position, shortest first', () => {
  const gazetteer = createGazetteer<string>();
  gazetteer.add('sal', { list: 1, meaning: 'hall' });
  gazetteer.add('salon', { list: 1, meaning: 'living room' });
  gazetteer.add('salon', { list: 2, meaning: 'shop' });
  gazetteer.add('', { list: 3, meaning: 'nothing' });
  expect(gazetteer.find('w salonie', 2)).toEqual([
    { list: 1, meaning: 'hall', end: 5 },
    { list: 1, meaning: 'living room', end: 7 },
    { list: 2, meaning: 'shop', end: 7 },
  ]);
  expect(gazetteer.find('w salonie', 0)).toEqual([]);
  expect(gazetteer.find('', 0)).toEqual([]);
});
