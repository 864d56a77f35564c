import { expect, test } from 'vitest';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { readRules } from '../../../src/rules/load-rules.ts';
import { vocabularyOf } from '../../../src/rules/vocabulary.ts';

const home = readHome(
  'areas: [{ id: kuchnia, name: Kuchnia }]\nentities: [{ id: light.a, name: lampa stojąca, area: kuchnia }]\n',
  'home.yaml',
);

function wordsOf(sentence: string, { language = 'pl', more = '' } = {}): ReadonlySet<string> {
  const rules = readRules(
    `${more}lists:
  colour: { values: [{ in: "czerwon(y|ą)", out: red }] }
  level: { from: 0, to: 9 }
  what: { wildcard: true }
intents:
  - { action: a.b, target: light, sentences: { ${language}: [${JSON.stringify(sentence)}] } }
`,
    'intents.yaml',
  );
  const sentences = rules.rules.flatMap((rule) => (rule.form === 'sentences' ? rule.sentences : []));
  return vocabularyOf(sentences, { rules, home, language });
}

test.for([
  ['zgaś światło', 'zgas swiatlo'],
  ['lamp(a|ę|ka) w [mojej] kuchni', 'lampa lampe lampka w mojej kuchni'],
  ['(w|za)łącz[yć]', 'wlacz wlaczyc zalacz zalaczyc'],
  ['(zrób;teraz) jasno', 'zrob teraz jasno'],
  ['daj {colour} i {what}', 'daj czerwony czerwona i'],
] as const)('the words of a sentence, joined where its parts join: %s', ([sentence, words]) => {
  const found = wordsOf(sentence);
  for (const word of words.split(' ')) expect(found).toContain(word);
  expect(found).not.toContain('');
});

test('parts of words are no words', () => {
  const found = wordsOf('(w|za)łącz[yć] bram(a|ę)');
  for (const part of ['w', 'za', 'lacz', 'yc', 'bram', 'a']) expect(found).not.toContain(part);
});

test('names are in all their forms', () => {
  const found = wordsOf('tak {name}');
  for (const word of ['kuchnia', 'kuchni', 'lampe', 'stojaca']) expect(found).toContain(word);
});

test('number words are where numbers are said, and nowhere else', () => {
  expect(wordsOf('poziom {level}')).toContain('siedem');
  expect(wordsOf('przez {duration}')).toContain('siedem');
  expect(wordsOf('tak {name}')).not.toContain('siedem');
  expect(wordsOf('poziom {level}', { language: 'en' })).toContain('seven');
});

test('rules are looked into and joined with what stands beside them', () => {
  const more = 'expansion_rules: { pl: { on: "(zapal|włącz)", lamp: "lamp[ecz]" } }\n';
  const found = wordsOf('<on> <lamp>ka', { more });
  for (const word of ['zapal', 'wlacz', 'lampka', 'lampeczka']) expect(found).toContain(word);
});
