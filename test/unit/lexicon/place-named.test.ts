import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadHome, readHome } from '../../../src/lexicon/home-document.ts';
import { createPlaceNamed } from '../../../src/lexicon/place-named.ts';

const shipped = createPlaceNamed(await loadHome(join(import.meta.dirname, '../../../config/home.yaml')));

test.for([
  ['pl', 'zapal światło w kuchni', 'kuchnia'],
  ['pl', 'Zgaś światło w pokoju dziecięcym.', 'pokoj_dzieciecy'],
  ['pl', 'ile stopni jest w salonie', 'salon'],
  ['en', 'turn on the kitchen lights', 'kuchnia'],
  ['en', 'what is the temperature in the living room?', 'salon'],
])('%s: "%s" is about %s, wherever it is said', ([language = '', text = '', area = '']) => {
  expect(shipped({ text, language })).toBe(area);
});

test.for([
  ['pl', 'zapal światło', 'names nothing'],
  ['pl', 'włącz lampę stojącą', 'a thing may be another in the room'],
  ['pl', 'zapal światło w kuchni i zgaś telewizor', 'the second half may be about the room'],
  ['pl', 'zapal światło w kuchni, zgaś telewizor', 'the same, without a word between'],
  ['pl', 'zgaś światło w kuchni i w salonie', 'two areas'],
  ['pl', 'zgaś wszystko oprócz kuchni', 'about everything else'],
  ['pl', 'zgaś światło na piętrze', 'a floor is no area'],
  ['en', 'turn off everything except the kitchen', 'about everything else'],
])('%s: "%s" needs the room: %s', ([language = '', text = '']) => {
  expect(shipped({ text, language })).toBeUndefined();
});

test('a name that two areas have, or an area and a thing elsewhere, tells no area', () => {
  const named = createPlaceNamed(
    readHome(
      `areas:
  - { id: biuro, name: Biuro }
  - { id: salon, name: Salon }
  - { id: taras, name: Taras }
entities:
  - { id: light.biuro, name: Biuro, area: salon }
  - { id: cover.okno_salon, name: Okno salon, area: taras }
`,
      'home.yaml',
    ),
  );
  expect(named({ text: 'zapal światło w salonie', language: 'pl' })).toBe('salon');
  expect(named({ text: 'zapal biuro', language: 'pl' })).toBeUndefined();
  expect(named({ text: 'zamknij okno salon', language: 'pl' })).toBeUndefined();
});
