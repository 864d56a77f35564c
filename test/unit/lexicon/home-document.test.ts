import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DocumentError } from '../../../src/documents/located-yaml.ts';
import { loadHome, readHome } from '../../../src/lexicon/home-document.ts';

const home = await loadHome(join(import.meta.dirname, '../../../config/home.yaml'));

function mistakesIn(text: string): readonly string[] {
  try {
    readHome(text, 'home.yaml');
  } catch (error) {
    if (error instanceof DocumentError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('the shipped home has rooms and at least forty things', () => {
  expect(home.areas.length).toBeGreaterThanOrEqual(9);
  expect(home.entities.length).toBeGreaterThanOrEqual(40);
});

test.for(['lazienka', 'Łazienka', 'łazience', 'LAZIENKA', 'bathroom', ' Łazience. '])(
  'the upstream may call the bathroom "%s"',
  (room) => {
    expect(home.areaOfRoom(room)?.id).toBe('lazienka');
  },
);

test('ids with an underscore are found as words too', () => {
  expect(home.areaOfRoom('pokoj_dzieciecy')?.id).toBe('pokoj_dzieciecy');
  expect(home.areaOfRoom('pokój dziecięcy')?.id).toBe('pokoj_dzieciecy');
});

test('a room that is not there is none', () => {
  expect(home.areaOfRoom('strych')).toBeUndefined();
  expect(home.areaOfRoom('')).toBeUndefined();
});

test('entities are found by domain, device class, area and floor', () => {
  expect(home.entitiesOf({ domains: ['cover'], deviceClasses: ['garage'] }).map(({ id }) => id)).toEqual([
    'cover.garaz_brama',
  ]);
  expect(home.entitiesOf({ domains: ['light'], area: 'garaz' }).map(({ id }) => id)).toEqual(['light.garaz']);
  const upstairs = home.entitiesOf({ domains: ['light'], floor: 'pietro' });
  expect(upstairs.every(({ area }) => home.area(area ?? '')?.floor === 'pietro')).toBe(true);
});

test('all mistakes are told at once, each in its place', () => {
  const text = `floors:
  - { id: dol, name: Dół }
areas:
  - { id: salon, name: Salon, floor: piwnica }
  - { id: salon, name: Pokój }
  - { id: duzy, name: Duży, aliases: [SALON] }
entities:
  - { id: light.a, name: Lampa, area: strych }
  - { id: light.b, name: Kinkiet, area: salon }
  - { id: light.c, name: kinkiet, area: salon }
  - { id: light.d, name: Kinkiet, area: duzy }
`;
  expect(mistakesIn(text)).toEqual([
    'home.yaml:5:11: the id "salon" is already taken above',
    'home.yaml:4:38: there is no floor "piwnica"; expected one of dol',
    'home.yaml:8:39: there is no area "strych"; expected one of salon, duzy',
    'home.yaml:6:39: "SALON" already means salon',
    'home.yaml:10:26: "kinkiet" already means light.b',
  ]);
});

test('ids that are none and fields that are none are told with what was expected', () => {
  const mistakes = mistakesIn(
    'areas:\n  - { id: Salon, name: "?", flor: x }\nentities:\n  - { id: lampa, name: Lampa }\n',
  );
  expect(mistakes.join('\n')).toMatch(/2:11: expected small letters/);
  expect(mistakes.join('\n')).toMatch(/2:24: expected a name/);
  expect(mistakes.join('\n')).toMatch(/there is no field "flor" here/);
  expect(mistakes.join('\n')).toMatch(/4:11: expected an entity id as in Home Assistant/);
});
