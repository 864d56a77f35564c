import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { QuickAnswers } from '../redis/quick-answers.ts';
import { bindScript } from '../redis/script.ts';

/** Who asked lately, of all replicas; so many at most. */
export interface RecentOrigins {
  /** Never fails and needs no waiting. */
  note(origin: string): void;
  /** The latest first; where Redis is away, those that asked this process. */
  list(): Promise<readonly string[]>;
}

const MOST = 200;
/** Milliseconds in which one origin is noted once. */
const NOTE_EVERY_MS = 60_000;
/** Seconds without anybody asking after which all are forgotten: the longest window. */
const KEPT_S = 86_400;

/**
 * Notes an origin at the time that Redis tells, and forgets the ones that asked longest ago.
 *
 * KEYS: the origins. ARGV: an origin, how many are kept, for how many seconds.
 */
const NOTE = `#!lua
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] + time[2] / 1000000, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time[1] - ARGV[3])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
`;

export function createRecentOrigins({
  redis,
  quick,
  keyPrefix,
  clock,
}: {
  redis: Redis;
  quick: QuickAnswers;
  keyPrefix: string;
  clock: Clock;
}): RecentOrigins {
  const key = `${keyPrefix}v1:limits:origins`;
  const noteOrigin = bindScript(redis, { name: 'noteOrigin', numberOfKeys: 1, lua: NOTE });
  /** When each was noted last, by the monotonic clock. */
  const noted = new LRUCache<string, number>({ max: MOST });

  return {
    note(origin) {
      const now = clock.monotonic();
      if (now - (noted.get(origin) ?? Number.NEGATIVE_INFINITY) < NOTE_EVERY_MS) return;
      noted.set(origin, now);
      void quick.ask('note', () => noteOrigin([key], [origin, MOST, KEPT_S]));
    },
    async list() {
      return (await quick.ask('list', () => redis.zrevrange(key, 0, -1))) ?? [...noted.keys()];
    },
  };
}
