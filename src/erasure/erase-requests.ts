import type { Redis } from 'ioredis';
import { queueKeys } from '../queue/queue-keys.ts';
import { keysStarting } from '../redis/scan-keys.ts';
import { unlessAborted } from '../waiting.ts';
import { eraseTexts } from './erase-texts.ts';

/**
 * Erases what is asked by requests that wait for a model, which are then never answered, and what was answered to those
 * that waited. Of one that is answered just now the answer is not kept.
 *
 * @param isTheirs whether a request, or an answer, names whom it is about
 * @returns how many there were
 * @throws an error of Redis; the signal's reason when it is aborted
 */
export async function eraseRequests(
  redis: Redis,
  {
    keyPrefix,
    isTheirs,
    signal,
  }: {
    readonly keyPrefix: string;
    readonly isTheirs: (kept: string) => boolean;
    readonly signal: AbortSignal;
  },
): Promise<number> {
  const { said, record } = queueKeys(keyPrefix);
  let erased = await eraseTexts(redis, { start: said(''), isTheirs, signal });
  for await (const keys of keysStarting(redis, record(''), signal)) {
    for (const key of keys) {
      const result = await unlessAborted(redis.hget(key, 'result'), signal);
      if (result !== null && isTheirs(result)) {
        erased += await unlessAborted(redis.hdel(key, 'result'), signal);
      }
    }
  }
  return erased;
}
