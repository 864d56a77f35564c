import { expect, test } from 'vitest';
import { cacheFileIn } from '../../src/cache/sqlite-backend.ts';
import { answer, type BackendName, cacheGround, openCache } from '../support/cache.ts';
import { runCommand } from '../support/command.ts';
import { whereRedisIs } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const never = new AbortController().signal;
const key = (name: string) => ({ entry: name, call: name });

test.each<BackendName>(['redis', 'sqlite'])(
  'stats and clear of a running service that keeps it in %s',
  async (backend) => {
    const dataDir = await temporaryFolder();
    const ground = await cacheGround(backend, { file: cacheFileIn(dataDir) });
    const environment = {
      CACHE_BACKEND: backend,
      DATA_DIR: dataDir,
      KEY_PREFIX: ground.keyPrefix,
      ...(backend === 'redis' && whereRedisIs(ground.keyPrefix.slice(0, -1))),
    };
    const { cache } = await openCache(ground);
    for (const name of ['a', 'b']) cache.store(key(name), answer('salon'), 1_500_000);
    expect(cache.lookup(key('a'), never)).not.toBeInstanceOf(Promise);
    await cache.lookup(key('unknown'), never);
    await expect.poll(async () => (await cache.stats()).entries).toBe(2);

    const json = await runCommand(['cache', 'stats', '--json'], environment);
    expect({ code: json.code, errors: json.errors }).toEqual({ code: 0, errors: '' });
    expect(JSON.parse(json.output)).toEqual({
      backend,
      entries: 2,
      hits: { local: 1, shared: 0, joined: 0 },
      misses: 1,
      stores: 2,
      corrupted: 0,
      saved_usd: '0.0015',
    });
    const text = await runCommand(['cache', 'stats'], environment);
    expect(text.output).toMatch(new RegExp(`^entries +2 \\(${backend}\\)\nhits +1 \\(50 % of 2\\)`));
    expect(text.output).toMatch(/^saved +\$0\.0015$/m);

    const cleared = await runCommand(['cache', 'clear'], environment);
    expect(cleared).toEqual({ code: 0, errors: '', output: '2 entries cleared\n' });
    // The service hears of it.
    await expect.poll(async () => cache.lookup(key('a'), never)).toBeUndefined();
    expect((await runCommand(['cache', 'clear', '--json'], environment)).output).toBe('{"cleared":0}\n');
  },
);

test('says where to ask for a cache in the memory of the service, and which Redis is missing', async () => {
  const memory = await runCommand(['cache', 'stats'], { CACHE_BACKEND: 'memory' });
  expect({ code: memory.code, output: memory.output }).toEqual({ code: 1, output: '' });
  expect(memory.errors).toContain('/api/v1/cache/stats');
  const nowhere = await runCommand(['cache', 'clear']);
  expect(nowhere.code).toBe(2);
  expect(nowhere.errors).toContain('REDIS_URL');
  const away = await runCommand(['cache', 'stats'], { REDIS_URL: 'redis://127.0.0.1:1' });
  expect(away.code).toBe(1);
  expect(away.errors).toMatch(/^llm-intent: cannot reach Redis: .*ECONNREFUSED/);
});
