import { expect, test } from 'vitest';
import { withPairWords } from '../../../src/conversation/pair-phrases.ts';
import { knowledgeOf } from '../../../src/language/languages.ts';

test.for([
  ['pl', 'wyłącz jedno i drugie', 'wyłącz oba'],
  ['pl', 'Jedna i druga, zgaś!', 'oba, zgaś!'],
  ['en', 'turn the both of them off', 'turn both off'],
  ['en', 'turn the lamp off', 'turn the lamp off'],
] as const)('%s: "%s" is "%s"', ([language, text, said]) => {
  expect(withPairWords({ text, language })).toEqual({ text: said, language });
});

test.for(['pl', 'en'])('%s: what is said for such a phrase is known to stand for two', (language) => {
  const { pairs, pairPhrases, pairWord } = knowledgeOf(language).linking;
  expect(pairPhrases).not.toEqual([]);
  expect(pairs).toContain(pairWord);
});
