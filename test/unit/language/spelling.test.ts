import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance } from '../../../src/language/edit-distance.ts';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { createSpelling, type Spelling } from '../../../src/language/spelling.ts';
import { foldedWords } from '../../../src/language/words.ts';
import { growth } from '../../support/quickest.ts';

const NAMES = {
  pl: [
    'kuchnia',
    'kuchenka',
    'salon',
    'sypialnia',
    'łazienka',
    'lampka nocna',
    'lampa stojąca',
    'zasłona',
    'roleta',
    'ogrzewanie',
    'drzwi wejściowe',
    'przedpokój',
    'klimatyzacja',
    'czajnik',
  ],
  en: ['kitchen', 'living room', 'bedroom', 'ceiling light', 'curtains', 'thermostat', 'hallway', 'kettle'],
} as const;
const SENTENCES = {
  pl: 'w we na do światło światła zgaś zapal włącz wyłącz otwórz zamknij podnieś opuść zasłoń odsłoń zwiększ zmniejsz głośniej ciszej jaśniej ciemniej temperaturę ustaw stopni procent zwiń rozwiń wszystkie która godzina przykręć zaryglować',
  en: 'turn switch the on off open close up down lock unlock raise lower light lights set temperature degrees percent in to louder quieter unplug plug',
} as const;

function spellingOf(language: 'pl' | 'en'): Spelling {
  const knowledge = knowledgeOf(language);
  const names = NAMES[language].flatMap((name) => knowledge.nameForms?.(name) ?? []);
  return createSpelling([...names, SENTENCES[language]].flatMap(foldedWords), knowledge);
}

const spelling = { pl: spellingOf('pl'), en: spellingOf('en') };

function mend(language: 'pl' | 'en', text: string): string {
  return mends(language, text)[0] ?? foldedWords(text).join(' ');
}

/** Every way to take a text. */
function mends(language: 'pl' | 'en', text: string): string[] {
  return spelling[language](foldedWords(text)).map((words) => words.map(({ word }) => word).join(' '));
}

describe('slips are mended', () => {
  test.for([
    ['zapal śwatło w kuchni', 'zapal swiatlo w kuchni'],
    ['zapal swiatlo w sypalni', 'zapal swiatlo w sypialni'],
    ['temperatrua', 'temperature'],
    ['zgaś lampke nocnom', 'zgas lampke nocna'],
    ['w przetpokoju', 'w przedpokoju'],
    ['klimatyzacia', 'klimatyzacja'],
    ['klimatyzacjii', 'klimatyzacji'],
    ['rolete', 'rolete'],
    ['roletee', 'rolete'],
    ['zgś światło', 'zgs swiatlo'],
    ['kuhnia', 'kuchnia'],
    ['zamknnij drzfi', 'zamknij drzwi'],
    ['zminejsz temperature', 'zmniejsz temperature'],
  ])('in Polish: %s', ([heard = '', meant = '']) => {
    expect(mend('pl', heard)).toBe(meant);
  });

  test.for([
    ['turn on the lihgt', 'turn on the light'],
    ['kichen', 'kitchen'],
    ['termostat', 'thermostat'],
    ['bedrom', 'bedroom'],
    ['curtians', 'curtains'],
  ])('in English: %s', ([heard = '', meant = '']) => {
    expect(mend('en', heard)).toBe(meant);
  });

  test.for([
    ['w łącz światło', 'wlacz swiatlo'],
    ['zgaś światło wsalonie', 'zgas swiatlo w salonie'],
    ['włączświatło', 'wlacz swiatlo'],
    ['sypial ni', 'sypialni'],
    ['niewłączaj', 'nie wlaczaj'],
    ['bed room', 'bedroom'],
  ])('words are joined and parted: %s', ([heard = '', meant = '']) => {
    expect(mend(heard === 'bed room' ? 'en' : 'pl', heard)).toBe(meant);
  });

  test('it is told which words heard each word stands for', () => {
    expect(spelling.pl(foldedWords('w łącz światło wsalonie'))).toEqual([
      [
        { word: 'wlacz', from: 0, to: 2 },
        { word: 'swiatlo', from: 2, to: 3 },
        { word: 'w', from: 3, to: 4 },
        { word: 'salonie', from: 3, to: 4 },
      ],
    ]);
    expect(spelling.pl(foldedWords('zgaś światło w salonie'))).toEqual([]);
  });
});

test.for([
  ['sypial', /^sypialn/],
  ['przedpok', /^przedpoko/],
  ['klimatyza', /^klimatyzacj/],
] as const)('an end that was lost is found again: %s', ([heard, meant]) => {
  expect(mend('pl', heard)).toMatch(meant);
  expect(mend('pl', heard)).not.toBe(heard);
});

describe('what is right or unsure is left alone', () => {
  test.for([
    'zgaś światło proszę',
    'nie zapalaj',
    'dwadzieścia stopni',
    '21,5',
    'otwieraj',
    'wlcz swiatlo',
    'wyącz swiatlo',
    'zasłńo rolety w salonie',
    'kto to jest',
  ])('%s', (text) => {
    const words = foldedWords(text);
    expect(mend('pl', text).split(' ')[0]).toBe(words[0]);
  });

  test('a stove is no kitchen, unless it may be either', () => {
    for (const slip of ['kuchenk', 'kuchenke', 'kucehnka', 'kuchnka', 'kuchenko', 'khuchenka']) {
      const meant = mends('pl', slip);
      const isKitchen = meant.some((word) => word.startsWith('kuchni'));
      expect(isKitchen && !meant.some((word) => word.startsWith('kuchen'))).toBe(false);
    }
  });

  test('nor does any slip of one become the other alone', () => {
    const forms = (name: string) =>
      (knowledgeOf('pl').nameForms?.(name) ?? []).map((form) => foldedWords(form)[0]);
    const [stoves, kitchens] = [forms('kuchenka'), forms('kuchnia')];
    for (const [said, others] of [
      [stoves, kitchens],
      [kitchens, stoves],
    ] as const) {
      for (const word of said) {
        for (let at = 0; at < (word?.length ?? 0); at += 1) {
          for (const kind of [0, 1, 3]) {
            const slip = edited(word ?? '', { kind, at, letter: 'n' });
            const meant = mends('pl', slip);
            const isOther = !others.includes(slip) && meant.some((each) => others.includes(each));
            expect(isOther && !meant.some((each) => said.includes(each)), slip).toBe(false);
          }
        }
      }
    }
  });

  test('a number is not turned into another', () => {
    for (const slip of ['szesnaście', 'sześnaście', 'siedemnaście', 'jedenaście', 'fifteen', 'fiften']) {
      expect(['siedemnascie', 'fifty']).not.toContain(slip === 'siedemnaście' ? '' : mend('pl', slip));
    }
  });

  test('where nearly all is unknown, something else was said', () => {
    const text = 'lapma rolte sypalna czajik zaslna klimatyzaca';
    expect(mend('pl', text)).toBe(text);
  });
});

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** One edit of a word. */
function edited(word: string, { kind, at, letter }: { kind: number; at: number; letter: string }): string {
  const place = at % Math.max(1, word.length);
  const [start, end] = [word.slice(0, place), word.slice(place)];
  switch (kind) {
    case 0:
      return start + end.slice(1);
    case 1:
      return start + letter + end;
    case 2:
      return start + letter + end.slice(1);
    default:
      return start + (end[1] ?? '') + (end[0] ?? '') + end.slice(2);
  }
}

const edit = fc.record({
  kind: fc.nat(3),
  at: fc.nat(40),
  letter: fc.constantFrom(...LETTERS),
});

describe.for(['pl', 'en'] as const)('no slip turns an order round (%s)', (language) => {
  const { directions } = knowledgeOf(language);
  const knowing = createSpelling(
    [
      ...directions.ways.keys(),
      ...foldedWords(SENTENCES[language]),
      ...foldedWords(NAMES[language].join(' ')),
    ],
    knowledgeOf(language),
  );
  const isOpposite = (one: string | undefined, other: string | undefined): boolean =>
    directions.opposites.some(
      ([way, back]) => (way === one && back === other) || (way === other && back === one),
    );

  function turnedRound(spell: Spelling, word: string, slip: string): boolean {
    const heard = [slip];
    const meant = spell(heard).flat();
    const way = directions.ways.get(word);
    return meant.some((each) => each.word !== slip && isOpposite(way, directions.ways.get(each.word)));
  }

  test.for([
    ['with the sentences of a home', spelling[language]],
    ['with every word that has a direction', knowing],
  ] as const)('not one or two edits of a word, %s', ([, spell]) => {
    const words = [...directions.ways.keys()];
    fc.assert(
      fc.property(fc.constantFrom(...words), edit, fc.option(edit), (word, first, second) => {
        const once = edited(word, first);
        const slip = second ? edited(once, second) : once;
        expect(turnedRound(spell, word, slip)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('nor a gap besides, unless what is heard spells the other word already', () => {
    fc.assert(
      fc.property(fc.constantFrom(...directions.ways.keys()), edit, fc.nat(12), (word, slip, gap) => {
        const letters = edited(word, slip);
        const heard = [letters.slice(0, gap), letters.slice(gap)].filter(Boolean);
        const spelled = [...heard, letters].some((each) =>
          isOpposite(directions.ways.get(word), directions.ways.get(each)),
        );
        const meant = knowing(heard).flat();
        const turned = meant.some((each) =>
          isOpposite(directions.ways.get(word), directions.ways.get(each.word)),
        );
        expect(turned && !spelled).toBe(false);
      }),
      { numRuns: 1500 },
    );
  });

  test('not one dropped, doubled or swapped letter of any of them', () => {
    for (const [index, word] of [...directions.ways.keys()].entries()) {
      // Every thirteenth: the endings repeat, and each look takes its time among so many words.
      if (index % 13 !== 0) continue;
      for (let at = 0; at < word.length; at += 1) {
        for (const kind of [0, 1, 3]) {
          const slip = edited(word, { kind, at, letter: word[at] ?? '' });
          expect(turnedRound(knowing, word, slip), slip).toBe(false);
        }
      }
    }
  });
});

test('words that differ in a prefix decide a direction, though no list has them', () => {
  const spell = createSpelling(
    ['zawiąż', 'odwiąż', 'rozwiąż', 'lampę'].flatMap(foldedWords),
    knowledgeOf('pl'),
  );
  expect(spell(['zdwiaz'])).toEqual([]);
  expect(spell(['owiaz'])).toEqual([]);
  expect(spell(['lmape'])).toMatchObject([[{ word: 'lampe' }]]);
});

test('edits are counted, a swap as one', () => {
  expect(editDistance('wlacz', 'wylacz', 2)).toBe(1);
  expect(editDistance('lampa', 'lmapa', 2)).toBe(1);
  expect(editDistance('salon', 'balkon', 2)).toBe(2);
  expect(editDistance('salon', 'kuchnia', 2)).toBe(3);
  expect(editDistance('', 'ab', 2)).toBe(2);
  expect(editDistance('unpause', 'puause', 2)).toBe(2);
  expect(editDistance('abc', '', 9)).toBe(3);
  expect(editDistance('salon', 'kuchnia', 9)).toBe(6);
});

/** The whole table, after Lowrance and Wagner: slow and plain. */
function plainDistance(one: string, other: string): number {
  const far = one.length + other.length;
  const table = new Map<string, number>();
  const at = (row: number, column: number): number => table.get(`${row} ${column}`) ?? far;
  for (let row = 0; row <= one.length; row++) table.set(`${row} 0`, row);
  for (let column = 0; column <= other.length; column++) table.set(`0 ${column}`, column);
  for (let row = 1; row <= one.length; row++) {
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const swappedRow = one.lastIndexOf(other[column - 1] ?? '', row - 2) + 1;
      const swappedColumn = other.lastIndexOf(one[row - 1] ?? '', column - 2) + 1;
      const swap =
        row > 1 && column > 1 && swappedRow > 0 && swappedColumn > 0
          ? at(swappedRow - 1, swappedColumn - 1) + (row - swappedRow - 1) + 1 + (column - swappedColumn - 1)
          : far;
      table.set(
        `${row} ${column}`,
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          swap,
        ),
      );
    }
  }
  return at(one.length, other.length);
}

test('the distance is that of the whole table, up to the limit', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.constantFrom<1 | 2>(1, 2), (one, other, limit) => {
      expect(editDistance(one, other, limit)).toBe(Math.min(plainDistance(one, other), limit + 1));
    }),
    { numRuns: 1000 },
  );
});

test('ten times as many words do not make it ten times as slow, and any string is spelled', () => {
  const words = Array.from({ length: 10_000 }, (_, index) =>
    (index * 2_654_435_761).toString(26).replace(/\d/g, (digit) => LETTERS[Number(digit) + 10] ?? 'a'),
  );
  const heard = words.slice(0, 500).map((word) => `${word.slice(0, 3)}x${word.slice(4)}`);
  const spellAll = (count: number): void => {
    const spelling = createSpelling(words.slice(0, count), knowledgeOf('pl'));
    for (const word of heard) spelling([word]);
  };
  expect(growth(spellAll, { from: 1000, to: 10_000 })).toBeLessThan(8);
  const spell = createSpelling(words, knowledgeOf('pl'));
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 80 }), { maxLength: 20 }), (texts) => {
      const spelled = spell(texts);
      for (const { from, to } of spelled.flat()) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(texts.length);
      }
    }),
  );
});
