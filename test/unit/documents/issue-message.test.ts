import { expect, test } from 'vitest';
import { z } from 'zod';
import { issueMessage } from '../../../src/documents/issue-message.ts';

const language = z.string().regex(/^[a-z]{2}$/, 'expected a language: pl, en');

test.for([
  ['a text for a map', z.strictObject({}), 'x', 'expected fields with their values, not a text'],
  ['a text for a number', z.number(), 'x', 'expected a number, not a text'],
  ['half a number', z.int(), 7.5, 'expected a whole number, and this is none'],
  [
    'a key that is not taken',
    z.record(language, z.string()),
    { english: 'x' },
    'expected a language: pl, en',
  ],
  ['an empty list', z.array(z.string()).min(1), [], 'expected at least 1 in this list'],
  ['an empty text', z.string().min(1), '', 'expected a text that is not empty'],
  ['none of several words', z.enum(['room', 'all']), 'house', 'expected one of room, all'],
  ['another word', z.literal(true), false, 'expected true'],
  ['too little', z.number().min(2), 1, 'expected at least 2'],
  ['nothing at all', z.number().positive(), 0, 'expected more than 0'],
  ['too much', z.number().max(2), 3, 'expected at most 2'],
  [
    'none of two kinds',
    z.union([z.string(), z.number()]),
    [],
    'expected a text, not a list; or expected a number, not a list',
  ],
  ['what the schema has words for', z.number('expected a share'), 'x', 'expected a share'],
] as const)('%s is told in plain words', ([, schema, value, message]) => {
  const { issues = [] } = (schema as z.ZodType).safeParse(value).error ?? {};
  expect(issues.map(issueMessage)).toEqual([message]);
});
