import { expect, test } from 'vitest';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { createMatcher } from '../../../src/rules/create-matcher.ts';
import { readRules } from '../../../src/rules/load-rules.ts';

const home = readHome(
  `areas:
  - { id: kuchnia, name: Kuchnia }
  - { id: kacik, name: Kuchenka }
  - { id: pokoj_ani, name: Pokój Ani }
entities:
  - { id: light.nocna, name: Lampka nocna, area: pokoj_ani }
  - { id: switch.kuchenka, name: Kuchenka, area: kuchnia }
`,
  'home.yaml',
);

test('a matcher understands names in every case, and never takes a stove for the kitchen', () => {
  const rules = readRules(
    `intents:
  - action: light.turn_on
    target: light
    sentences: { pl: ["włącz światło w {area}", "włącz {name}"], en: ["turn on {name}"] }
`,
    'intents.yaml',
  );
  const match = createMatcher({ rules, home });
  const targetOf = (text: string) => match({ text, language: 'pl' })[0]?.target;
  expect(targetOf('włącz światło w kuchni')?.area).toBe('kuchnia');
  expect(targetOf('włącz światło w pokoju Ani')?.area).toBe('pokoj_ani');
  for (const form of knowledgeOf('pl').nameForms?.('kuchenka') ?? []) {
    expect(targetOf(`włącz światło w ${form}`)?.area).not.toBe('kuchnia');
  }
  expect(targetOf('włącz nocną lampkę')?.entities).toEqual(['light.nocna']);
});
