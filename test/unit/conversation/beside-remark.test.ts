import { expect, test } from 'vitest';
import { said } from '../../support/heard-talk.ts';

/** What is done, in the order it is done in; what is not recognised by its status. */
async function done(text: string, language: string, room: string): Promise<readonly string[]> {
  const meaning = await said([text], { language, room });
  if (meaning.status !== 'recognized') return [meaning.status];
  return meaning.kind === 'action' ? meaning.actions.map(({ intent }) => intent) : [meaning.kind];
}

test.for([
  ['pl', 'lazienka', 'wszystko zaparowało włącz wywietrznik', 'fan.turn_on'],
  ['pl', 'lazienka', 'wszystko zaparowało włącz ten wywietrznik', 'fan.turn_on'],
  ['pl', 'salon', 'nasypało się okruchów włącz odkurzacz', 'vacuum.start'],
  ['pl', '', 'jestem już prawie pod domem otwórz bramę wjazdową', 'cover.open_cover'],
  ['pl', 'taras', 'wiatr się zrywa zwiń markizę', 'cover.close_cover'],
  ['pl', 'salon', 'siadamy do stołu zapal światło', 'light.turn_on'],
  ['pl', 'salon', 'wróciłam zapal światło', 'light.turn_on'],
  ['en', 'salon', "we're back turn on the light", 'light.turn_on'],
])(
  '%s, in "%s": "%s" is an order behind what somebody tells of themselves',
  async ([language = '', room = '', text = '', intent]) => {
    expect(await done(text, language, room)).toEqual([intent]);
  },
);

test.for([
  ...[
    'mama mówi zgaś światło',
    'czytam tu zapal światło',
    'tam jest napis otwórz drzwi',
    'w filmie jest scena zgaś światło',
    'ona ciągle powtarza zgaś światło',
    'byłam w teatrze zgaś światło',
    'byliśmy na filmie zgaś światło',
    'mieliśmy próbę zgaś światło',
    'nauczyłem go zapal światło',
    'dałam mu znak zgaś światło',
    'uczę się mówić zapal światło',
    'kasia poszła zgasić światło',
    'zapomniałam zgasić światło',
    'miałam zgasić światło',
    'mam na liście zgaś światło',
    'jutro wracam zapal światło',
    'jeśli zasnęłam zgaś światło',
    'wróciłam do kuchni zapal światło',
    'kiedy wracamy zapal światło',
    'wróciłam i zgasiłam światło',
  ].map((text) => ['pl', text]),
  ...[
    'she keeps repeating turn the light on',
    "i'm learning how to say turn on the light",
    "i'm kidding turn off the light",
    "he's about to turn off the light",
    "we're supposed to turn off the light",
    'my homework is turn on the light',
    'the button says open the door',
    "we're not home turn off the light",
  ].map((text) => ['en', text]),
])('%s: "%s" orders nothing', async ([language = '', text = '']) => {
  expect(await done(text, language, 'salon')).toEqual(['unclear']);
});
