import { Mistake } from '../intent/mistake.ts';
import { connected, openConnection } from './connection.ts';
import { createPlaces, type Places } from './places.ts';

const CONNECT_TIMEOUT_MS = 5000;

/**
 * Connects to wherever some keys lie, for somebody who waits for it.
 *
 * @throws an error that names the reason when one is not reached within 5 seconds; Mistake where the Redis is of another
 *   kind than its address says; the signal's reason
 */
export async function reachPlaces(
  url: string,
  { keys, signal }: { keys: readonly string[]; signal: AbortSignal },
): Promise<Pick<Places, 'at'> & { close(): void }> {
  let reason = 'no answer';
  const places = createPlaces(url, (key) =>
    openConnection({
      ...{ url, key, name: 'llm-intent:tools' },
      events: {
        lost: ({ message }) => {
          reason = message;
        },
        ready: () => undefined,
      },
    }),
  );
  const close = (): void => {
    for (const redis of places.all()) redis.disconnect();
  };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]);
  try {
    await Promise.all(keys.map((key) => connected(places.at(key), limit)));
    return { at: places.at, close };
  } catch (error) {
    close();
    signal.throwIfAborted();
    if (error instanceof Mistake) throw error;
    throw new Error(`cannot reach Redis: ${reason}`, { cause: error });
  }
}
