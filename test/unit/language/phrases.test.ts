import { expect, test } from 'vitest';
import { askWhich } from '../../../src/language/asking-which.ts';
import { knowledgeOf } from '../../../src/language/languages.ts';

test.for([
  ['binary_sensor.window', 'W kuchni nie ma czujnika okna.', 'I know of no window sensor in the kitchen.'],
  ['valve', 'W kuchni nie ma zaworów.', 'I know of no valves in the kitchen.'],
  ['person', 'W kuchni nie ma takiej osoby.', 'I know of no such person in the kitchen.'],
  ['lawn_mower', 'W kuchni nie ma kosiarki.', 'I know of no lawn mower in the kitchen.'],
  ['humidifier', 'W kuchni nie ma nawilżacza.', 'I know of no humidifier in the kitchen.'],
  ['cover.shutter', 'W kuchni nie ma rolet.', 'I know of no blinds in the kitchen.'],
  ['toaster', 'W kuchni nie ma takiego urządzenia.', 'I know of no such device in the kitchen.'],
] as const)('says that there is no %s', ([key, polish, english]) => {
  const [pl, en] = [knowledgeOf('pl').phrases, knowledgeOf('en').phrases];
  expect(pl.unavailable('w kuchni', pl.thing(key))).toBe(polish);
  expect(en.unavailable('in the kitchen', en.thing(key))).toBe(english);
});

test('joins choices as people do, and says how many there are where they are too many', () => {
  const [pl, en] = [knowledgeOf('pl').phrases, knowledgeOf('en').phrases];
  const four = ['a', 'b', 'c', 'd'];
  const seven = [...four, 'e', 'f', 'g'];
  expect(askWhich(pl, { labels: four, word: 'lampkę' })).toBe('Którą lampkę: a, b, c czy d?');
  expect(askWhich(pl, { labels: ['a', 'b'], byRoom: true })).toBe('W którym pomieszczeniu: a czy b?');
  expect(askWhich(en, { labels: four })).toBe('Which one: a, b, c or d?');
  expect(askWhich(pl, { labels: seven, byRoom: true })).toMatch(/pasuje 7, między innymi: a, b, c, d, e\./);
  expect(askWhich(en, { labels: seven })).toMatch(/^Say which one; 7 would do/);
});

test.for([
  ['pl', 'Ustawiam 1 stopni.', 'Ustawiam 1 stopień.'],
  ['pl', 'Ustawiam 22 stopni.', 'Ustawiam 22 stopnie.'],
  ['pl', 'Ustawiam 12 stopni.', 'Ustawiam 12 stopni.'],
  ['pl', 'Ustawiam 25 stopni.', 'Ustawiam 25 stopni.'],
  ['pl', 'Ustawiam 20,5 stopni.', 'Ustawiam 20,5 stopnia.'],
  ['pl', 'Nastawiam 1 godzin 3 minut.', 'Nastawiam 1 godzinę 3 minuty.'],
  ['pl', 'Ustawiam jasność na 22 procent.', 'Ustawiam jasność na 22 procent.'],
  ['en', 'Setting it to 1 degrees.', 'Setting it to 1 degree.'],
  ['en', 'Setting it to 21 degrees, or 1.5 degrees.', 'Setting it to 21 degrees, or 1.5 degrees.'],
] as const)('counts in %s: %s', ([language, answer, counted]) => {
  expect(knowledgeOf(language).phrases.counted(answer)).toBe(counted);
});
