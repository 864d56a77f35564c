import type { Redis } from 'ioredis';
import { keysStarting } from '../redis/scan-keys.ts';
import { unlessAborted } from '../waiting.ts';

/**
 * Erases strings that hold what somebody said.
 *
 * @param start how their keys begin
 * @param isTheirs whether a string names whom it is about
 * @returns how many there were
 * @throws an error of Redis; the signal's reason when it is aborted
 */
export async function eraseTexts(
  redis: Redis,
  {
    start,
    isTheirs,
    signal,
  }: {
    readonly start: string;
    readonly isTheirs: (kept: string) => boolean;
    readonly signal: AbortSignal;
  },
): Promise<number> {
  let erased = 0;
  for await (const keys of keysStarting(redis, start, signal)) {
    for (const key of keys) {
      const kept = await unlessAborted(redis.get(key), signal);
      if (kept !== null && isTheirs(kept)) erased += await unlessAborted(redis.del(key), signal);
    }
  }
  return erased;
}
