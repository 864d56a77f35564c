import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A folder of commands to stand for a machine's PATH: shell scripts under the names given, and of the real ones
 * only `env` and `id`.
 *
 * @returns the folder.
 */
export async function fakeCommands(
  folder: string,
  scripts: Readonly<Record<string, string>>,
): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const name of ['env', 'id'].filter((candidate) => !(candidate in scripts))) {
    await symlink(`/usr/bin/${name}`, join(bin, name));
  }
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}
