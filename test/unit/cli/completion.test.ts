import { execFile, execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { runCommand } from '../../support/command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);

function has(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'exit 0']);
    return true;
  } catch {
    return false;
  }
}

type Complete = (...lines: readonly (readonly string[])[]) => Promise<string[][]>;

/** What a real bash offers for command lines, each as bash splits it, its last word being typed. */
async function inBash(): Promise<Complete> {
  const { folder, script } = await written('bash');
  return async (...lines) => {
    const asked = lines.map((words) => {
      const quoted = words.map((word) => `'${word}'`).join(' ');
      return `COMP_WORDS=(llm-intent ${quoted}); COMP_CWORD=${words.length}; COMPREPLY=(); _llm_intent; echo "\${COMPREPLY[*]}"`;
    });
    const text = [`source '${script}'`, 'complete -p llm-intent >/dev/null || exit 1', "IFS='|'", ...asked];
    const { stdout } = await run('bash', ['--norc', '-c', text.join('\n')], { cwd: folder });
    return stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('|').filter(Boolean));
  };
}

/** What a real fish offers. */
async function inFish(): Promise<Complete> {
  const { folder, script } = await written('fish');
  return (...lines) =>
    Promise.all(
      lines.map(async (words) => {
        const line = ['llm-intent', ...words].join(' ').replaceAll(' = ', '=');
        const { stdout } = await run('fish', ['-N', '-c', `source '${script}'; complete -C '${line}'`], {
          cwd: folder,
          env: { PATH: process.env['PATH'], HOME: folder },
        });
        return stdout
          .split('\n')
          .slice(0, -1)
          .map((offer) => offer.split('\t')[0]?.replace(/^--by=/, '') ?? '');
      }),
    );
}

/** What a real zsh offers, on a terminal of its own. */
async function inZsh(): Promise<Complete> {
  const { folder, script } = await written('zsh');
  return (...lines) =>
    Promise.all(
      lines.map(async (words) => {
        const line = ['llm-intent', ...words].join(' ').replaceAll(' = ', '=');
        // Whatever the completion adds is shown in place of being typed.
        const text = `
          zmodload zsh/zpty
          zpty shell zsh -f -i
          zpty -w shell "PS1='' ; cd '${folder}'; autoload -Uz compinit; compinit -u -D; source '${script}'"
          zpty -w shell "compadd() { if [[ \\$* == *-[OAD]* ]]; then builtin compadd \\"\\$@\\"; else local -a all; builtin compadd -O all \\"\\$@\\"; print -r -- \\"<offered>\\$all</offered>\\"; fi }"
          zpty -w shell "bindkey '^I' complete-word; echo re''ady"
          zpty -r -m shell out '*ready*'
          zpty -w -n shell '${line}'$'\\t'
          zpty -w -n shell $'\\x15'
          zpty -w shell 'echo do''ne'
          zpty -r -m shell out '*done*'
          print -r -- "$out"
        `;
        const { stdout } = await run('zsh', ['-f', '-c', text], {
          env: { PATH: process.env['PATH'], HOME: folder },
          timeout: 25_000,
        });
        return [...stdout.matchAll(/<offered>(.*?)<\/offered>/gs)].flatMap(([, all = '']) =>
          all.split(' ').filter(Boolean),
        );
      }),
    );
}

async function written(shell: string) {
  const folder = await temporaryFolder();
  const script = join(folder, `completion.${shell}`);
  const { code, output, errors } = await runCommand(['completion', shell]);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  await writeFile(script, output);
  await writeFile(join(folder, 'said.txt'), '');
  return { folder, script };
}

describe.each([
  ['bash', inBash],
  ['fish', inFish],
  ['zsh', inZsh],
] as const)('in %s', (shell, open) => {
  test.skipIf(!has(shell))('completes commands, options, their values, and files', async () => {
    const complete = await open();
    const offered = await complete(
      ['bud'],
      ['budget', ''],
      ['budget', 'set', ''],
      ['budget', 'set', 'day', '--s'],
      ['report', 'cost', '--json', '--by', 'mo'],
      ['report', 'cost', '--by', '=', 'mo'],
      ['mode', 'rules'],
      ['batch', '--limit', '3', 'sa'],
      ['send', '--room', ''],
    );
    expect(offered.map((words) => words.toSorted())).toEqual([
      ['budget'],
      ['help', 'open', 'set', 'show'],
      ['day', 'month'],
      ['--scope'],
      ['model', 'month'],
      ['model', 'month'],
      ['rules-only'],
      ['said.txt'],
      [],
    ]);
  });
});

test('bash knows every command and option that there is', async () => {
  const nowhere = new PassThrough();
  const program = createProgram({
    ...{ environment: {}, input: Readable.from([]), output: nowhere, errors: nowhere },
    signal: new AbortController().signal,
  });
  const places: { words: string[]; command: Command }[] = [];
  const visit = (command: Command, words: string[]): void => {
    places.push({ words, command });
    for (const child of command.commands) visit(child, [...words, child.name()]);
  };
  visit(program, []);
  expect(places.length).toBeGreaterThan(30);
  const complete = await inBash();
  const offered = await complete(...places.map(({ words }) => [...words, '--']));
  for (const [index, { words, command }] of places.entries()) {
    const options = command.options.map(({ long }) => long);
    expect([words, offered[index]]).toEqual([words, expect.arrayContaining([...options, '--help'])]);
  }
  const commands = await complete(...places.map(({ words }) => [...words, '']));
  for (const [index, { words, command }] of places.entries()) {
    const names = command.commands.map((child) => child.name());
    expect([words, commands[index]]).toEqual([words, expect.arrayContaining(names)]);
  }
});

test('another shell is a mistake in usage, which names those that there are', async () => {
  expect(await runCommand(['completion', 'tcsh'])).toMatchObject({
    ...{ code: 2, output: '' },
    errors: expect.stringContaining('bash, zsh, fish'),
  });
});
