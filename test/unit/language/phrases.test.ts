import { expect, test } from 'vitest';
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
