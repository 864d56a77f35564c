import { expect, test } from 'vitest';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { numberPhrasesOf } from '../../../src/language/number-words.ts';
import { createSpeller } from '../../../src/language/spelled-numbers.ts';
import { foldedWords } from '../../../src/language/words.ts';
import { createHome } from '../../../src/lexicon/home.ts';
import { createMatcher } from '../../../src/rules/create-matcher.ts';
import { readRules } from '../../../src/rules/load-rules.ts';

const home = createHome({ floors: [], areas: [], entities: [] });

test.each([
  ['de', 'einundzwanzig', 21],
  ['de', 'dreißig', 30],
  ['fr', 'vingt et un', 21],
  ['fr', 'quatre-vingt-dix-neuf', 99],
  ['fr', 'nonante-neuf', 99],
  ['es', 'treinta y cinco', 35],
  ['sv', 'tjugofem', 25],
  ['sv', 'tjugo fem', 25],
  ['nb', 'førti to', 42],
  ['da', 'femoghalvtreds', 55],
  ['cs', 'mínus pět', -5],
  ['hu', 'huszonegy', 21],
  ['uk', "п'ятдесят", 50],
  ['fi', 'kaksikymmentä', 20],
  ['ar', 'واحد وعشرون', 21],
])('%s: "%s" is %i', (language, said, value) => {
  const words = foldedWords(said);
  const whole = knowledgeOf(language)
    .readNumbers(words, 0)
    .find(({ length }) => length === words.length);
  expect(whole?.value).toBe(value);
});

test('digits are read beside the words', () => {
  expect(knowledgeOf('de').readNumbers(['21,5'], 0)).toEqual([{ value: 21.5, length: 1 }]);
});

test('what is no number is none, and a language nobody counts in has no words for them', () => {
  expect(knowledgeOf('de').readNumbers(['licht'], 0)).toEqual([]);
  expect(numberPhrasesOf('xx').size).toBe(0);
  expect(numberPhrasesOf('../pl').size).toBe(0);
});

test('a range takes numbers in words, and no others than it has', () => {
  const rules = readRules(
    `intents:
  - action: light.set
    sentences:
      de: ["licht auf {0..100:brightness} prozent"]
`,
    'intents.yaml',
  );
  const match = createMatcher({ rules, home });
  const slotsOf = (text: string) => match({ text, language: 'de' })[0]?.slots;
  expect(slotsOf('Licht auf fünfundzwanzig Prozent')).toEqual({ brightness: 25 });
  expect(slotsOf('Licht auf hundertzwanzig Prozent')).toBeUndefined();
});

test('a number may stand anywhere where no spaces are written', () => {
  const read = readRules(
    'intents:\n  - action: light.set\n    sentences: { ja: ["明るさを{0..100:brightness}パーセント"] }\n',
    'intents.yaml',
  );
  const match = createMatcher({
    rules: { ...read, unspaced: new Set(['ja']) },
    home,
  });
  const [best] = match({ text: '明るさを二十一パーセント', language: 'ja' });
  expect(best?.slots).toEqual({ brightness: 21 });
});

test('a set of rules says each number by the largest that fits, and what is left over', () => {
  const spell = createSpeller({
    '%all': [
      ['-x', 'minus →→;'],
      ['0', '=%digit=;'],
      ['10', 'ten[ →→];'],
      ['20', '←%digit← tens[ and →%digit→];'],
      ['100', '=#,##0=;'],
    ],
    '%digit': [
      ['0', 'zero;'],
      ['1', 'one;'],
      ['2', 'two;'],
      ['3', 'three;'],
    ],
  });
  const said = [2, 10, 13, 20, 32, -3, 100].map((value) => spell('%all', value));
  expect(said).toEqual([
    'two',
    'ten',
    'ten three',
    'two tens',
    'three tens and two',
    'minus three',
    undefined,
  ]);
});
