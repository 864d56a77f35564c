import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { foldedWords } from '../../../src/language/words.ts';

const CORPUS = join(import.meta.dirname, '../../../../shared/data/home-assistant-intents');

const namesSchema = z.array(z.object({ names: z.array(z.string()) }));
const fixturesSchema = z.object({ areas: namesSchema, floors: namesSchema, entities: namesSchema });

const key = (name: string): string => foldedWords(name).join(' ');
const read = (file: string): unknown => JSON.parse(readFileSync(join(CORPUS, file), 'utf8'));

test('the forms that Home Assistant lists by hand are made of the dictionary forms', ({ skip }) => {
  if (!existsSync(CORPUS)) skip('the development corpus is not beside the project');
  const { areas, floors, entities } = fixturesSchema.parse(read('ha-fixtures-pl.json'));
  const dictionary = new Set(z.array(z.string()).parse(read('nominative-pl.json')).map(key));
  const missing: string[] = [];
  let all = 0;
  for (const { names } of [...areas, ...floors, ...entities]) {
    const bases = names.filter((name) => dictionary.has(key(name)));
    const made = new Set(bases.flatMap((base) => knowledgeOf('pl').nameForms?.(base) ?? []).map(key));
    if (bases.length === 0) continue;
    all += names.length;
    missing.push(...names.filter((name) => !made.has(key(name))).map((name) => `${bases[0]}: ${name}`));
  }
  process.stdout.write(`${all - missing.length} of ${all} forms; not made:\n  ${missing.join('\n  ')}\n`);
  // What is missing are other words for the same thing, and mistakes in writing.
  expect(1 - missing.length / all).toBeGreaterThanOrEqual(0.9);
});
