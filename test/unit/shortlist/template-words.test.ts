import { expect, test } from 'vitest';
import { parseTemplate } from '../../../src/rules/parse-template.ts';
import type { Template } from '../../../src/rules/template.ts';
import { wordsOfTemplate } from '../../../src/shortlist/template-words.ts';

const parse = (text: string): Template => parseTemplate(text).template;

const words = (text: string, expansions: Readonly<Record<string, string>> = {}) =>
  [
    ...wordsOfTemplate(parse(text), {
      language: 'pl',
      expansions: new Map(Object.entries(expansions).map(([name, body]) => [name, parse(body)])),
      lists: new Map([
        ['colour', { kind: 'values', values: [{ said: { pl: parse('czerwon(y|ą)') }, value: 'red' }] }],
        ['volume', { kind: 'range', range: { from: 0, to: 100, step: 1, multiplier: 1 } }],
        ['item', { kind: 'wildcard' }],
      ]),
    }),
  ].sort();

test.each([
  ['zgaś światło', ['swiatlo', 'zgas']],
  ['lamp(a|ę|ka) w [mojej] kuchni', ['kuchni', 'lampa', 'lampe', 'lampka', 'mojej', 'w']],
  ['(w|za)łącz[yć]', ['wlacz', 'wlaczyc', 'zalacz', 'zalaczyc']],
  ['(zrób;teraz) jasno', ['jasno', 'teraz', 'zrob']],
  ['daj {colour} i {item}', ['czerwona', 'czerwony', 'daj', 'i']],
  ['na {volume}[%]', ['%', 'na', '{number}']],
  ['za {duration} do {0..5:x}', ['do', 'za', '{duration}', '{number}']],
  ['[a]', ['a']],
])('reads the words of %s', (text, expected) => {
  expect(words(text)).toEqual(expected.sort());
});

test('looks into rules, and joins what stands beside them', () => {
  expect(words('<on> <lamp>ka', { on: '(zapal|włącz)', lamp: 'lamp[ecz]' })).toEqual([
    'lampeczka',
    'lampka',
    'wlacz',
    'zapal',
  ]);
});

test('is bounded where rules contain themselves or forms multiply', () => {
  expect(words('<a>', { a: 'tak <a>' })).toContain('tak');
  const many = '(a|b|c|d|e|f|g|h)'.repeat(12);
  expect(words(many).length).toBeLessThanOrEqual(400);
});
