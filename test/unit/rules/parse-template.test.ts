import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTemplate } from '../../../src/rules/parse-template.ts';

describe('a template', () => {
  test('has alternatives, optional parts, lists, ranges and rules', () => {
    expect(parseTemplate('a (b|c) [d] {area} {name:slot} {0..100,5:level} <rule>')).toEqual({
      mistakes: [],
      template: {
        kind: 'sequence',
        parts: [
          { kind: 'text', text: 'a ' },
          {
            kind: 'choice',
            options: [
              { kind: 'text', text: 'b' },
              { kind: 'text', text: 'c' },
            ],
          },
          { kind: 'text', text: ' ' },
          { kind: 'optional', body: { kind: 'text', text: 'd' } },
          { kind: 'text', text: ' ' },
          { kind: 'list', list: 'area', slot: 'area', offset: 12 },
          { kind: 'text', text: ' ' },
          { kind: 'list', list: 'name', slot: 'slot', offset: 19 },
          { kind: 'text', text: ' ' },
          { kind: 'range', range: { from: 0, to: 100, step: 5, multiplier: 1 }, slot: 'level', offset: 31 },
          { kind: 'text', text: ' ' },
          { kind: 'rule', rule: 'rule', offset: 48 },
        ],
      },
    });
  });

  test('may be alternatives as a whole', () => {
    expect(parseTemplate('a|b').template.kind).toBe('choice');
  });

  test('has parts in any order', () => {
    expect(parseTemplate('(a;b;c)').template).toMatchObject({ kind: 'permutation', parts: [{}, {}, {}] });
  });

  test('takes a character behind a backslash for itself', () => {
    expect(parseTemplate('a \\(b\\)')).toEqual({ mistakes: [], template: { kind: 'text', text: 'a (b)' } });
  });

  test.for([
    ['a (b', 2, /never closed/],
    ['a [b', 2, /never closed/],
    ['a b)', 3, /no "\("/],
    ['a b]', 3, /no "\["/],
    ['(a]', 2, /expected "\)"/],
    ['a }', 2, /no "\{"/],
    ['a {b', 2, /never closed/],
    ['a <b', 2, /never closed/],
    ['a (b|)', 5, /nothing stands here/],
    ['a ()', 3, /nothing stands here/],
    ['a []', 3, /nothing stands here/],
    ['a | ', 3, /nothing stands here/],
    ['', 0, /nothing stands here/],
    ['{0..100}', 0, /needs the slot/],
    ['{100..0:x}', 0, /smaller to a larger/],
    ['{a:b:c}', 0, /expected \{list\}/],
    ['{}', 0, /expected \{list\}/],
    ['<>', 0, /name of an expansion rule/],
    ['(a;b|c)', 4, /do not mix/],
    ['(a;b;c;d;e;f;g;h;i)', 18, /too many/],
    ['a\\', 1, /needs a character/],
  ] as const)('"%s" is wrong at character %d', ([text, offset, message]) => {
    expect(parseTemplate(text).mistakes[0]).toEqual({ offset, message: expect.stringMatching(message) });
  });

  test('may be any string, without throwing and without taking long', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '<',
      '>',
      '|',
      ';',
      '\\',
      'a',
      ' ',
      '0..9',
      ':',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          for (const { offset } of parseTemplate(text).mistakes) {
            expect(offset).toBeGreaterThanOrEqual(0);
            expect(offset).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('may nest brackets by the thousand, and is refused', () => {
    expect(parseTemplate('['.repeat(50_000)).mistakes.length).toBeGreaterThan(0);
    expect(parseTemplate(`${'(a|'.repeat(50_000)}b${')'.repeat(50_000)}`).mistakes.length).toBeGreaterThan(0);
  });
});
