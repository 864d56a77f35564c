import type { Redis } from 'ioredis';
import { answersOnce } from '../redis/answer-once.ts';
import { keysStarting } from '../redis/scan-keys.ts';
import { unlessAborted } from '../waiting.ts';

/**
 * Erases answers that are kept so that the same request gets them again (`Idempotency-Key`).
 *
 * @param isTheirs whether an answer names whom it is about
 * @returns how many there were
 * @throws an error of Redis; the signal's reason when it is aborted
 */
export async function eraseAnswers(
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
  let erased = 0;
  for await (const keys of keysStarting(redis, answersOnce(keyPrefix), signal)) {
    for (const key of keys) {
      const kept = await unlessAborted(redis.get(key), signal);
      if (kept !== null && isTheirs(kept)) erased += await unlessAborted(redis.del(key), signal);
    }
  }
  return erased;
}
