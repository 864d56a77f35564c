import type { Redis } from 'ioredis';
import { type Cache, createCache } from '../cache/cache.ts';
import { openRedisBackend } from '../cache/redis-backend.ts';
import { cacheFileIn, openSqliteBackend } from '../cache/sqlite-backend.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import type { Mode } from '../intent/mode.ts';
import type { ModelPathEvents } from './model-path-events.ts';

/** The cache as the configuration wants it. Answers are kept for longer in economy. */
export function openCache({
  config: { cache: settings, mode: modes, redis, data_dir: folder },
  areaOf,
  memory,
  mode,
  clock,
  events,
}: {
  config: Config;
  areaOf: (entityId: string) => string | undefined;
  memory: Redis;
  mode: () => Mode;
  clock: Clock;
  events: ModelPathEvents;
}): Promise<Cache> {
  const { backend } = settings;
  const economySeconds = Math.max(settings.ttl_seconds, modes.economy.ttl_seconds);
  const behind = {
    redis: (heard: Parameters<typeof openRedisBackend>[0]['events']) =>
      openRedisBackend({ redis: memory, keyPrefix: redis.key_prefix, clock, events: heard }),
    sqlite: (heard: Parameters<typeof openRedisBackend>[0]['events']) =>
      openSqliteBackend({ file: cacheFileIn(folder), clock, events: heard }),
  };
  return createCache({
    mode: settings.mode,
    lifetimes: () => ({
      answer: (mode() === 'economy' ? economySeconds : settings.ttl_seconds) * 1000,
      confirmed: settings.confirmed_ttl_seconds * 1000,
      unclear: settings.unclear_ttl_seconds * 1000,
    }),
    local: { entries: settings.local_entries, megabytes: settings.local_megabytes },
    ...(backend !== 'memory' && { connect: behind[backend] }),
    areaOf,
    clock,
    events: {
      trouble: (operation, message) => events.trouble('cache', operation, message),
      recovered: (operation) => events.recovered('cache', operation),
      corrupted: (id) => events.trouble('cache', 'read', `the entry ${id} cannot be read and counts as none`),
    },
  });
}
