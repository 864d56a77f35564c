import { hash, randomUUID } from 'node:crypto';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import { liveThroughAll, USERS, type User } from '../support/live-through-all.ts';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { listenToCommands } from '../support/used-commands.ts';

const ACL = join(import.meta.dirname, '../../config/redis-acl.conf');
const SOURCE = join(import.meta.dirname, '../../src');
vi.setConfig({ testTimeout: 120_000 });

/** A Redis with the users of the file, their passwords put in as the file says; the test itself is `default`. */
async function startGuardedRedis(): Promise<OwnRedis & { urlOf(user: User): string }> {
  const password = randomUUID();
  const rules = (await readFile(ACL, 'utf8'))
    .replaceAll(/\w+_PASSWORD_SHA256/g, hash('sha256', password))
    .replace('user default off', '');
  const file = join(await temporaryFolder(), 'acl.conf');
  await writeFile(file, rules);
  const own = await startOwnRedis({ extraArguments: ['--include', file] });
  return { ...own, urlOf: (user) => `redis://${user}:${password}@127.0.0.1:${own.port}` };
}

/** Commands and key patterns that the file gives each user. */
async function allowed(user: User): Promise<{ commands: string[]; patterns: string[] }> {
  const line = (await readFile(ACL, 'utf8')).split('\n').find((each) => each.startsWith(`user ${user} `));
  const words = line?.split(/\s+/) ?? [];
  return {
    commands: words.filter((word) => word.startsWith('+')).map((word) => word.slice(1)),
    patterns: words.flatMap((word) => /^(?:%R)?~(.+)$/.exec(word)?.[1] ?? []),
  };
}

function matchesGlob(key: string, pattern: string): boolean {
  return pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern;
}

async function commandFamilies(redis: Redis): Promise<Set<string>> {
  const names = (await redis.call('COMMAND', 'LIST')) as string[];
  return new Set(names.filter((name) => name.includes('|')).map((name) => name.split('|')[0] ?? ''));
}

test('each user may do what its programs do, and nothing else', async () => {
  const guarded = await startGuardedRedis();
  const { redis } = guarded;
  const used = listenToCommands(await commandFamilies(redis));
  await liveThroughAll({ redis, whereFor: (user) => ({ REDIS_URL: guarded.urlOf(user) }) });
  expect(await redis.call('ACL', 'LOG')).toEqual([]);
  const keys = await redis.keys('*');
  for (const user of USERS) {
    const { commands, patterns } = await allowed(user);
    const missing = [...used.of(user)].filter((command) => !commands.includes(command));
    const needless = commands.filter((command) => !used.of(user).has(command));
    // A pattern that no key fits any more belongs to nobody.
    const unmatched = patterns.filter((pattern) => !keys.some((key) => matchesGlob(key, pattern)));
    expect({ user, missing, needless, unmatched }).toEqual({
      user,
      missing: [],
      needless: [],
      unmatched: [],
    });
  }
});

test('no branch of the source asks Redis for what nobody may do', async () => {
  const { redis } = await startGuardedRedis();
  const known = new Set((await redis.call('COMMAND', 'LIST')) as string[]);
  const users = await Promise.all(USERS.map(allowed));
  const permitted = new Set(users.flatMap(({ commands }) => commands.map((name) => name.split('|')[0])));
  const asked = new Map<string, string>();
  for (const file of await readdir(SOURCE, { recursive: true })) {
    // The Redis that is started for nobody else has no users; what a cluster is asked, cluster.test.ts asks one with users.
    if (!file.endsWith('.ts') || ['redis/private-redis.ts', 'redis/slot-connector.ts'].includes(file))
      continue;
    const lines = await readFile(join(SOURCE, file), 'utf8');
    for (const [, command = ''] of lines.matchAll(/\b(?:redis|reader|pipeline|transaction)\.(\w+)\(/g)) {
      if (known.has(command)) asked.set(command, file);
    }
  }
  expect(asked.size).toBeGreaterThan(25);
  expect([...asked].filter(([command]) => !permitted.has(command))).toEqual([]);
});

test('a Redis does not start on passwords that nobody has put in', async () => {
  const file = join(await temporaryFolder(), 'acl.conf');
  await copyFile(ACL, file);
  await expect(startOwnRedis({ extraArguments: ['--include', file] })).rejects.toThrow(
    'SERVICE_PASSWORD_SHA256',
  );
});
