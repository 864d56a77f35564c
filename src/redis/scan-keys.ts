import type { Redis } from 'ioredis';
import { unlessAborted } from '../waiting.ts';

/**
 * Every key that starts so, a page at a time. One may come twice, and one that is written meanwhile may not come.
 *
 * @throws an error of Redis; the signal's reason when it is aborted
 */
export async function* keysStarting(
  redis: Redis,
  start: string,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const pattern = `${start.replaceAll(/[*?[\]\\]/g, String.raw`\$&`)}*`;
  let cursor = '0';
  do {
    const [next, keys] = await unlessAborted(redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1000), signal);
    if (keys.length > 0) yield keys;
    cursor = next;
  } while (cursor !== '0');
}
