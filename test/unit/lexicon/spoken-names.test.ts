import { expect, test } from 'vitest';
import { collisionNotices } from '../../../src/lexicon/collision-notices.ts';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { nameKey } from '../../../src/lexicon/spoken-names.ts';
import { growth } from '../../support/quickest.ts';

const home = readHome(
  `floors:
  - { id: parter, name: Parter }
areas:
  - { id: kuchnia, name: Kuchnia, aliases: [kitchen], floor: parter }
  - { id: kacik, name: Kuchenka }
  - { id: hol, name: Hol, forms: [holu] }
  - { id: pokoj_ani, name: Pokój Ani }
entities:
  - { id: light.nocna, name: Lampka nocna, area: pokoj_ani }
  - { id: light.nocna_druga, name: Lampka nocna, aliases: [lampkę nocną], area: hol }
  - { id: light.wszystkie, name: Lampki nocne, area: kacik }
  - { id: switch.kuchenka, name: Kuchenka, area: kuchnia }
  - { id: vacuum.ala, name: Ala }
`,
  'home.yaml',
);

const called = (id: string, language: string): readonly string[] => {
  const item = [...home.floors, ...home.areas, ...home.entities].find((each) => each.id === id);
  return item ? home.namesIn(item, language) : [];
};

test('names and aliases come first, as written, then the forms of the language', () => {
  expect(called('kuchnia', 'pl').slice(0, 2)).toEqual(['Kuchnia', 'kitchen']);
  expect(called('kuchnia', 'pl')).toEqual(expect.arrayContaining(['kuchni', 'kuchnie']));
  expect(called('parter', 'pl')).toContain('parterze');
  expect(called('kuchnia', 'en')).toContain("kitchen's");
  expect(called('kuchnia', 'en')).not.toContain('kuchni');
});

test('a language without forms has names only', () => {
  expect(called('kuchnia', 'de')).toEqual(['Kuchnia', 'kitchen']);
});

test('in any language there are the forms of each', () => {
  expect(called('kuchnia', 'any')).toEqual(expect.arrayContaining(['Kuchnia', 'kuchni', "kitchen's"]));
});

test('a number in a name is called by words as well as by digits, in any language', () => {
  const numbered = readHome(
    `areas:
  - { id: pokoj_2, name: Pokój 2 }
entities:
  - { id: light.a, name: Lampa 1 }
  - { id: light.b, name: Lampa 21 }
  - { id: light.c, name: LED3 }
  - { id: light.d, name: Kinkiet cztery }
  - { id: light.e, name: Lamp five }
`,
    'home.yaml',
  );
  const names = (id: string, language: string): readonly string[] =>
    [...numbered.areas, ...numbered.entities]
      .filter((item) => item.id === id)
      .flatMap((item) => numbered.namesIn(item, language));
  expect(names('pokoj_2', 'pl')).toEqual(expect.arrayContaining(['pokoj dwa', 'pokoju dwa', 'pokoju 2']));
  expect(names('light.a', 'pl')).toEqual(expect.arrayContaining(['lampe jeden', 'lampe jedna']));
  expect(names('light.a', 'en')).toContain('lampa one');
  expect(names('light.b', 'pl')).toContain('lampe dwadziescia jeden');
  expect(names('light.b', 'de')).toContain('lampa einundzwanzig');
  expect(names('light.c', 'pl')).toContain('led trzy');
  expect(names('light.d', 'pl')).toEqual(expect.arrayContaining(['kinkiet 4', 'kinkietu 4']));
  expect(names('light.e', 'en')).toContain('lamp 5');
  expect(numbered.collisionsIn('pl')).toEqual([]);
});

test('a hyphen that nobody hears is left out', () => {
  const strips = readHome('areas: []\nentities:\n  - { id: light.a, name: LED-y w kuchni }\n', 'home.yaml');
  const [item] = strips.entities;
  expect(item && strips.namesIn(item, 'pl')).toEqual(
    expect.arrayContaining(['ledy w kuchni', 'ledow w kuchni']),
  );
});

test('listed forms are all there are', () => {
  expect(called('hol', 'pl')).toEqual(['Hol', 'holu']);
});

test('a written name beats the same form made of another name', () => {
  expect(called('light.wszystkie', 'pl')).toContain('Lampki nocne');
  expect(called('light.nocna', 'pl')).not.toContain('lampki nocne');
  expect(called('light.nocna', 'pl')).toContain('lampki nocnej');
});

test('forms that two names share belong to the one that is a form of the other', () => {
  expect(called('light.wszystkie', 'pl')).toContain('lampek nocnych');
  expect(called('light.nocna', 'pl')).not.toContain('lampek nocnych');
});

test('of two things of one name, a form written for one is not taken from the other', () => {
  expect(called('light.nocna', 'pl')).toContain('lampke nocna');
});

test('no form is a word that commands are made of', () => {
  expect(called('vacuum.ala', 'pl')).not.toContain('ale');
  expect(called('vacuum.ala', 'pl')).toContain('ali');
});

test('a form of different names means no area, any of the entities, and is reported', () => {
  const shared = readHome(
    `areas:
  - { id: bar, name: Bar }
  - { id: bary, name: Barek, aliases: [Bara] }
entities:
  - { id: light.a, name: Bar }
  - { id: light.b, name: Bara }
`,
    'home.yaml',
  );
  const [bar, bara] = [...shared.areas, ...shared.entities].map((item) => shared.namesIn(item, 'pl'));
  expect(bar).not.toContain('barze');
  expect(bara).not.toContain('barze');
  expect(shared.entities.every((item) => shared.namesIn(item, 'pl').includes('barze'))).toBe(true);
  expect(shared.collisionsIn('pl')).toContainEqual({
    form: 'barze',
    ids: ['light.a', 'light.b'],
    meaning: 'ambiguous',
  });
  expect(collisionNotices(shared, ['pl'])).toEqual([
    expect.stringMatching(/^pl: bar and bary share forms: "bar.*What is said so means neither/),
    expect.stringMatching(/^pl: light.a and light.b share forms: "bar.*What is said so may mean either/),
  ]);
  expect(collisionNotices(home, ['pl', 'en'])).toEqual([]);
});

test('rooms are found by their forms, without a language', () => {
  expect(home.areaOfRoom('Kuchni')?.id).toBe('kuchnia');
  expect(home.areaOfRoom('pokoju_ani')?.id).toBe('pokoj_ani');
  expect(home.areaOfRoom('kuchence')?.id).toBe('kacik');
  expect(home.areaOfRoom('holem')).toBeUndefined();
});

test('listed forms must not mean two things', () => {
  expect(() =>
    readHome(
      'areas:\n  - { id: a, name: A, forms: [ce] }\n  - { id: b, name: B, forms: [ce] }\nentities: []\n',
      'h',
    ),
  ).toThrow('h:3:31: "ce" already means a');
});

test('four times as many things take about four times as long to name, not sixteen times', () => {
  const names = ['Lampa stojąca przy oknie', 'Gniazdko telewizora', 'Roleta kuchenna', 'Czujnik ruchu'];
  const named = (count: number): void => {
    const entities = Array.from(
      { length: count },
      (_, index) => `  - { id: light.e${index}, name: ${names[index % 4]} ${index} }`,
    );
    const large = readHome(`areas: []\nentities:\n${entities.join('\n')}\n`, 'home.yaml');
    const [first] = large.entities;
    expect(first && large.namesIn(first, 'pl').map(nameKey)).toContain('lampe stojaca przy oknie 0');
  };
  expect(growth(named, { from: 250, to: 1000 })).toBeLessThan(10);
});
