import { expect, test } from 'vitest';
import type { CacheKey } from '../../../src/cache/key.ts';
import type { CacheOperations } from '../../../src/http/operations.ts';
import { answer, cacheGround, openCache } from '../../support/cache.ts';
import { serveHttp } from '../../support/http.ts';

const never = new AbortController().signal;
const KEY: CacheKey = { entry: 'a', call: 'a' };

/** A server that is asked about the cache only. */
async function serve(cache: CacheOperations, token?: string): Promise<string> {
  const server = await serveHttp({ cache: () => cache }, { token });
  return server.url;
}

test('tells what the cache holds and what it saved, and clears it', async () => {
  const { cache } = await openCache(await cacheGround('sqlite'));
  const url = await serve(cache);
  cache.store(KEY, answer('salon'), 1_500_000);
  expect(cache.lookup(KEY, never)).not.toBeInstanceOf(Promise);
  const told = await fetch(`${url}/api/v1/cache/stats`);
  expect(told.status).toBe(200);
  expect(await told.json()).toEqual({
    backend: 'sqlite',
    entries: 1,
    local: { entries: 1, bytes: expect.any(Number) },
    hits: { local: 1, shared: 0, joined: 0 },
    misses: 0,
    stores: 1,
    corrupted: 0,
    saved_usd: 0.0015,
  });
  const cleared = await fetch(`${url}/api/v1/cache`, { method: 'DELETE' });
  expect([cleared.status, await cleared.json()]).toEqual([200, { cleared: 1 }]);
  expect(cache.lookup(KEY, never)).toBeUndefined();
});

test('asks for the token where there is one', async () => {
  const { cache } = await openCache(await cacheGround('memory'));
  cache.store(KEY, answer('salon'), 1);
  const url = await serve(cache, 'a-long-secret');
  for (const [path, method] of [
    ['/api/v1/cache/stats', 'GET'],
    ['/api/v1/cache', 'DELETE'],
  ] as const) {
    expect((await fetch(url + path, { method })).status).toBe(401);
  }
  expect(cache.lookup(KEY, never)).toBeDefined();
  const headers = { authorization: 'Bearer a-long-secret' };
  const told = await fetch(`${url}/api/v1/cache/stats`, { headers });
  expect(await told.json()).toMatchObject({ backend: 'memory', entries: null });
  expect((await fetch(`${url}/api/v1/cache`, { method: 'DELETE', headers })).status).toBe(200);
  expect(cache.lookup(KEY, never)).toBeUndefined();
});

test('says when the others were not cleared, and when to try again, but nothing of the inside', async () => {
  const { cache } = await openCache(await cacheGround('memory'));
  const clear = async (): Promise<never> => {
    throw new Error('connect ECONNREFUSED 10.0.0.1');
  };
  const response = await fetch(`${await serve({ ...cache, clear })}/api/v1/cache`, { method: 'DELETE' });
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  const problem = await response.text();
  expect(problem).toContain('only this process was cleared');
  expect(problem).not.toContain('10.0.0.1');
});
