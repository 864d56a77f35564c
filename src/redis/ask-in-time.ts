import type { Redis } from 'ioredis';

/** Milliseconds a scrape waits for Redis. */
const SCRAPE_TIMEOUT_MS = 1000;

/**
 * Asks something for a scrape, which cannot wait.
 *
 * @returns undefined where Redis does not tell within a second
 */
export async function askInTime<Found>(redis: Redis, ask: () => Promise<Found>): Promise<Found | undefined> {
  if (redis.status !== 'ready') return undefined;
  const late = new Promise<undefined>((resolve) => {
    setTimeout(resolve, SCRAPE_TIMEOUT_MS, undefined).unref();
  });
  return Promise.race([ask().catch(() => undefined), late]);
}
