import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DocumentError, loadLocated, readLocated, validate } from '../../../src/documents/located-yaml.ts';

const TEXT = `areas:
  - id: salon
    name: "Salon"
  - id: kuchnia
    nam: Kuchnia
limit: many
`;

const schema = z.strictObject({
  areas: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  limit: z.number(),
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(DocumentError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('a YAML file that knows where its values stand', () => {
  test('reports everything a schema finds, each with line and column', () => {
    const message = messageOf(() => validate(readLocated(TEXT, 'home.yaml'), schema));
    expect(message.split('\n').sort()).toEqual([
      'home.yaml:4:5: the field "name" is missing',
      'home.yaml:5:5: there is no field "nam" here',
      'home.yaml:6:8: expected a number, not a text',
    ]);
  });

  test('places a mistake inside a quoted scalar', () => {
    const { line, column } = readLocated(TEXT, 'home.yaml').mistake(['areas', 0, 'name'], 'odd letter', 2);
    expect({ line, column }).toEqual({ line: 3, column: 14 });
  });

  test('tells the first character inside quotes from the quoted scalar as a whole', () => {
    const document = readLocated(TEXT, 'home.yaml');
    expect(document.mistake(['areas', 0, 'name'], 'odd letter', 0).column).toBe(12);
    expect(document.mistake(['areas', 0, 'name'], 'odd name').column).toBe(11);
  });

  test('reports brackets nested by the thousand, and does not crash', () => {
    expect(messageOf(() => readLocated(`a: ${'['.repeat(20_000)}`, 'deep.yaml'))).toContain('deep.yaml');
  });

  test('places a mistake about something missing at the nearest thing above it', () => {
    const { line, column } = readLocated(TEXT, 'home.yaml').mistake(['areas', 1, 'name'], 'missing');
    expect({ line, column }).toEqual({ line: 4, column: 5 });
  });

  test('reports every syntax error and duplicate key at once', () => {
    const message = messageOf(() => readLocated('a: 1\na: 2\nb: [1,\n', 'rules.yaml'));
    expect(message).toContain('rules.yaml:2:1: Map keys must be unique');
    expect(message.split('\n')).toHaveLength(2);
  });

  test('refuses aliases that multiply into a bomb', () => {
    const level = (name: string, of: string): string =>
      `${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]`;
    const bomb = ['a: &a [1]', level('b', 'a'), level('c', 'b'), level('d', 'c'), level('e', 'd')].join('\n');
    expect(messageOf(() => readLocated(bomb, 'bomb.yaml'))).toContain('bomb.yaml');
  });

  test('says that a file is missing', async () => {
    await expect(loadLocated('/nowhere/home.yaml')).rejects.toThrow(
      '/nowhere/home.yaml: there is no such file',
    );
  });

  test('takes an empty file as one without fields', () => {
    expect(
      validate(readLocated('# nothing yet\n', 'a.yaml'), z.strictObject({ a: z.number().default(1) })),
    ).toEqual({
      a: 1,
    });
  });
});
