import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { toFields } from '../redis/fields.ts';
import type { Waiting } from './line.ts';
import type { QueueKeys } from './queue-keys.ts';

/** A request that came in, or was there before. */
interface Entered {
  readonly waiting: Waiting;
  /** Somebody had begun with it. */
  readonly wasInWork: boolean;
}

const PAGE = 500;

/** Reads what waits, and then what was added since. */
export function createEntrance({
  redis,
  keys,
  clock,
}: {
  redis: Redis;
  keys: QueueKeys;
  clock: Pick<Clock, 'monotonic'>;
}): {
  /** @returns the next ones; none where all were read. @throws an error of Redis; it is read again then */
  read(): Promise<Entered[]>;
} {
  let after = '0-0';

  async function read(): Promise<Entered[]> {
    const entries = await redis.xrange(keys.waiting, `(${after}`, '+', 'COUNT', PAGE);
    if (entries.length === 0) return [];
    const found = entries.map(([entryId, flat]) => ({ entryId, fields: toFields(flat) }));
    const known = redis.pipeline();
    for (const { fields } of found) {
      known.hmget(keys.record(fields['queue_id'] ?? ''), 'status', 'attempts', 'failures');
    }
    const records = (await known.exec()) ?? [];
    const [seconds] = await redis.time();
    const redisNow = Number(seconds) * 1000;
    const now = clock.monotonic();
    const entered = found.map(({ entryId, fields }, index): Entered => {
      const [error, record] = records[index] ?? [];
      if (error) throw error;
      const [status, attempts, failures] = record as (string | null)[];
      return {
        waiting: {
          entryId,
          queueId: fields['queue_id'] ?? '',
          priority: Number(fields['priority']),
          lane: fields['lane'] ?? '',
          expires: now + Number(fields['expires']) - redisNow,
          attempts: Number(attempts ?? 0),
          failures: Number(failures ?? 0),
          isSuspect: false,
          troubles: 0,
          wasOut: false,
          notBefore: 0,
        },
        wasInWork: status === 'processing',
      };
    });
    after = found.at(-1)?.entryId ?? after;
    return entered;
  }

  return { read };
}
