import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  DocumentError,
  loadLocated,
  type Mistake,
  readLocated,
  validate,
} from '../../../src/documents/located-yaml.ts';

const schema = z.strictObject({ name: z.string(), sizes: z.array(z.number()).default([]) });

function mistakesOf(run: () => unknown): readonly Mistake[] {
  try {
    run();
  } catch (error) {
    if (error instanceof DocumentError) return error.mistakes;
    throw error;
  }
  return [];
}

test('a sound document becomes its value', () => {
  const document = readLocated('name: home\nsizes: [1, 2]\n', 'a.yaml');
  expect(validate(document, schema)).toEqual({ name: 'home', sizes: [1, 2] });
});

test('everything the schema finds is told at once, each at its line and column', () => {
  const document = readLocated('nome: x\nsizes:\n  - 1\n  - two\n', 'a.yaml');
  const mistakes = mistakesOf(() => validate(document, schema));
  expect(mistakes).toHaveLength(3);
  expect(mistakes).toContainEqual({
    file: 'a.yaml',
    line: 1,
    column: 1,
    message: 'there is no field "nome" here',
  });
  expect(mistakes).toContainEqual(
    expect.objectContaining({ line: 4, column: 5, message: expect.stringContaining('expected number') }),
  );
});

test('the error prints one mistake a line: file, line, column, what is wrong', () => {
  const error = new DocumentError([
    { file: 'a.yaml', line: 3, column: 7, message: 'there is no list {x}' },
    { file: 'b.yaml', message: 'there is no such file' },
  ]);
  expect(error.message).toBe('a.yaml:3:7: there is no list {x}\nb.yaml: there is no such file');
});

test('syntax errors and duplicate keys are told with their places', () => {
  const mistakes = mistakesOf(() => readLocated('a: 1\na: 2\nb: [1\n', 'a.yaml'));
  expect(mistakes.length).toBeGreaterThanOrEqual(2);
  expect(mistakes[0]).toMatchObject({ line: 2, column: 1 });
});

test('a mistake found later is placed at its path, and inside the text there', () => {
  const document = readLocated('list:\n  - plain\n  - "quoted {x}"\n', 'a.yaml');
  expect(document.mistake(['list', 1], 'x', 7)).toMatchObject({ line: 3, column: 13 });
  expect(document.mistake(['list', 0], 'x', 2)).toMatchObject({ line: 2, column: 7 });
  expect(document.mistake(['list', 9, 'deeper'], 'x')).toMatchObject({ line: 1, column: 1 });
});

test('a missing file is a mistake, not a crash', async () => {
  const file = join(import.meta.dirname, 'missing.yaml');
  await expect(loadLocated(file)).rejects.toThrow(`${file}: there is no such file`);
});

test('aliases that multiply are refused, quickly', () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const names = Array.from({ length: 9 }, () => `*a${level}`).join(', ');
    return `a${level + 1}: &a${level + 1} [${names}]`;
  });
  const bomb = ['a0: &a0 [x]', ...levels].join('\n');
  const started = performance.now();
  expect(mistakesOf(() => readLocated(bomb, 'bomb.yaml'))).toHaveLength(1);
  expect(performance.now() - started).toBeLessThan(2000);
});

test('brackets nested by the thousand are refused or read, but do not crash', () => {
  const read = () => mistakesOf(() => readLocated(`a: ${'['.repeat(20_000)}`, 'deep.yaml'));
  expect(read().length).toBeGreaterThan(0);
});
