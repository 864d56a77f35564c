import { expect, test } from 'vitest';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { foldedWords } from '../../../src/language/words.ts';

test.for([
  ['pl', 'nie włączaj światła'],
  ['pl', 'nie chcę, żebyś zapalał'],
  ['pl', 'nigdy nie otwieraj bramy'],
  ['pl', 'przestań zapalać lampę'],
  ['pl', 'zgaś wszystko oprócz kuchni'],
  ['pl', 'wszystkie z wyjątkiem salonu'],
  ['pl', 'w żadnym razie'],
  ['en', "don't turn on the light"],
  ['en', 'do not open the gate'],
  ['en', 'I never said turn on'],
  ['en', 'all lights except the kitchen'],
  ['en', "you shouldn't close it"],
])('%s: "%s" does not ask for what it names', ([language = '', text = '']) => {
  const { negations } = knowledgeOf(language).cautions;
  expect(foldedWords(text).some((word) => negations.has(word))).toBe(true);
});

test.for([
  ['pl', 'czy brama jest otwarta'],
  ['pl', 'które lampy się świecą'],
  ['pl', 'ilu ludzi jest w domu'],
  ['pl', 'skąd ten hałas'],
  ['pl', 'jakim kolorem świeci'],
  ['en', 'is the door open'],
  ['en', "what's the temperature"],
  ['en', 'whose phone is that'],
  ['en', 'how warm is it'],
])('%s: "%s" begins as a question', ([language = '', text = '']) => {
  expect(knowledgeOf(language).cautions.questions).toContain(foldedWords(text)[0]);
});

test.for([
  ['pl', 'zapal światło jutro'],
  ['pl', 'zapal światło, jeśli będzie ciemno'],
  ['pl', 'w sobotę otwórz rolety'],
  ['pl', 'gdyby ktoś przyszedł, zapal lampę'],
  ['pl', 'o zachodzie'],
  ['en', 'turn on the light at sunset'],
  ['en', 'open the blinds on monday'],
  ['en', 'lock the door whenever I leave'],
])('%s: "%s" is not for now', ([language = '', text = '']) => {
  const { later } = knowledgeOf(language).cautions;
  expect(foldedWords(text).some((word) => later.has(word))).toBe(true);
});

test.for(['pl', 'en'])('every word of caution is folded (%s)', (language) => {
  for (const words of Object.values(knowledgeOf(language).cautions) as ReadonlySet<string>[]) {
    for (const word of words) expect(foldedWords(word).join(' ')).toBe(word);
  }
});
