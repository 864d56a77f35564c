import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { englishCourtesies } from '../../../src/language/en/courtesies.ts';
import { polishCourtesies } from '../../../src/language/pl/courtesies.ts';
import { saidAlike } from '../../../src/language/said-alike.ts';
import { foldedWords } from '../../../src/language/words.ts';

describe('is the same thing said', () => {
  test.for([
    ['pl', 'Zapal światło w salonie.', 'zapal  światło w salonie'],
    ['pl', 'Proszę, zapal światło!', 'zapal światło'],
    ['pl', 'zapal światło, proszę', 'zapal światło'],
    ['pl', 'czy możesz zapalić światło', 'zapalić światło'],
    ['pl', 'zagraj „Lipkę zieloną”', 'zagraj lipkę zieloną'],
    ['pl', 'ZGAŚ, ŻALUZJE…', 'zgaś, żaluzje'],
    ['en', 'Could you please turn on the light', 'turn on the light'],
    ['en', 'Turn on the light, thank you very much.', 'turn on the light'],
    ['en', 'don’t open the gate', "don't open the gate"],
    ['de', 'Licht an!', 'licht an'],
  ])('%s: "%s" as "%s"', ([language = '', one = '', other = '']) => {
    expect(saidAlike(one, language)).toBe(saidAlike(other, language));
  });
});

describe('may be two things', () => {
  test.for([
    ['pl', 'ustaw na 20 stopni', 'ustaw na 30 stopni'],
    ['pl', 'ustaw 2,5', 'ustaw 25'],
    ['pl', 'minutnik 1:30', 'minutnik 130'],
    ['pl', 'ustaw -5', 'ustaw 5'],
    ['pl', 'zamknij żaluzję', 'zamknij żaluzje'],
    ['pl', 'włącz piec', 'włącz pięć'],
    ['pl', 'nie, zapal światło', 'nie zapal światło'],
    ['pl', 'światło zapalone?', 'światło zapalone'],
    ['pl', 'zapal światło', 'zgaś światło'],
    ['en', 'lights on?', 'lights on'],
    ['en', 'play hello', 'play'],
    ['de', 'bitte Licht an', 'Licht an'],
  ])('%s: "%s" and "%s"', ([language = '', one = '', other = '']) => {
    expect(saidAlike(one, language)).not.toBe(saidAlike(other, language));
  });
});

test('nothing but courtesy is what was said', () => {
  expect(saidAlike('proszę', 'pl')).toBe('proszę');
  expect(saidAlike('Please, please!', 'en')).toBe('please');
});

test.for([
  ['pl', polishCourtesies],
  ['en', englishCourtesies],
] as const)('courtesies are folded, and none hides behind a shorter one (%s)', ([, courtesies]) => {
  for (const [index, phrase] of courtesies.entries()) {
    expect(foldedWords(phrase).join(' ')).toBe(phrase);
    for (const earlier of courtesies.slice(0, index)) expect(phrase.startsWith(`${earlier} `)).toBe(false);
  }
});

test('said once more as it was spelled, it is spelled the same; whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const once = saidAlike(text, 'pl');
      expect(saidAlike(once, 'pl')).toBe(once);
    }),
  );
});

test('no word is lost but courtesies', () => {
  const words = fc.array(fc.constantFrom('zapal', 'światło', 'w', 'kuchni', '20', '21,5', 'nie', 'a', '%'), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(words, (said) => {
      expect(foldedWords(saidAlike(said.join(' '), 'pl'))).toEqual(foldedWords(said.join(' ')));
    }),
  );
});
