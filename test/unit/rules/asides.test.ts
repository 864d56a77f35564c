import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadHome } from '../../../src/lexicon/home-document.ts';
import { createMatcher } from '../../../src/rules/create-matcher.ts';
import { createInterpreter } from '../../../src/rules/interpret.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';

const config = join(import.meta.dirname, '../../../config');
const home = await loadHome(join(config, 'home.yaml'));
const match = createMatcher({ rules: await loadRules(join(config, 'intents.yaml')), home });
const interpret = createInterpreter({ home, threshold: 0.6 });

/** What is done in the living room, or what becomes of it instead. */
function done(text: string, language = 'pl') {
  const utterance = { text, language, room: 'salon' };
  const meaning = interpret(utterance, match(utterance))?.meaning;
  return meaning?.status === 'recognized' && meaning.kind === 'action' ? meaning.actions : meaning?.status;
}

test.for([
  ['zgaś światło bo chcę spać', 'zgaś światło'],
  ['włącz światło, bo nic nie widzę', 'włącz światło'],
  ['wyłącz telewizor, nikt nie ogląda', 'wyłącz telewizor'],
  ['nic tu nie widać, więc zapal światło', 'zapal światło'],
  ['wyłącz to światło w łazience bo nikogo tam nie ma', 'wyłącz światło w łazience'],
])('a reason changes nothing about a Polish order: %s', ([said = '', plain = '']) => {
  expect(done(said)).toEqual(done(plain));
  expect(done(said)).toBeInstanceOf(Array);
});

test.for([
  ["turn off the lights because I'm going to bed", 'turn off the lights'],
  ["turn on the light, I can't see a thing", 'turn on the light'],
  ["it's getting late so turn off the tv", 'turn off the tv'],
  ["turn off the tv, nobody's watching", 'turn off the tv'],
  ["lights off, we're going to sleep", 'lights off'],
])('a reason changes nothing about an English order: %s', ([said = '', plain = '']) => {
  expect(done(said, 'en')).toEqual(done(plain, 'en'));
  expect(done(said, 'en')).toBeInstanceOf(Array);
});

test.for([
  'zgaś światło bo idę spać i zamknij drzwi wejściowe',
  'zgaś światło bo idę spać opuść rolety',
  'zgaś światło bo za jasno ale nie w kuchni',
  'włącz światło bo jak nie to wyłącz',
  'jak wrócę to zapal światło',
  'jeśli będzie ciemno, więc zapal światło',
  'nie zapalaj światła bo śpię',
  'zgasiłem światło bo chcę spać',
  'otwórz garaż, żartowałem',
  'zgaś światło, nikt nie mówi serio, żartuję',
])('what is more than a reason, or no order, is not done: %s', (said) => {
  expect(done(said)).toBeUndefined();
});

test.for([
  "turn off the lights because I'm leaving and lock the front door",
  "turn on the lights because it's dark but not in the kitchen",
  "don't turn on the lights because I'm asleep",
  'when it rains so close the blinds',
  "turn on the light, I'm sorry I meant off",
  "open the garage, I'm kidding",
  "turn off the lights, I've changed my mind",
  "turn off the lights, it's not necessary",
])('nor in English: %s', (said) => {
  expect(done(said, 'en')).toBeUndefined();
});

test.for([
  ['zgaś zgaś światło', 'zgaś światło', 'pl'],
  ['eee włącz yyy światło w tym no w gabinecie', 'włącz światło w gabinecie', 'pl'],
  ['dodaj dodaj mleko do listy zakupów', 'dodaj mleko do listy zakupów', 'pl'],
  ['zgaś światło zgaś światło', 'zgaś światło', 'pl'],
  ['turn turn off the lights', 'turn off the lights', 'en'],
  ['turn on on the kitchen lights', 'turn on the kitchen lights', 'en'],
])('what is said twice is meant once: %s', ([said = '', plain = '', language]) => {
  expect(done(said, language)).toEqual(done(plain, language));
  expect(done(said, language)).toBeInstanceOf(Array);
});

test('digits that are said twice are two digits', () => {
  expect(done('głośność na dwa dwa')).toBeUndefined();
});

test.for([
  ['ustaw w salonie jakby dwadzieścia stopni', 'ustaw w salonie dwadzieścia stopni', 'pl'],
  ['lampa stojąca na tak gdzieś czterdzieści procent', 'lampa stojąca na czterdzieści procent', 'pl'],
  ['set the volume to about twenty', 'set the volume to twenty', 'en'],
])('what is put before a number leaves it as it is: %s', ([said = '', plain = '', language]) => {
  expect(done(said, language)).toEqual(done(plain, language));
  expect(done(said, language)).toBeInstanceOf(Array);
});

test('a reason is not written on a list', () => {
  expect(done('dopisz do listy zakupów mleko bo się skończyło')).toMatchObject([
    { intent: 'todo.add_item', entities: { item: 'mleko' } },
  ]);
  expect(done('ogłoś że obiad czeka bo stygnie')).toMatchObject([
    { entities: { message: 'obiad czeka bo stygnie' } },
  ]);
});
