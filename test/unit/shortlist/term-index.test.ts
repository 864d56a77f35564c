import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTermIndex } from '../../../src/shortlist/term-index.ts';

const terms = ['kuchnia', 'kuchenka', 'lampka', 'sypialnia', 'wlacz', 'wylacz', 'na', 'nad', 'nadstawka'];
const index = createTermIndex(terms);
const found = (word: string) => index.find(word).map(({ term }) => terms[term]);

describe('the index of known words', () => {
  test.each([
    ['kuchni', 'kuchnia'],
    ['kuhnia', 'kuchnia'],
    ['lampke', 'lampka'],
    ['lampeczka', 'lampka'],
    ['sypialnii', 'sypialnia'],
    ['wlancz', 'wlacz'],
  ])('finds %s as %s', (word, term) => {
    expect(found(word)[0]).toBe(term);
  });

  test('puts the very word first', () => {
    expect(index.find('wylacz')[0]).toEqual({ term: terms.indexOf('wylacz'), similarity: 1 });
    expect(found('wylacz')).toContain('wlacz');
  });

  test('takes short words as they are', () => {
    expect(found('na')).toEqual(['na']);
    expect(found('nas')).toEqual([]);
    expect(found('nadstawki')).toEqual(['nadstawka']);
  });

  test('finds nothing in what is no word', () => {
    expect(found('')).toEqual([]);
    expect(found('xyzzyxyzzy')).toEqual([]);
  });

  test('finds the same whatever was looked for before, few and best first', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'klmpuchnia'), maxLength: 40 })), (words) => {
        for (const word of words) {
          const matches = index.find(word);
          expect(matches).toEqual(createTermIndex(terms).find(word));
          expect(matches.length).toBeLessThanOrEqual(16);
          const similarities = matches.map(({ similarity }) => similarity);
          expect(similarities).toEqual(similarities.toSorted((one, other) => other - one));
          expect(similarities.every((similarity) => similarity > 0 && similarity <= 1)).toBe(true);
        }
      }),
    );
  });
});
