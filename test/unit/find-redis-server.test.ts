import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRedisServer } from '../../src/redis/find-redis-server.ts';
import { fakeCommands } from '../support/fake-commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A machine with these commands, and with Homebrew's folder for what `brew install` brings. */
async function machine(scripts: (folder: string) => Readonly<Record<string, string>>) {
  const folder = await temporaryFolder();
  const bin = await fakeCommands(folder, scripts(folder));
  const lines: string[] = [];
  return {
    bin,
    lines,
    calls: () => readFile(join(folder, 'calls'), 'utf8').catch(() => ''),
    options: {
      environment: { PATH: bin },
      folders: [join(folder, 'brew')],
      report: (line: string) => lines.push(line),
    },
  };
}

/** Shell code that notes the call, then puts a redis-server in place. */
const note = (folder: string) => `echo "$RUNLEVEL $DEBIAN_FRONTEND $*" >>"${folder}/calls"`;
const bring = (path: string) => `printf '#!/bin/sh\\n' >"${path}"; /bin/chmod +x "${path}"`;

test('takes the one on PATH, and installs nothing', async () => {
  const { bin, calls, options } = await machine((folder) => ({
    'redis-server': '',
    'apt-get': note(folder),
  }));
  expect(await findRedisServer(options)).toBe(join(bin, 'redis-server'));
  expect(await calls()).toBe('');
});

test("takes Homebrew's where PATH lacks it", async () => {
  const { bin, options } = await machine(() => ({ 'redis-server': '' }));
  const folders = ['/nowhere', bin];
  expect(await findRedisServer({ ...options, environment: { PATH: '/nowhere' }, folders })).toBe(
    join(bin, 'redis-server'),
  );
});

test('installs it with apt-get as root, asking nothing, starting no service, waiting for the lock', async () => {
  const { bin, calls, lines, options } = await machine((folder) => ({
    id: 'echo 0',
    'apt-get': `${note(folder)}; echo unpacking; ${bring(`${folder}/bin/redis-server`)}`,
  }));
  expect(await findRedisServer(options)).toBe(join(bin, 'redis-server'));
  expect(await calls()).toBe(
    '1 noninteractive --quiet=2 --option DPkg::Lock::Timeout=120 --option Dpkg::Use-Pty=0 --yes --no-install-recommends install redis-server\n',
  );
  expect(lines).toEqual(['redis-server is missing: installing it with apt-get', 'unpacking']);
});

test('fetches the package list where the first try fails', async () => {
  const { bin, calls, options } = await machine((folder) => ({
    id: 'echo 0',
    'apt-get': `${note(folder)}
      case "$*" in
        *update) : >"${folder}/updated" ;;
        *) [ -e "${folder}/updated" ] || { echo 'E: Unable to locate package redis-server' >&2; exit 100; }
           ${bring(`${folder}/bin/redis-server`)} ;;
      esac`,
  }));
  expect(await findRedisServer(options)).toBe(join(bin, 'redis-server'));
  expect((await calls()).match(/ (install|update)/g)).toEqual([' install', ' update', ' install']);
});

test('waits for another process that is fetching the package list', async () => {
  const { calls, options } = await machine((folder) => ({
    id: 'echo 0',
    'apt-get': `${note(folder)}
      case "$*" in
        *update) [ -e "${folder}/again" ] && { : >"${folder}/updated"; exit; }; : >"${folder}/again"
           echo 'E: Could not get lock /var/lib/apt/lists/lock.' >&2; exit 100 ;;
        *) [ -e "${folder}/updated" ] || exit 100
           ${bring(`${folder}/bin/redis-server`)} ;;
      esac`,
  }));
  await findRedisServer(options);
  expect((await calls()).match(/ (install|update)/g)).toEqual([' install', ' update', ' update', ' install']);
});

test('becomes root by sudo where that asks for no password', async () => {
  const { bin, calls, options } = await machine((folder) => ({
    id: 'echo 1000',
    sudo: `echo "sudo $1 $2" >>"${folder}/calls"; shift; [ "$1" = true ] || "$@"`,
    'apt-get': `${note(folder)}; ${bring(`${folder}/bin/redis-server`)}`,
  }));
  expect(await findRedisServer(options)).toBe(join(bin, 'redis-server'));
  expect(await calls()).toMatch(/^sudo -n true\nsudo -n env\n1 noninteractive .*redis-server\n$/);
});

test('installs it with brew where there is no apt-get', async () => {
  const { options } = await machine((folder) => ({
    brew: `/bin/mkdir "${folder}/brew"; ${bring(`${folder}/brew/redis-server`)}`,
  }));
  expect(await findRedisServer(options)).toBe(join(options.folders[0] as string, 'redis-server'));
});

test.for([
  {
    what: 'nothing can install it',
    scripts: {},
    message: 'redis-server is missing: install Redis 7 or newer, or set REDIS_URL',
  },
  {
    what: 'nobody is root',
    scripts: { id: 'echo 1000', sudo: 'echo "a password is required" >&2; exit 1', 'apt-get': '' },
    message:
      'redis-server is missing: install it with "apt-get install redis-server" as root; or set REDIS_URL',
  },
  {
    what: 'apt-get fails',
    scripts: { id: 'echo 0', 'apt-get': 'echo "E: no network" >&2; exit 100' },
    message:
      'redis-server is missing: apt-get could not install it (E: no network); install it with "apt-get install redis-server" as root; or set REDIS_URL',
  },
  {
    what: 'brew fails',
    scripts: { brew: 'echo "Error: no network" >&2; exit 1' },
    message:
      'redis-server is missing: brew could not install it (Error: no network); run "brew install redis"; or set REDIS_URL',
  },
])('says in one line how to get it where $what', async ({ scripts, message }) => {
  const { options } = await machine(() => scripts);
  await expect(findRedisServer(options)).rejects.toThrow(new Error(message));
});

test('gives up when told to', async () => {
  const { options } = await machine(() => ({ id: 'echo 0', 'apt-get': 'exec /bin/sleep 60' }));
  const started = findRedisServer({ ...options, signal: AbortSignal.timeout(300) });
  await expect(started).rejects.toThrow(/timeout/);
});
