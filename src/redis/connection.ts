import { once } from 'node:events';
import { Redis, type RedisOptions } from 'ioredis';
import { readClusterUrl, readSentinelUrl, type SentinelAddress } from '../redis-address.ts';
import { unlessAborted } from '../waiting.ts';
import { redisErrorCode } from './script.ts';
import { SentinelSearch } from './sentinel-search.ts';
import { requireKind } from './server-check.ts';
import { slotConnector } from './slot-connector.ts';

/** Milliseconds between two tries to reach Redis, at most. */
const MAX_RECONNECT_DELAY_MS = 1000;

/** Milliseconds that a connection may take to be made, and as many that Redis may take then to say how it is. */
const BEGINNING_MS = 5000;

/** Milliseconds between two tries to find a master where another node was found. */
const ELSEWHERE_DELAY_MS = 250;

/** What a Redis answers that is no master any more. */
const DEMOTED = new Set(['READONLY']);
/** What a node of a cluster answers as well, while a slot is on its way to another, or has come there. */
const MOVED = new Set([...DEMOTED, 'MOVED', 'ASK', 'TRYAGAIN', 'CLUSTERDOWN']);

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
  key,
  name,
  events,
}: {
  /** Of one Redis, of what Sentinels watch, as `sentinelUrl` writes it, or of a cluster, as `clusterUrl` does. */
  url: string;
  /** One of those that are asked for over it. On a cluster the others lie in the same slot. */
  key: string;
  /** Shown by `CLIENT LIST`. */
  name: string;
  events: ConnectionEvents;
}): Redis {
  const cluster = readClusterUrl(url);
  const watched = readSentinelUrl(url);
  const elsewhere = cluster ? MOVED : DEMOTED;
  let isElsewhere = false;
  const options: RedisOptions = {
    connectionName: name,
    // A Redis older than 7.2 knows no such command, so that no list of permissions could name it.
    disableClientInfo: true,
    maxRetriesPerRequest: null,
    connectTimeout: BEGINNING_MS,
    retryStrategy(attempt) {
      if (!isElsewhere) return Math.min(25 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_DELAY_MS);
      isElsewhere = false;
      return ELSEWHERE_DELAY_MS;
    },
    reconnectOnError(error) {
      isElsewhere = elsewhere.has(redisErrorCode(error));
      // 2: and send it again.
      return isElsewhere ? 2 : false;
    },
  };
  const redis = open();
  redis.on('error', events.lost);
  redis.on('ready', events.ready);
  // What was made and is not ready yet takes no commands, so nobody waits for an answer who would notice that it is silent.
  let beginning: NodeJS.Timeout | undefined;
  redis.on('connect', () => {
    beginning = setTimeout(() => redis.disconnect(true), BEGINNING_MS).unref();
  });
  for (const event of ['ready', 'close']) redis.on(event, () => clearTimeout(beginning));
  return redis;

  function open(): Redis {
    if (watched) return new Redis({ ...options, ...masterOf(watched) });
    if (!cluster) return new Redis(url, options);
    const { nodes: _, isEncrypted, ...user } = cluster;
    return new Redis({
      ...{ ...options, ...user, Connector: slotConnector(cluster, key) },
      ...(isEncrypted && { tls: {} }),
    });
  }
}

/** A connection moves to the new master as soon as one Sentinel tells of it. */
function masterOf({ sentinels, isEncrypted, access, ...master }: SentinelAddress): RedisOptions {
  return {
    ...master,
    sentinels: [...sentinels],
    Connector: SentinelSearch,
    failoverDetector: true,
    sentinelCommandTimeout: SENTINEL_ANSWER_MS,
    ...(isEncrypted && { tls: {}, enableTLSForSentinelMode: true }),
    ...(access.username !== undefined && { sentinelUsername: access.username }),
    ...(access.password !== undefined && { sentinelPassword: access.password }),
    ...(access.isEncrypted && { sentinelTLS: {} }),
  };
}

/**
 * Waits until a connection is ready.
 *
 * @throws why it cannot be made; Mistake where the address is of a Redis of another kind; the signal's reason when it is
 *   aborted first
 */
export async function connected(redis: Redis, signal: AbortSignal): Promise<void> {
  if (redis.status !== 'ready') await once(redis, 'ready', { signal });
  const { Connector, sentinels } = redis.options;
  await requireKind(redis, { isOfCluster: Connector !== undefined && !sentinels, signal });
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
  // While it is being made anew there is nothing to replace, and who looks for a master would look no more.
  const replace = (): void => {
    if (redis.status === 'ready' || redis.status === 'connect') redis.disconnect(true);
  };
  const watchdog = setInterval(replace, limitMs);
  try {
    return await unlessAborted(answer, signal);
  } finally {
    clearInterval(watchdog);
  }
}
