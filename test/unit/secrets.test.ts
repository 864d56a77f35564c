import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const TOKEN = 'a-token-that-nobody-may-read';

function which(program: string): string | undefined {
  try {
    return execFileSync('/bin/sh', ['-c', 'command -v "$0"', program], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** As much of a checkout as this needs, with some programs and no others. */
async function checkout(programs: readonly string[]) {
  const root = await temporaryFolder();
  const [tree, bin] = [join(root, 'tree'), join(root, 'bin')];
  await Promise.all([mkdir(join(tree, 'config'), { recursive: true }), mkdir(bin)]);
  for (const file of ['Makefile', 'scripts', '.sops.example.yaml']) {
    await cp(join(ROOT, file), join(tree, file), { recursive: true });
  }
  for (const name of ['sh', 'make', 'dirname', 'mv', 'rm', 'cat', 'sed', 'grep', ...programs]) {
    const path = which(name);
    if (path !== undefined) await symlink(path, join(bin, name));
  }
  async function program(name: string, lines: string): Promise<void> {
    await writeFile(join(bin, name), `#!/bin/sh\n${lines}\n`);
    await chmod(join(bin, name), 0o755);
  }
  function make(target: string, environment: Readonly<Record<string, string>> = {}) {
    try {
      const output = execFileSync(join(bin, 'make'), ['--silent', target], {
        ...{ cwd: tree, encoding: 'utf8', stdio: 'pipe' },
        env: { PATH: bin, HOME: root, TMPDIR: root, ...environment },
      });
      return { failed: false, told: output };
    } catch (error) {
      return { failed: true, told: String((error as { stderr: unknown }).stderr) };
    }
  }
  return { ...{ root, tree, program, make } };
}

async function everyFile(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (
    await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')))
  ).join('\n');
}

describe('make secrets-edit', () => {
  test('says how to get what is missing, one thing after the other', async () => {
    const { make, program } = await checkout([]);
    expect(make('secrets-edit')).toEqual({
      failed: true,
      told: expect.stringMatching(/sops is missing.*brew install sops/s),
    });
    await program('sops', 'exit 9');
    expect(make('secrets-edit')).toEqual({
      failed: true,
      told: expect.stringMatching(/age is missing.*apt-get install age/s),
    });
    await program('age-keygen', 'exit 9');
    expect(make('secrets-edit')).toEqual({
      failed: true,
      told: expect.stringMatching(/no \.sops\.yaml.*age-keygen -o.*cp \.sops\.example\.yaml/s),
    });
  });

  test.skipIf(!which('sops') || !which('age-keygen'))(
    'keeps what is typed encrypted, out of the checkout while it is plain, and gives it to containers',
    async () => {
      const { root, tree, make, program } = await checkout(['sops', 'age-keygen']);
      const key = join(root, 'key.txt');
      execFileSync(String(which('age-keygen')), ['-o', key], { stdio: 'pipe' });
      const [, recipient = ''] = /public key: (\S+)/.exec(await readFile(key, 'utf8')) ?? [];
      const rules = await readFile(join(tree, '.sops.example.yaml'), 'utf8');
      await writeFile(join(tree, '.sops.yaml'), rules.replace('AGE_PUBLIC_KEY', recipient));
      const where = join(root, 'edited');
      await program(
        'editor',
        `printf %s "$1" > '${where}'\nsed -i 's/^# HTTP_TOKEN=.*/HTTP_TOKEN=${TOKEN}/' "$1"`,
      );

      expect(make('secrets-edit', { EDITOR: 'editor', SOPS_AGE_KEY_FILE: key })).toMatchObject({
        failed: false,
      });
      expect((await readFile(where, 'utf8')).startsWith(tree)).toBe(false);
      const kept = await readFile(join(tree, 'config/secrets.enc.env'), 'utf8');
      expect(kept).toMatch(/^HTTP_TOKEN=ENC\[/m);
      expect(await everyFile(tree)).not.toContain(TOKEN);
      // Looked at, and left as it is.
      await program('reader', 'exit 0');
      expect(make('secrets-edit', { EDITOR: 'reader', SOPS_AGE_KEY_FILE: key })).toMatchObject({
        failed: false,
      });
      expect(await readFile(join(tree, 'config/secrets.enc.env'), 'utf8')).toBe(kept);

      await program('docker', `[ "$2" = version ] || { echo "$@"; cat "$LLM_INTENT_SECRETS"; }`);
      const { failed, told } = make('up', { SOPS_AGE_KEY_FILE: key });
      expect(failed).toBe(false);
      expect(told).toContain(`HTTP_TOKEN=${TOKEN}`);
      const [, file = ''] = /^compose --env-file (.+) up --build --detach --wait$/m.exec(told) ?? [];
      expect(file.startsWith(tree)).toBe(false);
      await expect(stat(file)).rejects.toThrow('ENOENT');
      expect(make('up')).toMatchObject({ failed: true });
    },
  );
});
