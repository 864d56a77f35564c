import { once } from 'node:events';
import { Redis } from 'ioredis';

/** Milliseconds between two tries to reach Redis, at most. */
const MAX_RECONNECT_DELAY_MS = 1000;

export interface ConnectionEvents {
  /** The connection broke or could not be made; it goes on trying by itself. */
  readonly lost: (error: Error) => void;
  readonly ready: () => void;
}

/**
 * Opens a connection that never gives up: what was sent and not answered is sent again after a reconnect, so
 * every script sent over it has to bear being run twice.
 *
 * There is no command timeout on purpose: one that fires while Redis is frozen leaves entries delivered to a
 * reader that has stopped listening. A socket that stays silent for `socketTimeoutMs` after a command is
 * replaced instead.
 */
export function openConnection({
  url,
  name,
  socketTimeoutMs,
  events,
}: {
  url: string;
  /** Shown by `CLIENT LIST`. */
  name: string;
  socketTimeoutMs: number;
  events: ConnectionEvents;
}): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    maxRetriesPerRequest: null,
    socketTimeout: socketTimeoutMs,
    connectTimeout: 5000,
    retryStrategy: (attempt) => Math.min(25 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_DELAY_MS),
  });
  redis.on('error', events.lost);
  redis.on('ready', events.ready);
  return redis;
}

/**
 * Waits until a connection is ready.
 *
 * @throws the signal's reason when it is aborted first
 */
export async function connected(redis: Redis, signal: AbortSignal): Promise<void> {
  if (redis.status !== 'ready') await once(redis, 'ready', { signal });
}
