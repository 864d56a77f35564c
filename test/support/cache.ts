import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { BackendEvents, CacheBackend } from '../../src/cache/backend.ts';
import { type Cache, createCache } from '../../src/cache/cache.ts';
import type { KeepFor } from '../../src/cache/keeping.ts';
import { openRedisBackend } from '../../src/cache/redis-backend.ts';
import { openSqliteBackend } from '../../src/cache/sqlite-backend.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { Recognition } from '../../src/intent/recognition.ts';
import { connected, openConnection } from '../../src/redis/connection.ts';
import { ownName } from './shared.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type BackendName = 'redis' | 'sqlite' | 'memory';
type Connect = (events: BackendEvents) => CacheBackend | Promise<CacheBackend>;

/** Where the replicas of one test keep their entries, and what lies there. */
export interface CacheGround {
  /** What `createCache` is handed; a connection of its own each time. */
  readonly connect: Connect | undefined;
  readonly keyPrefix: string;
  /** The file of the sqlite backend. */
  readonly file: string;
}

/** @param url of a Redis; the shared one where left out */
export async function cacheGround(
  name: BackendName,
  {
    url,
    clock = systemClock,
    megabytes = 8,
    keyPrefix = `${ownName()}:`,
    file,
  }: {
    readonly url?: string;
    readonly clock?: Clock;
    readonly megabytes?: number;
    readonly keyPrefix?: string;
    readonly file?: string;
  } = {},
): Promise<CacheGround> {
  const database = file ?? join(await temporaryFolder(), 'cache.sqlite');
  const connect: Record<BackendName, Connect | undefined> = {
    async redis(events) {
      const redis = openConnection({
        ...{ url: url ?? inject('redisUrl'), key: keyPrefix, name: 'test:cache' },
        events: { lost: () => undefined, ready: () => undefined },
      });
      onTestFinished(() => redis.disconnect());
      await connected(redis, AbortSignal.timeout(10_000));
      return openRedisBackend({ redis, keyPrefix, clock, events });
    },
    sqlite: (events) => openSqliteBackend({ file: database, megabytes, clock, events }),
    memory: undefined,
  };
  return { connect: connect[name], keyPrefix, file: database };
}

/** A replica's cache with what it told, closed when the test ends. */
export interface TestCache {
  readonly cache: Cache;
  readonly told: string[];
}

export async function openCache(
  ground: CacheGround,
  {
    clock = systemClock,
    mode = 'on',
    local = { entries: 1000, megabytes: 1 },
    lifetimes = { answer: 300_000, confirmed: 0, unclear: 30_000 },
  }: Partial<Pick<Parameters<typeof createCache>[0], 'clock' | 'mode' | 'local'>> & {
    readonly lifetimes?: KeepFor;
  } = {},
): Promise<TestCache> {
  const told: string[] = [];
  const cache = await createCache({
    mode,
    lifetimes: () => lifetimes,
    local,
    ...(ground.connect && { connect: ground.connect }),
    areaOf: () => undefined,
    clock,
    events: {
      trouble: (operation, message) => told.push(`trouble ${operation}: ${message}`),
      recovered: (operation) => told.push(`recovered ${operation}`),
      corrupted: () => told.push('corrupted'),
    },
  });
  onTestFinished(() => cache.close());
  return { cache, told };
}

/** A clock that a test moves on. */
export function movableClock(start = 1_795_250_000_000): Clock & { pass(milliseconds: number): void } {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now - start,
    pass(milliseconds) {
      now += milliseconds;
    },
  };
}

/** As a model answers: it turns a light on. */
export function answer(area: string): Recognition {
  return {
    source: 'llm',
    meaning: {
      status: 'recognized',
      kind: 'action',
      actions: [{ intent: 'light.turn_on', entities: { area } }],
      confidence: 0.9,
      requiresConfirmation: false,
    },
  };
}
