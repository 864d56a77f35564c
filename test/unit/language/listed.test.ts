import { expect, test } from 'vitest';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { listed } from '../../../src/language/listed.ts';

test.for([
  ['pl', 'pieluchy i chusteczki', ['pieluchy', 'chusteczki']],
  ['pl', 'jajka, masło oraz papier toaletowy', ['jajka', 'masło', 'papier toaletowy']],
  ['pl', 'mleko 3,2', ['mleko 3,2']],
  ['en', 'tomatoes, cheese, and a loaf of bread', ['tomatoes', 'cheese', 'a loaf of bread']],
  ['en', 'milk', ['milk']],
  ['de', 'Brot und Butter', ['Brot und Butter']],
] as const)('%s: "%s" is as many things as are named', ([language, text, things]) => {
  expect(listed(text, knowledgeOf(language).linking)).toEqual(things);
});
