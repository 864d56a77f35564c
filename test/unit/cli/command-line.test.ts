import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { placesOf } from '../../../src/cli/completion-places.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { runCommand } from '../../support/command.ts';

vi.setConfig({ testTimeout: 30_000 });

const LAUNCHER = join(import.meta.dirname, '../../../bin/llm-intent');
/** Every place of the command line: a command that is forgotten here cannot be. */
const PLACES = placesOf(
  createProgram({
    ...{ environment: {}, input: Readable.from([]), output: new PassThrough(), errors: new PassThrough() },
    signal: new AbortController().signal,
  }),
)
  .filter(({ path }) => !/\bhelp$/.test(path))
  .map((place) => ({ ...place, name: `llm-intent ${place.path}`.trim() }));
/** What does something; the others only have commands of their own. */
const LEAVES = PLACES.filter(({ commands }) => commands.length === 0);
/** These run until they are stopped, or write what a shell reads. */
const WITHOUT_JSON = new Set(['serve', 'bridge', 'demo', 'completion']);

describe('help', () => {
  test.each(PLACES)('of "$name" is a result, with its usage, and says nothing else', async (place) => {
    const words = place.path.split(' ').filter(Boolean);
    const { code, output, errors } = await runCommand([...words, '--help']);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toMatch(new RegExp(`^Usage: ${place.name} .*\\n\\n\\w`));
    expect(output).toContain('--help');
    for (const { word, description } of place.commands) {
      expect(description, `what ${word} is for`).not.toBe('');
      expect(output).toMatch(new RegExp(`^ {2}${word}\\b`, 'm'));
    }
  });

  test.each(PLACES.slice(1))('of "$name" has an example of it', async ({ name, path }) => {
    const { output } = await runCommand([...path.split(' '), '--help']);
    expect(output).toMatch(new RegExp(`^Example:\\n  \\$ (\\w+=\\S+ )*${name}( |$)`, 'm'));
  });

  test.each(LEAVES.filter(({ path }) => !WITHOUT_JSON.has(path)))(
    '"$name" tells programs what it did',
    ({ options }) => {
      expect(options.map(({ word }) => word)).toContain('--json');
    },
  );

  test('--version tells the release', async () => {
    const { code, output } = await runCommand(['--version']);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('a mistake in usage', () => {
  test.each<[string, string[], RegExp]>([
    ['no command', [], /^Usage: /],
    ['an unknown command', ['recognise', 'x'], /unknown command 'recognise'/],
    ['an unknown option', ['recognize', 'x', '--rom', 'salon'], /unknown option '--rom'/],
    ['no sentence', ['recognize'], /missing required argument 'text'/],
    ['an option without its value', ['recognize', 'x', '--room'], /argument missing/],
    ['too many arguments', ['check', 'x'], /too many arguments/],
    ['no subcommand', ['dead-letters'], /^Usage: llm-intent dead-letters /],
    ['an unknown subcommand', ['dead-letters', 'burn'], /unknown command 'burn'/],
    ['no id', ['dead-letters', 'replay'], /name dead letters by their ids.*or all of them by --all/],
    ['ids beside --all', ['dead-letters', 'drop', '1-0', '--all'], /by their ids.*or all of them by --all/],
    ['a limit of 0', ['dead-letters', 'list', '--limit', '0'], /--limit.*whole number above 0/],
    ['half a dead letter', ['dead-letters', 'list', '--limit', '1.5'], /--limit.*whole number above 0/],
    ['a limit past all counting', ['dead-letters', 'list', '--limit', '1e30'], /--limit.*whole number/],
    ['a negative timeout', ['send', 'x', '--timeout', '-1'], /--timeout.*number above 0/],
    ['no timeout at all', ['send', 'x', '--timeout', 'Infinity'], /--timeout.*at most/],
    ['a timeout no timer can wait for', ['send', 'x', '--timeout', '3000000'], /--timeout.*at most/],
    ['an address that is none', ['batch', 'x', '--url', 'nonsense'], /--url.*expected the address of/],
    ['an address without its scheme', ['batch', 'x', '--url', 'localhost:8005'], /--url.*such as http:/],
    ['an address with a query', ['batch', 'x', '--url', 'http://localhost:8005/?x'], /--url.*such as http:/],
    ['an address with a password', ['batch', 'x', '--url', 'http://a:b@localhost'], /--url.*HTTP_TOKEN/],
    ['a blank sentence to send', ['send', ' '], /a sentence is blank/],
    ['no REDIS_URL', ['send', 'x'], /set REDIS_URL/],
  ])('%s ends with 2 and is told on standard error', async (_what, command, message) => {
    const { code, output, errors } = await runCommand(command);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toMatch(message);
    expect(errors).not.toMatch(/^ +at /m);
  });
});

describe('outputs that are closed', () => {
  /** Runs a line of shell in which `llm-intent` is the real program. */
  function shell(script: string): Promise<{ stdout: string; stderr: string }> {
    return new Promise((resolve, reject) => {
      const { PATH, HOME } = process.env;
      const given = ['-c', `llm_intent() { "${LAUNCHER}" "$@"; }; ${script}`];
      execFile('sh', given, { env: { PATH, HOME } }, (error, stdout, stderr) => {
        if (error) reject(error);
        else resolve({ stdout, stderr });
      });
    });
  }

  // More than a pipe holds, so that the writer notices.
  const many = `set --; i=0; while [ $i -lt 400 ]; do set -- "$@" 'zapal światło'; i=$((i + 1)); done`;

  test('by `| head -n 1` end the command without a word', async () => {
    const { stdout, stderr } = await shell(
      `${many}; { llm_intent recognize --json "$@"; echo "code $?" >&2; } | head -n 1`,
    );
    expect(JSON.parse(stdout)).toMatchObject({ frame_id: 'cli-1' });
    expect(stderr).toBe('code 0\n');
  });

  test('before anything is written end it without a word', async () => {
    const { stderr } = await shell(`{ sleep 0.1; llm_intent --help; echo "code $?" >&2; } | true`);
    expect(stderr).toBe('code 0\n');
  });

  test.each([
    ['standard output', 'recognize x', '>&-', 0],
    ['standard error', 'recognise x', '2>&-', 2],
    ['standard error as well as output', 'recognise x', '>&- 2>&-', 2],
  ])('from the start: %s missing changes no exit code', async (_which, command, redirection, code) => {
    const { stdout } = await shell(`llm_intent ${command} ${redirection}; echo "code $?"`);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`code ${code}`);
  });

  test('of mistakes that nobody reads change no exit code', async () => {
    const { stdout } = await shell(
      `out=$( { { llm_intent recognise x; echo "code $?" >&3; } 2>&1 >&3 | true; } 3>&1 ); echo "$out"`,
    );
    expect(stdout).toBe('code 2\n');
  });
});

describe('hostile arguments', () => {
  test.each([
    ['random bytes', `"$(printf 'zapal \\377\\376\\200 \\001\\033[2J')"`],
    ['a sentence of 100 000 letters', `"$(head -c 100000 /dev/zero | tr '\\0' a)"`],
    ['a sentence of 8 000 words', `"$(yes 'zapal światło' | head -n 4000 | tr '\\n' ' ')"`],
    ['nothing', `''`],
  ])('%s make a sentence that is not understood', async (_what, argument) => {
    const { PATH, HOME } = process.env;
    const result = await new Promise<string>((resolve, reject) => {
      execFile(
        'sh',
        ['-c', `"$0" recognize --json ${argument}`, LAUNCHER],
        { env: { PATH, HOME } },
        (error, stdout) => (error ? reject(error) : resolve(stdout)),
      );
    });
    expect(JSON.parse(result)).toMatchObject({ status: 'unclear', intent: 'none' });
  });

  test.each(['__proto__', 'constructor'])('a language or a room called %s is only a name', async (name) => {
    const given = ['recognize', 'zapal światło', '--language', name, '--room', name, '--json'];
    const { code, output, errors } = await runCommand(given);
    expect({ code, errors }).toEqual({
      code: 0,
      errors: expect.stringMatching(`^there is no room "${name}"`),
    });
    expect(JSON.parse(output)).toMatchObject({ language: name, room: name });
  });

  test('cannot move the cursor of the terminal that shows them', async () => {
    const { output, errors } = await runCommand(['recognize', 'a\u001b[2Jb\rc\nd', '--room', '\u009b2J']);
    expect(output.trimEnd().split('\n')).toHaveLength(2);
    expect((output + errors).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});
