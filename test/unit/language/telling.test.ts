import { expect, test } from 'vitest';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { foldedWords } from '../../../src/language/words.ts';

const tells = (text: string, language: string): boolean => knowledgeOf(language).tells(foldedWords(text));

test.for([
  'jest coś',
  'spojrzałam',
  'mama zerka',
  'wydaliśmy sto złotych',
  'sąsiad zapisał masło',
  'ktoś kupuje chleb',
  'idziemy',
])('"%s" tells something', (text) => {
  expect(tells(text, 'pl')).toBe(true);
});

test.for([
  'masło',
  'chleb z rodzynkami',
  'papryczki chili',
  'rogal',
  'kilo migdałów',
  'mydło i ręczniki',
  'białe wino',
  'cebulę',
])('"%s" names a thing', (text) => {
  expect(tells(text, 'pl')).toBe(false);
});

test.for(['dad looked', 'I wrote milk', 'there is butter', 'they are'])('"%s" tells something', (text) => {
  expect(tells(text, 'en')).toBe(true);
});

test.for(['smoked salmon', 'red wine', 'bread', 'sunflower seeds', 'half a pound of butter'])(
  '"%s" names a thing',
  (text) => {
    expect(tells(text, 'en')).toBe(false);
  },
);

test('nothing is known to tell something in a language without knowledge of its own', () => {
  expect(tells('er schaut', 'de')).toBe(false);
});
