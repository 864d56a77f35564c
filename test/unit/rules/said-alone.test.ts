import { expect, test } from 'vitest';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { createMatcher } from '../../../src/rules/create-matcher.ts';
import { createInterpreter } from '../../../src/rules/interpret.ts';
import { readRules } from '../../../src/rules/load-rules.ts';

const home = readHome(
  `areas: [{ id: hol, name: hol }]
entities:
  - { id: scene.noc, name: dobranoc }
  - { id: script.rano, name: poranek }
  - { id: todo.zakupy, name: lista zakupów }
`,
  'home.yaml',
);
const rules = readRules(
  `lists: { item: { wildcard: true, words: 4 } }
intents:
  - { action: scene.turn_on, target: scene, scope: home, alone: true, sentences: { pl: ["{name}"] } }
  - { action: script.turn_on, target: script, scope: home, timed: true, sentences: { pl: [obudź mnie] } }
  - { action: todo.add_item, target: todo, scope: home, one_each: item, sentences: { pl: ["dopisz {item} do listy"] }, response: { pl: "Dopisuję: {item}." } }
`,
  'intents.yaml',
);
const match = createMatcher({ rules, home });
const interpret = createInterpreter({ home, threshold: 0.7 });
const read = (text: string) => {
  const utterance = { text, language: 'pl', frameId: 'f' };
  return interpret(utterance, match(utterance));
};

test.for(['dobranoc', 'Dobranoc!', 'dobranoc, proszę'])('"%s" is all that was said', (text) => {
  expect(read(text)?.meaning).toMatchObject({ actions: [{ intent: 'scene.turn_on' }] });
});

test.for(['dobranoc dzieci', 'dobranoc kochanie', 'no dobranoc'])('"%s" says more', (text) => {
  expect(read(text)).toBeUndefined();
});

test('what is only done at a time is told as such', () => {
  expect(read('obudź mnie')).toMatchObject({ isTimed: true });
});

test('each of several things becomes an action, told in one sentence', () => {
  expect(read('dopisz mleko i masło do listy')?.meaning).toMatchObject({
    actions: [{ entities: { item: 'mleko' } }, { entities: { item: 'masło' } }],
    responseText: 'Dopisuję: mleko i masło.',
  });
});

test('only a name may stand alone, and no sentence of wildcards', () => {
  const text = `lists: { item: { wildcard: true } }
intents:
  - { action: a.b, alone: true, sentences: { pl: ["{item}"] } }
`;
  expect(() => readRules(text, 'intents.yaml')).toThrow(/at least one word/);
});
