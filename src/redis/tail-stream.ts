import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** Milliseconds that one question to Redis waits for something new. */
const BLOCK_MS = 5000;
const MOST_ENTRIES = 100;
/** Milliseconds until the next try after one that failed. */
const PAUSE_MS = 1000;

/**
 * Hears what is added to a stream from now on, until the signal.
 *
 * @param redis a connection of its own, because waiting blocks it; closed at the end
 * @param heard told the fields of each entry, names and values by turns
 * @param failed told of each question that Redis refused; it is put again
 */
export async function tailStream({
  redis,
  stream,
  heard,
  failed,
  signal,
}: {
  readonly redis: Redis;
  readonly stream: string;
  readonly heard: (fields: readonly string[]) => void;
  readonly failed: (error: Error) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const disconnect = (): void => redis.disconnect();
  signal.addEventListener('abort', disconnect, { once: true });
  let after: string | undefined;
  while (!signal.aborted) {
    try {
      // "$" each time would miss what comes between two questions.
      after ??= (await redis.xrevrange(stream, '+', '-', 'COUNT', 1))[0]?.[0] ?? '0-0';
      const found = await redis.xread('COUNT', MOST_ENTRIES, 'BLOCK', BLOCK_MS, 'STREAMS', stream, after);
      for (const [id, fields] of found?.[0]?.[1] ?? []) {
        after = id;
        if (!signal.aborted) heard(fields);
      }
    } catch (error) {
      if (signal.aborted) return;
      failed(error as Error);
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
