import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addFiller } from '../../../src/evaluation/fillers.ts';
import type { GoldUtterance } from '../../../src/evaluation/gold.ts';
import { changeCase, createNoise, loseDiacritics, NOISES } from '../../../src/evaluation/noise.ts';
import { createRandom } from '../../../src/evaluation/random.ts';
import { slip } from '../../../src/evaluation/slips.ts';

function gold(says: string, entities: Readonly<Record<string, string>> = {}): GoldUtterance {
  const actions = [{ intent: 'todo.add_item', entities, allowsMore: false }];
  const readings = [{ status: 'recognized', kind: 'action', actions }] as const;
  return { says, kind: 'single', before: [], readings, place: 'own.yaml:1' };
}

const words = (text: string): string[] => text.split(' ');
/** Everything that some seeds make of a text. */
const seeds = Array.from({ length: 200 }, (_, index) => String(index));
const LANGUAGES = ['pl', 'en', 'pl-PL', 'de'];

describe('chance', () => {
  test('takes the same course for the same seed, and another for another', () => {
    const course = (seed: string) => {
      const random = createRandom(seed);
      return [random.next(), random.below(1000), random.pick(['a', 'b', 'c', 'd'])];
    };
    expect(course('one')).toEqual(course('one'));
    expect(course('one')).not.toEqual(course('two'));
  });

  test('is even enough, and stays below its bound', () => {
    const random = createRandom('even');
    const counts = new Map<number, number>();
    for (let turn = 0; turn < 10_000; turn++) {
      const drawn = random.below(10);
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Math.min(...counts.values())).toBeGreaterThan(850);
  });

  test('cannot pick from nothing', () => {
    expect(() => createRandom('x').pick([])).toThrow(/empty/);
  });
});

describe('noise', () => {
  test.for(NOISES)('%s is the same for the same seed, whatever comes before', (noise) => {
    const utterance = gold('zgaś wszystkie światła w sypialni');
    const spoil = createNoise([noise], { seed: '7' });
    const alone = spoil(utterance, 'pl');
    spoil(gold('otwórz okno'), 'pl');
    expect(spoil(utterance, 'pl')).toBe(alone);
    const others = seeds.map((seed) => createNoise([noise], { seed })(utterance, 'pl'));
    expect(new Set(others).size > 1).toBe(noise !== 'diacritics');
  });

  test('none of it changes nothing, and all of it at once works', () => {
    expect(createNoise([], { seed: '1' })(gold('Zgaś światło.'), 'pl')).toBe('Zgaś światło.');
    const all = createNoise(NOISES, { seed: '1' })(gold('zgaś światło w łazience'), 'pl');
    expect(all).not.toBe('zgaś światło w łazience');
    expect(all).not.toMatch(/[^\x20-\x7e]/);
  });

  test('leaves the words alone that the gold quotes', () => {
    const utterance = gold('dodaj masło orzechowe do listy', {
      item: 'Masło orzechowe',
      entity_id: 'todo.lista',
    });
    for (const seed of seeds) {
      const spoiled = createNoise(['fillers', 'typos'], { seed })(utterance, 'pl');
      expect(spoiled).toContain(' masło orzechowe ');
      const before = words(spoiled)[words(spoiled).indexOf('masło') - 1] ?? '';
      expect(['dodaj', 'proszę'].includes(before) || before.length >= 4).toBe(true);
    }
  });
});

describe('lost diacritics', () => {
  test('leave the plain letters of Polish and others', () => {
    expect(loseDiacritics('Zażółć gęślą jaźń, ŁÓDŹ, café')).toBe('Zazolc gesla jazn, LODZ, cafe');
  });

  test('change no text that has none', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => loseDiacritics(text) === text));
  });
});

test('changed case changes nothing but case and a full stop', () => {
  const text = 'zgaś światło w łazience';
  const ways = new Set(seeds.map((seed) => changeCase(text, { random: createRandom(seed) })));
  expect([...ways].sort()).toEqual([
    'ZGAŚ ŚWIATŁO W ŁAZIENCE',
    'Zgaś Światło W Łazience',
    'Zgaś światło w łazience',
    'Zgaś światło w łazience.',
  ]);
  const asked = seeds.map((seed) => changeCase('co gra?', { random: createRandom(seed) }));
  expect(asked.every((way) => way.endsWith('?'))).toBe(true);
});

describe('a slip', () => {
  const LONG = ['włącz', 'światło', 'temperaturę', 'wyłączyć', 'kitchen', 'brightness', 'roletę', 'aaaa'];

  test('changes at most a spelling, keeps the first two letters, and what is behind the word', () => {
    for (const seed of seeds) {
      for (const language of LANGUAGES) {
        for (const word of LONG) {
          const slipped = slip(word, { random: createRandom(seed), language });
          expect(slipped.slice(0, 2)).toBe(word.slice(0, 2));
          expect(Math.abs(slipped.length - word.length)).toBeLessThanOrEqual(2);
          expect(slip(`${word},`, { random: createRandom(seed), language })).toMatch(/^\p{L}+,$/u);
        }
      }
    }
  });

  test('makes another word', () => {
    const same = seeds.filter(
      (seed) => slip('światło', { random: createRandom(seed), language: 'pl' }) === 'światło',
    );
    expect(same).toEqual([]);
  });

  test('never makes an order of its opposite', () => {
    const pairs = [
      ['włącz', 'wyłącz'],
      ['wyłącz', 'włącz'],
      ['zasłoń', 'odsłoń'],
      ['odsłoń', 'zasłoń'],
      ['lock', 'unlock'],
      ['unlock', 'lock'],
      ['załącz', 'odłącz'],
    ] as const;
    for (const seed of seeds) {
      for (const [word, opposite] of pairs) {
        const slipped = slip(word, { random: createRandom(seed), language: 'pl' });
        expect(loseDiacritics(slipped)).not.toBe(loseDiacritics(opposite));
      }
    }
  });

  test('happens in one word only, and in none that is short or has digits', () => {
    for (const seed of seeds) {
      const spoiled = createNoise(['typos'], { seed })(gold('daj 2100 w kuchni na max'), 'pl');
      const changed = words(spoiled).filter(
        (word, index) => word !== words('daj 2100 w kuchni na max')[index],
      );
      expect(changed).toHaveLength(1);
      expect(changed[0]).toMatch(/^k/);
    }
    expect(createNoise(['typos'], { seed: '1' })(gold('i co 22,5'), 'pl')).toBe('i co 22,5');
  });
});

describe('a filler', () => {
  test('comes before, between or behind the words, which stay in their order', () => {
    for (const seed of seeds) {
      for (const language of LANGUAGES) {
        const text = 'one two three?';
        const filled = addFiller(text, { random: createRandom(seed), language, isKept: () => false });
        const left = words(filled.replace('?', ''))
          .filter((word) => ['one', 'two', 'three'].includes(word))
          .join(' ');
        expect(left).toBe('one two three');
        expect(filled.endsWith('?')).toBe(true);
        expect(filled === text).toBe(language === 'de');
      }
    }
  });
});
