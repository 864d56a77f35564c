import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DocumentError } from '../../../src/documents/located-yaml.ts';
import { loadRules, readRules } from '../../../src/rules/load-rules.ts';
import { growth } from '../../support/quickest.ts';

function mistakesIn(text: string): readonly string[] {
  try {
    readRules(text, 'intents.yaml');
  } catch (error) {
    if (error instanceof DocumentError) return error.message.split('\n');
    throw error;
  }
  return [];
}

/** A file of one intent with this Polish sentence. */
const sentence = (text: string, more = ''): string =>
  `${more}intents:\n  - action: light.turn_on\n    target: light\n    sentences:\n      pl:\n        - ${JSON.stringify(text)}\n`;

test('a field that is misspelt is told before the one that is missing for it, and both in words', () => {
  expect(mistakesIn('intents:\n  - acton: light.turn_on\n    sentences: { pl: [zapal] }\n')).toEqual([
    'intents.yaml:2:5: there is no field "acton" here',
    'intents.yaml:2:5: the field "action" is missing',
  ]);
  expect(mistakesIn('')).toEqual(['intents.yaml:1:1: the field "intents" is missing']);
});

test('the shipped rules are sound, and at least fifty', async () => {
  const rules = await loadRules(join(import.meta.dirname, '../../../config/intents.yaml'));
  expect(rules.rules.length).toBeGreaterThanOrEqual(50);
  expect([...rules.languages].sort()).toEqual(['en', 'pl']);
  expect(rules.rules.filter(({ form }) => form === 'pattern')).toHaveLength(2);
});

test('every intent that has Polish sentences has English ones', async () => {
  const { rules } = await loadRules(join(import.meta.dirname, '../../../config/intents.yaml'));
  for (const rule of rules) {
    if (rule.form !== 'sentences') continue;
    expect(new Set(rule.sentences.map(({ language }) => language)), rule.action).toEqual(
      new Set(['pl', 'en']),
    );
  }
});

test('the seed form is a rule', () => {
  const { rules } = readRules(
    'intents:\n  - pattern: "włącz światło.*"\n    action: "light.turn_on"\n    entities: ["room_from_context"]\n',
    'intents.yaml',
  );
  expect(rules).toEqual([
    {
      form: 'pattern',
      pattern: 'włącz światło.*',
      action: 'light.turn_on',
      kind: 'action',
      slots: {},
      responses: {},
      target: { domains: ['light'], scope: 'room' },
    },
  ]);
});

test('an intent may have a threshold of its own, from 0 to 1', () => {
  const rule = (threshold: string) =>
    sentence('włącz to', '').replace('target:', `threshold: ${threshold}\n    target:`);
  expect(readRules(rule('0.8'), 'intents.yaml').rules).toMatchObject([{ threshold: 0.8 }]);
  for (const wrong of ['1.2', '-1', 'much']) {
    expect(mistakesIn(rule(wrong))[0]).toMatch(/^intents.yaml:3:\d+: .*expected a number from 0 to 1/);
  }
  const pattern = 'intents:\n  - { pattern: "a.*", action: a.b, threshold: 0.7 }\n';
  expect(readRules(pattern, 'intents.yaml').rules).toMatchObject([{ threshold: 0.7 }]);
});

test.for([
  [
    sentence('włącz {lampa}'),
    'intents.yaml:6:18: there is no list {lampa}; expected one of area, floor, name, duration',
  ],
  [sentence('<włącz> światło'), 'intents.yaml:6:12: there is no rule <włącz> in the expansion_rules of "pl"'],
  [sentence('włącz (światło'), 'intents.yaml:6:18: this "(" is never closed'],
  [
    sentence('włącz (światło|)'),
    'intents.yaml:6:27: nothing stands here; what may be left out goes into [brackets]',
  ],
  [sentence('włącz {area} w {area}'), 'intents.yaml:6:27: the slot "area" is filled twice'],
  [
    sentence('[włącz] {name}'),
    'intents.yaml:6:11: a sentence needs at least one word that cannot be left out, beside its lists',
  ],
  [
    sentence('włącz <a>', 'expansion_rules:\n  pl:\n    a: "x <b>"\n    b: "y [<a>]"\n'),
    'intents.yaml:3:8: this rule contains itself: <a> in <b> in <a>\nintents.yaml:4:8: this rule contains itself: <b> in <a> in <b>',
  ],
  [
    'intents:\n  - action: światło\n    sentences: { pl: [a] }\n',
    'intents.yaml:2:13: expected an action as Home Assistant writes it: light.turn_on',
  ],
  [
    'intents:\n  - action: light.turn_on\n    sentence: { pl: [a] }\n    sentences: { pl: [a] }\n',
    'intents.yaml:3:5: there is no field "sentence" here',
  ],
  [
    'intents:\n  - action: light.turn_on\n    sentences: { pl: ["włącz {name}"] }\n',
    'intents.yaml:3:23: {name} needs a "target" that says whose names: light, cover …',
  ],
  [
    'intents:\n  - action: a.b\n    slots: { area: salon }\n    sentences: { pl: ["włącz {area}"] }\n',
    'intents.yaml:4:23: the slot "area" is filled by "slots" already',
  ],
  [
    'intents:\n  - action: a.b\n    sentences: { pl: ["zrób to"] }\n    response: { pl: "Mam {level}." }\n',
    'intents.yaml:4:26: no sentence fills {level}; expected one of none',
  ],
  [
    'lists:\n  x: { from: 5, to: 1 }\nintents:\n  - action: a.b\n    sentences: { pl: ["zrób to"] }\n',
    'intents.yaml:2:3: expected one of: values, from and a larger to, wildcard: true',
  ],
  [
    'lists:\n  x: { from: 1, to: 5, words: 4 }\nintents:\n  - action: a.b\n    sentences: { pl: ["zrób to"] }\n',
    'intents.yaml:2:31: only a list with wildcard: true has a limit of words',
  ],
  [
    'lists:\n  x: { wildcard: true, words: 0 }\nintents:\n  - action: a.b\n    sentences: { pl: ["zrób to"] }\n',
    'intents.yaml:2:31: expected at least one word',
  ],
  [
    'intents:\n  - action: a.b\n    otherwise: { target: climate }\n    sentences: { pl: ["zrób to"] }\n',
    'intents.yaml:3:5: this stands in for a "target", and there is none',
  ],
  [
    'lists:\n  area: { wildcard: true }\nintents:\n  - action: a.b\n    sentences: { pl: ["zrób to"] }\n',
    'intents.yaml:2:3: the list "area" is built in; choose another name',
  ],
  [
    'intents:\n  - pattern: "(a+)+"\n    action: a.b\n',
    'intents.yaml:2:15: this pattern repeats what repeats, so a hostile text could stall it',
  ],
  [
    'intents:\n  - pattern: "a"\n    action: a.b\n    entities: [room]\n',
    'intents.yaml:4:16: expected room_from_context',
  ],
] as const)('a mistake is told where it is: %s', ([text, expected]) => {
  expect(mistakesIn(text).join('\n')).toBe(expected);
});

test('all mistakes of a file are told at once, from its top to its end', () => {
  const text = `${sentence('włącz {x}')}        - "zgaś (lampę"\n  - pattern: "["\n    action: light.turn_off\n  - action: light\n    sentences: { pl: 7 }\n`;
  expect(mistakesIn(text).map((line) => line.split(':')[1])).toEqual(['6', '7', '8', '10', '11']);
});

test('rules that multiply are refused before anybody multiplies them', () => {
  const refused = (depth: number): void => {
    const levels = Array.from(
      { length: depth },
      (_, level) => `    r${level}: "<r${level + 1}> <r${level + 1}>"`,
    );
    const text = sentence('zrób <r0>', `expansion_rules:\n  pl:\n${levels.join('\n')}\n    r${depth}: "a"\n`);
    expect(mistakesIn(text)[0]).toMatch(/too many parts/);
  };
  expect(growth(refused, { from: 20, to: 40 })).toBeLessThan(10);
});

test('a word may have as many forms as it likes', () => {
  expect(mistakesIn(sentence(`zrób ${'(a|b)'.repeat(30)}`))).toEqual([]);
});

/** A file of one intent that is written for several things. */
const forEach = (each: string, text = 'włącz <thing>'): string => `expansion_rules:
  pl: { fan: wiatrak, heating: kaloryfer }
intents:
  - target: fan
    each:
${each}
    sentences:
      pl: [${JSON.stringify(text)}]
`;

test('an intent that is written for each of several things is as many rules', () => {
  const { rules } = readRules(
    forEach(
      '      - { action: fan.turn_on, rules: { thing: fan } }\n      - { action: climate.turn_on, target: climate, rules: { thing: heating } }',
    ),
    'intents.yaml',
  );
  expect(
    rules.map(
      (rule) => rule.form === 'sentences' && [rule.action, rule.target?.domains, rule.sentences[0]?.text],
    ),
  ).toEqual([
    ['fan.turn_on', ['fan'], 'włącz <fan>'],
    ['climate.turn_on', ['climate'], 'włącz <heating>'],
  ]);
});

test('a mistake in what is written for several things is told once, at its character', () => {
  const two =
    '      - { action: fan.turn_on, rules: { thing: fan } }\n      - { action: fan.toggle, rules: { thing: fan } }';
  expect(mistakesIn(forEach(two, 'włącz <thing> {lampa}'))).toEqual([
    'intents.yaml:9:27: there is no list {lampa}; expected one of area, floor, name, duration',
  ]);
  expect(mistakesIn(forEach('      - { action: fan.turn_on }'))).toEqual([
    'intents.yaml:8:19: there is no rule <thing> in the expansion_rules of "pl"',
  ]);
  expect(mistakesIn(forEach('      - { rules: { thing: fan } }'))).toHaveLength(1);
});

test('what is critical is true or false, and true where nothing is said', () => {
  const file = (more: string) => `intents:\n  - { action: a.b, ${more}sentences: { pl: [coś] } }\n`;
  expect(mistakesIn(file('critical: maybe, '))).toEqual(['intents.yaml:2:30: expected true or false']);
  const uncritical = (more: string) => readRules(file(more), 'intents.yaml').rules[0]?.isUncritical;
  expect([uncritical(''), uncritical('critical: true, '), uncritical('critical: false, ')]).toEqual([
    ...[undefined, undefined, true],
  ]);
});

test('skip words are words', () => {
  expect(() => readRules('skip_words: { pl: [proszę, " "] }\nintents: []\n', 'i.yaml')).toThrow(
    'i.yaml:1:28: expected a word or several',
  );
  expect(() => readRules('skip_words: { polish: [proszę] }\nintents: []\n', 'i.yaml')).toThrow(
    /expected a language: pl, en/,
  );
});
