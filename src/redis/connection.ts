import { once } from 'node:events';
import { Redis, type RedisOptions } from 'ioredis';
import { readSentinelUrl, type SentinelAddress } from '../redis-address.ts';
import { unlessAborted } from '../waiting.ts';

/** Milliseconds between two tries to reach Redis, at most. */
const MAX_RECONNECT_DELAY_MS = 1000;

/** Milliseconds between two tries to find a master where a replica was found. */
const DEMOTED_DELAY_MS = 250;

/** Milliseconds after which the next Sentinel is asked: one that hangs still takes connections. */
const SENTINEL_ANSWER_MS = 2000;

export interface ConnectionEvents {
  /** The connection broke or could not be made; it goes on trying by itself. */
  readonly lost: (error: Error) => void;
  readonly ready: () => void;
}

/**
 * Opens a connection that never gives up: what was sent and not answered is sent again after a reconnect, so
 * every script sent over it has to bear being run twice. So is what a demoted master refused: its address leads to the
 * new one as soon as whoever moved the master has moved that too.
 *
 * There is no command timeout on purpose: one that fires while Redis is frozen leaves entries delivered to a
 * reader that has stopped listening. See `answered` for a peer that is gone without a word.
 */
export function openConnection({
  url,
  name,
  events,
}: {
  /** Of one Redis, or of what Sentinels watch, as `sentinelUrl` writes it. */
  url: string;
  /** Shown by `CLIENT LIST`. */
  name: string;
  events: ConnectionEvents;
}): Redis {
  let demoted = false;
  const options: RedisOptions = {
    connectionName: name,
    // A Redis older than 7.2 knows no such command, so that no list of permissions could name it.
    disableClientInfo: true,
    maxRetriesPerRequest: null,
    connectTimeout: 5000,
    retryStrategy(attempt) {
      if (!demoted) return Math.min(25 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_DELAY_MS);
      demoted = false;
      return DEMOTED_DELAY_MS;
    },
    reconnectOnError({ message }) {
      demoted = message.startsWith('READONLY');
      // 2: and send it again.
      return demoted ? 2 : false;
    },
  };
  const watched = readSentinelUrl(url);
  const redis = watched ? new Redis({ ...options, ...masterOf(watched) }) : new Redis(url, options);
  redis.on('error', events.lost);
  redis.on('ready', events.ready);
  return redis;
}

/** A connection moves to the new master as soon as one Sentinel tells of it. */
function masterOf({ sentinels, isEncrypted, ...master }: SentinelAddress): RedisOptions {
  return {
    ...master,
    sentinels: [...sentinels],
    failoverDetector: true,
    sentinelCommandTimeout: SENTINEL_ANSWER_MS,
    ...(isEncrypted && { tls: {}, enableTLSForSentinelMode: true }),
  };
}

/**
 * Waits until a connection is ready.
 *
 * @throws the signal's reason when it is aborted first
 */
export async function connected(redis: Redis, signal: AbortSignal): Promise<void> {
  if (redis.status !== 'ready') await once(redis, 'ready', { signal });
}

/**
 * Waits for an answer and replaces the connection whenever that takes longer than `limitMs`: the other end may be
 * gone without a word. What was not answered is sent again over the new one. (ioredis's own `socketTimeout` leaves a
 * timer behind that keeps the process alive.)
 *
 * @param signal ends the wait. It is needed where the connection is closed for good as well: ioredis settles nothing
 *   that was sent before, when it is closed while it waits to reconnect.
 * @throws the signal's reason when it is aborted first
 */
export async function answered<Answer>(
  answer: Promise<Answer>,
  { redis, limitMs, signal }: { redis: Redis; limitMs: number; signal: AbortSignal },
): Promise<Answer> {
  const watchdog = setInterval(() => redis.disconnect(true), limitMs);
  try {
    return await unlessAborted(answer, signal);
  } finally {
    clearInterval(watchdog);
  }
}
