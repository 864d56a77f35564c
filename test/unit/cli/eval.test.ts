import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { evaluate } from '../../../src/cli/eval.ts';
import { type EvalOptions, noiseNames, resolverNames } from '../../../src/cli/eval-options.ts';
import { createProgressBar } from '../../../src/cli/progress-bar.ts';
import { runCommand } from '../../support/command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

vi.setConfig({ testTimeout: 30_000 });

const CORPUS = `
- room: salon
  utterances:
    - { says: zapal światło, intent: light.turn_on, entities: { area: salon } }
    - { says: zgaś światło w kuchni, intent: light.turn_on, entities: { area: kuchnia } }
    - { says: bla bla, intent: light.turn_on, entities: { area: salon } }
    - { says: co tam, kind: small_talk, status: unclear }
- utterances:
    - { says: zgaś światło, intent: light.turn_off, entities: { area: kuchnia } }
`;

async function corpusFile(content = CORPUS, name = 'own.yaml'): Promise<string> {
  const file = join(await temporaryFolder(), name);
  await writeFile(file, content);
  return file;
}

/** What the command shows, run in this process. */
async function shownBy(file: string, options: Omit<EvalOptions, 'resolver'>): Promise<string> {
  const output = new PassThrough();
  const context = {
    environment: {},
    input: new PassThrough(),
    output,
    errors: new PassThrough(),
    signal: new AbortController().signal,
  };
  await evaluate(file, { ...options, resolver: ['rules'] }, context);
  output.end();
  return text(output);
}

describe('eval', () => {
  test('shows how well a corpus was understood, by kind and by intent, and ends well', async () => {
    const file = await corpusFile();
    const { code, output, errors } = await runCommand(['eval', file, '--room', 'kuchnia']);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toContain(`${file}: 5 utterances\n`);
    expect(output).toMatch(/^single +4 +50\.0% +50\.0% +1 +1 +1$/m);
    expect(output).toMatch(/^small_talk +1 +100\.0% +100\.0% +· +· +·$/m);
    expect(output).toMatch(/^light\.turn_on +3 +33\.3%/m);
    expect(output).toMatch(/^wrong actions +1 = 20\.0%/m);
    expect(output).toMatch(/^wrong direction +1:/m);
    expect(output).toMatch(/^not understood +1 of the 4 .* = 25\.0%$/m);
    expect(output).toMatch(/^µs an utterance +[\d.]+ median, [\d.]+ p99 the first time; /m);
    expect(output).toMatch(/^ +1 {2}light\.turn_on {2}→ {2}light\.turn_off$/m);
    expect(output).not.toContain('\u001b');
  });

  test('shows what failed where it stands, what was right and what came', async () => {
    const file = await corpusFile();
    const output = await shownBy(file, { failures: true, room: 'kuchnia' });
    expect(output).toContain(`${file}:5: wrong action, single: zgaś światło w kuchni (salon)
    expected  light.turn_on area=kuchnia
    got       light.turn_off area=kuchnia
`);
    expect(output).toMatch(/own\.yaml:6: failed, single: bla bla \(salon\)\n.*\n +got +\(unclear\) Nie/);
  });

  test('gives everything as one JSON object', async () => {
    const file = await corpusFile();
    const output = await shownBy(file, { json: true, failures: true, limit: 2 });
    expect(JSON.parse(output)).toMatchObject({
      corpus: file,
      all: { utterances: 2, exact: 0.5, wrong_actions: 1, wrong_direction: 1, not_understood: 0 },
      by_kind: [{ name: 'single' }],
      confusions: [{ expected: 'light.turn_on', got: 'light.turn_off', count: 1 }],
      failures: [{ place: `${file}:5`, said: 'zgaś światło w kuchni', wrong_action: true }],
    });
  });

  test('fails below the accuracy that is wanted, and shows the result all the same', async () => {
    const file = await corpusFile();
    const failed = await runCommand(['eval', file, '--min-accuracy', '0.95', '--room', 'kuchnia']);
    expect(failed).toMatchObject({ code: 1, output: expect.stringContaining('wrong actions') });
    expect(failed.errors).toBe(
      `llm-intent: 60.0% of ${file} was understood exactly, but --min-accuracy wants 95.0%; --failures shows what was not\n`,
    );
    await expect(shownBy(file, { minAccuracy: 0.6, room: 'kuchnia' })).resolves.toContain('wrong actions');
  });

  test('spoils what is said, the same way every time', async () => {
    const file = await corpusFile();
    const said = async (seed: string) => {
      const noise = noiseNames('typos, diacritics');
      const output = await shownBy(file, { noise, seed, failures: true, json: true, limit: 3 });
      return (JSON.parse(output) as { failures: { said: string }[] }).failures.map((failure) => failure.said);
    };
    const first = await said('1');
    expect(first.join()).not.toMatch(/[^\x20-\x7e]/);
    expect(await said('1')).toEqual(first);
    const output = await shownBy(file, { noise: ['case'] });
    expect(output).toContain('5 utterances, with case\n');
  });

  test.for([
    ['a noise that is none', ['--noise', 'typos,loud'], /there is no noise "loud"; expected some of typos/],
    ['a share above 1', ['--min-accuracy', '95'], /expected a share from 0 to 1, such as 0\.95/],
    ['no share', ['--min-accuracy', ''], /expected a share/],
    ['a resolver that it does not have', ['--resolver', 'cache'], /expected rules, or llm: and a model/],
    ['a limit of nothing', ['--limit', '0'], /expected a whole number above 0/],
  ] as const)('refuses %s as wrong usage', async ([, options, message]) => {
    const { code, output, errors } = await runCommand(['eval', 'own.yaml', ...options]);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toMatch(message);
  });

  test('wants a corpus', async () => {
    expect(await runCommand(['eval'])).toMatchObject({ code: 2, output: '' });
  });

  test('places every mistake in a corpus', async () => {
    const file = await corpusFile('- utterances:\n    - { says: x }\n    - { sais: y }\n');
    const { code, output, errors } = await runCommand(['eval', file]);
    expect({ code, output }).toEqual({ code: 78, output: '' });
    const lines = errors.trimEnd().split('\n');
    expect(lines.every((line) => line.startsWith(`${file}:3:`))).toBe(true);
    expect(errors).toContain('there is no field "sais" here');
  });

  test('says that there is no such corpus', async () => {
    const { code, errors } = await runCommand(['eval', '/nowhere/own.yaml']);
    expect({ code, errors }).toEqual({ code: 78, errors: '/nowhere/own.yaml: there is no such file\n' });
  });

  test('says that a folder is no corpus', async () => {
    for (const name of ['own.yaml', 'own.jsonl']) {
      const folder = join(await temporaryFolder(), name);
      await mkdir(folder);
      const { code, errors } = await runCommand(['eval', folder]);
      expect({ code, errors }).toEqual({
        code: 78,
        errors: `${folder}: this is a folder; expected a file\n`,
      });
    }
  });

  test('tells of rooms that this home does not have, each once, and goes on', async () => {
    const file = await corpusFile(`
- room: attic
  utterances:
    - { says: zapal światło, intent: light.turn_on }
    - { says: zgaś światło, intent: light.turn_off }
`);
    const { code, output, errors } = await runCommand(['eval', file]);
    expect(code).toBe(0);
    expect(errors).toMatch(/^there is no room "attic" in .*home\.yaml; expected one of .*\n$/);
    expect(output).toContain(`${file}: 2 utterances\n`);
  });

  test('tells which intents of the corpus no rule has: one of them may be a slip', async () => {
    const file = await corpusFile(`
- utterances:
    - { says: zapal światło, intent: light.turn_onn, or: [{ status: ambiguous }] }
    - { says: zgaś światło, intent: light.turn_off }
`);
    const { code, errors } = await runCommand(['eval', file]);
    expect(code).toBe(0);
    expect(errors).toBe('nothing can be understood as light.turn_onn, for which there is no rule\n');
  });

  test('takes a noise that is named twice once', () => {
    expect(noiseNames('typos, case,typos')).toEqual(['typos', 'case']);
  });

  test('has an example in its help', async () => {
    const { code, output } = await runCommand(['eval', '--help']);
    expect(code).toBe(0);
    expect(output).toContain('$ llm-intent eval test/golden/corpus/pl.yaml');
  });
});

describe('a progress bar', () => {
  /** What it writes on its way to 200. */
  async function shown(isTTY: boolean): Promise<string> {
    const errors = Object.assign(new PassThrough(), { isTTY });
    const bar = createProgressBar(200, errors);
    for (let done = 1; done <= 200; done++) bar.advance(done);
    bar.clear();
    errors.end();
    return text(errors);
  }

  test('shows on a terminal how far it is, not more often than eyes can follow, and goes', async () => {
    const written = await shown(true);
    expect(written).toContain(`\r${'█'.repeat(15)}${'░'.repeat(15)} 100 of 200`);
    expect(written.split('\r').length).toBeLessThan(60);
    expect(written.endsWith('\r\u001b[K')).toBe(true);
  });

  test('is silent elsewhere', async () => {
    expect(await shown(false)).toBe('');
  });
});

test('resolvers are rules and models, each once', () => {
  expect(resolverNames('rules, llm:openai:gpt-5-mini,rules')).toEqual(['rules', 'llm:openai:gpt-5-mini']);
});

test.each(['', 'llm:', 'openai', 'rules,model'])('there is no resolver %o', (text) => {
  expect(() => resolverNames(text)).toThrow(/--resolver: expected rules, or llm: and a model/);
});
