import type { Redis } from 'ioredis';
import { bridgeKeys } from '../bridge/bridge-keys.ts';
import { unlessAborted } from '../waiting.ts';

/**
 * What somebody has planned, timers among it. It stays, as it is still to be done.
 *
 * @param group the consumer group of the bridge
 * @param isTheirs whether a plan names whom it is about
 * @returns their ids. @throws an error of Redis; the signal's reason when it is aborted
 */
export async function plansLeft(
  redis: Redis,
  {
    keyPrefix,
    group,
    isTheirs,
    signal,
  }: {
    readonly keyPrefix: string;
    readonly group: string;
    readonly isTheirs: (kept: string) => boolean;
    readonly signal: AbortSignal;
  },
): Promise<readonly string[]> {
  const plans = await unlessAborted(redis.hgetall(bridgeKeys({ keyPrefix, group }).schedules), signal);
  return Object.entries(plans).flatMap(([id, plan]) => (isTheirs(plan) ? [id] : []));
}
