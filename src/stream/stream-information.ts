import type { Redis } from 'ioredis';

/** @throws an error that names the key which holds something else than a stream */
export async function requireStreams(redis: Redis, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const kind = await redis.type(key);
    if (kind !== 'stream' && kind !== 'none') {
      throw new Error(
        `WRONGTYPE the key ${key} holds a ${kind} where a stream should be: rename the key, or configure another stream`,
      );
    }
  }
}

/** The groups of a stream as `XINFO GROUPS` describes them; none where the stream does not exist. */
export async function groupsOf(redis: Redis, stream: string): Promise<ReadonlyMap<unknown, unknown>[]> {
  if ((await redis.exists(stream)) === 0) return [];
  return ((await redis.xinfo('GROUPS', stream)) as unknown[][]).map(pairs);
}

/** The id of the entry added last, deleted or not; `0-0` where there was none. */
export async function lastId(redis: Redis, stream: string): Promise<string> {
  if ((await redis.exists(stream)) === 0) return '0-0';
  return String(pairs((await redis.xinfo('STREAM', stream)) as unknown[]).get('last-generated-id'));
}

/** What Redis answers as names and values, alternating. */
export function pairs(flat: readonly unknown[]): ReadonlyMap<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (let index = 0; index + 1 < flat.length; index += 2) map.set(flat[index], flat[index + 1]);
  return map;
}
