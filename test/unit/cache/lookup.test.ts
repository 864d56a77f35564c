import { expect, test } from 'vitest';
import { type CacheBackend, NO_COUNTS } from '../../../src/cache/backend.ts';
import { answer, openCache } from '../../support/cache.ts';

const never = new AbortController().signal;
const key = { entry: 'a', call: 'a' };

test('an answer that came while Redis was asked is found, though Redis did not have it', async () => {
  const reading = Promise.withResolvers<string | undefined>();
  const backend: CacheBackend = {
    name: 'redis',
    read: () => reading.promise,
    write: () => undefined,
    clear: async () => 0,
    count: async () => 0,
    report: () => undefined,
    allCounts: async () => NO_COUNTS,
    close: async () => undefined,
  };
  const { cache } = await openCache({ connect: () => backend, keyPrefix: '', file: '' });
  const lookup = cache.lookup(key, never);
  cache.store(key, answer('salon'), 123);
  reading.resolve(undefined);
  expect(await lookup).toMatchObject({ meaning: answer('salon').meaning, cost: 123 });
  expect(cache.counts()).toMatchObject({ local: 1, misses: 0 });
});
