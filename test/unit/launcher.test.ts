import { execFile } from 'node:child_process';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { fakeCommands } from '../support/fake-commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const launcher = join(import.meta.dirname, '../../bin/llm-intent');

/** A checkout whose command line tells how it was run, on a machine whose `node` is of the version given. */
async function checkout({
  machineNode,
  pinnedNode,
}: {
  readonly machineNode?: string;
  readonly pinnedNode?: string;
}) {
  const folder = await temporaryFolder();
  const root = join(folder, 'check out');
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'src'));
  await mkdir(join(root, 'node_modules/.bin'), { recursive: true });
  await copyFile(launcher, join(root, 'bin/llm-intent'));
  await writeFile(
    join(root, 'src/main.ts'),
    'const told: readonly string[] = [process.cwd(), process.title, ...process.argv.slice(1)];\nconsole.log(JSON.stringify(told));',
  );
  const node = (version: string, title: string) =>
    `[ "$1" = --version ] && { echo ${version}; exit; }\nexec "${process.execPath}" --title=${title} "$@"`;
  const path = await fakeCommands(
    folder,
    machineNode === undefined ? {} : { node: node(machineNode, 'machine') },
  );
  for (const command of ['readlink', 'dirname']) {
    await symlink(`/usr/bin/${command}`, join(path, command));
  }
  if (pinnedNode !== undefined) {
    const pinned = join(root, 'node_modules/.bin/node');
    await writeFile(pinned, `#!/bin/sh\n${node(pinnedNode, 'pinned')}`, { mode: 0o755 });
  }
  return { root, folder, options: { cwd: folder, env: { PATH: path } } };
}

const told = (output: { readonly stdout: string }) => JSON.parse(output.stdout);

test("runs the command line with the machine's Node, in the caller's folder, arguments untouched", async () => {
  const { root, folder, options } = await checkout({ machineNode: 'v26.1.0', pinnedNode: 'v24.21.0' });
  const output = await run(join(root, 'bin/llm-intent'), ['recognize', 'zapal  światło', '', '*'], options);
  expect(told(output)).toEqual([
    folder,
    'machine',
    join(root, 'src/main.ts'),
    'recognize',
    'zapal  światło',
    '',
    '*',
  ]);
});

test.for([{ machineNode: 'v20.20.2' }, { machineNode: 'nonsense' }, {}])(
  'runs with the pinned Node where the machine has $machineNode',
  async (machine) => {
    const { root, options } = await checkout({ ...machine, pinnedNode: 'v24.21.0' });
    expect(told(await run(join(root, 'bin/llm-intent'), [], options))[1]).toBe('pinned');
  },
);

test('finds its checkout through symbolic links, relative and absolute', async () => {
  const { root, folder, options } = await checkout({ pinnedNode: 'v24.21.0' });
  await mkdir(join(folder, 'links'));
  await symlink('../check out/bin/llm-intent', join(folder, 'links/relative'));
  await symlink(join(folder, 'links/relative'), join(folder, 'absolute'));
  const output = await run(join(folder, 'absolute'), [], options);
  expect(told(output)[2]).toBe(join(root, 'src/main.ts'));
});

test('finds its checkout when run by the name of its folder', async () => {
  const { root, options } = await checkout({ pinnedNode: 'v24.21.0' });
  const output = await run('./llm-intent', [], { ...options, cwd: join(root, 'bin') });
  expect(told(output).slice(0, 3)).toEqual([join(root, 'bin'), 'pinned', join(root, 'src/main.ts')]);
});

test('says in one line what to do where there is no new Node', async () => {
  const { root, options } = await checkout({ machineNode: 'v20.20.2' });
  await expect(run(join(root, 'bin/llm-intent'), [], options)).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: `llm-intent: no Node 24 or newer was found: run "npm ci" in ${root}, which brings one, or install Node 24\n`,
  });
});

test('says in one line what to do where the dependencies are missing', async () => {
  const { root, folder, options } = await checkout({ machineNode: 'v24.0.0' });
  await mkdir(join(folder, 'bare/bin'), { recursive: true });
  await copyFile(join(root, 'bin/llm-intent'), join(folder, 'bare/bin/llm-intent'));
  await expect(run(join(folder, 'bare/bin/llm-intent'), [], options)).rejects.toMatchObject({
    code: 1,
    stderr: `llm-intent: the dependencies are not installed: run "npm ci" in ${join(folder, 'bare')}\n`,
  });
});
