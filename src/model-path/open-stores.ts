import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { type AnswerBooks, createAnswerBooks } from '../budget/answer-books.ts';
import { createKeyedHash, type KeyedHash } from '../budget/keyed-hash.ts';
import { createLedger, LEDGER_DEFAULTS, type Ledger } from '../budget/ledger.ts';
import { encodeThreshold } from '../budget/thresholds.ts';
import { createWebhook } from '../budget/webhook.ts';
import type { Cache } from '../cache/cache.ts';
import type { Clock } from '../clock.ts';
import { budgetLimits } from '../config/budget-limits.ts';
import type { Config } from '../config/schema.ts';
import type { Mode } from '../intent/mode.ts';
import { rulesGoFirst } from '../plan-models.ts';
import { keyOfRoom } from '../room-keys.ts';
import { unlessAborted } from '../waiting.ts';
import type { ModelPathEvents } from './model-path-events.ts';
import { openCache } from './open-cache.ts';

/** What is kept beside the models, whichever are asked: the money, what is known already, and how often who asked. */
export interface ModelStores {
  readonly ledger: Ledger;
  /** Names people and utterances in what is kept of them. */
  readonly hashOf: KeyedHash;
  readonly cache: Cache;
  /** Where calls are counted against limits. */
  readonly counts: Redis;
  /** Counts the answer. */
  readonly answered: AnswerBooks['answered'];
  /** Books what calls under way have cost, and lets go. */
  stop(): Promise<void>;
}

/** Milliseconds that what calls under way have cost may take to be booked when the service stops, and then to be told. */
const BOOKING_MS = 2000;

/**
 * Opens the ledger and the cache.
 *
 * @param connect opens a connection of its own, by name, for a key that lies where all lie that it is for
 * @param isAlone nobody else uses this Redis, so nobody else has to say what it remembers before money is spent
 * @param mode the one that holds: answers are kept for longer in economy
 * @param areaOf the area an entity stands in
 * @param signal gives up waiting for Redis
 * @throws the signal's reason when it is aborted first; an error that says what to do where the budget's journal is damaged or cannot be written
 */
export async function openModelStores({
  config,
  connect,
  isAlone,
  mode = () => 'full',
  areaOf,
  signal,
  clock,
  events,
}: {
  config: Config;
  connect: (name: string, key: string) => Redis;
  isAlone: boolean;
  mode?: () => Mode;
  areaOf: (entityId: string) => string | undefined;
  signal: AbortSignal;
  clock: Clock;
  events: ModelPathEvents;
}): Promise<ModelStores> {
  const { redis, budget, data_dir: folder } = config;
  const keyPrefix = redis.key_prefix;
  const releases = new AsyncDisposableStack();
  const opened = (name: string, key: string): Redis => {
    const connection = connect(name, key);
    releases.defer(() => connection.disconnect());
    return connection;
  };
  const books = opened('budget', keyOfRoom('budget', config));
  const memory = opened('memory', keyOfRoom('cache', config));
  const counts = opened('limits', keyOfRoom('limits', config));
  try {
    return await open();
  } catch (error) {
    await releases.disposeAsync();
    throw error;
  }

  async function open(): Promise<ModelStores> {
    const hashOf = await unlessAborted(createKeyedHash(books, keyPrefix), signal);
    // A cache that does not find Redis at once tells of trouble.
    if (memory.status !== 'ready') await once(memory, 'ready', { signal });
    const cache = await unlessAborted(openCache({ config, areaOf, memory, mode, clock, events }), signal);
    releases.defer(() => cache.close());
    const { url, timeout_ms: timeoutMs } = budget.webhook;
    const webhook =
      url === undefined
        ? undefined
        : createWebhook({
            ...{ url, timeoutMs },
            failed: (error) => events.ledger.trouble('call the webhook of the budget', error),
          });
    // What is booked last may reach a threshold.
    releases.defer(() => webhook?.close(BOOKING_MS));
    const ledger = await createLedger({
      redis: books,
      hashOf,
      options: {
        ...LEDGER_DEFAULTS,
        ...(isAlone && { settlingMs: 0 }),
        limits: budgetLimits(config),
        tenant: config.tenant,
        timeZone: budget.time_zone,
        keyPrefix,
        folder,
        consumer: config.streams.consumer,
      },
      events: {
        ...events.ledger,
        threshold(reached) {
          events.ledger.threshold(reached);
          webhook?.send({ event: 'budget_threshold', ...encodeThreshold(reached) });
        },
      },
      clock,
    });
    const answers = createAnswerBooks({
      ...{ redis: books, keyPrefix, dayAt: ledger.dayAt, rulesGoFirst: rulesGoFirst(config), clock },
      failed: (error) => events.ledger.trouble('count what was answered', error),
    });
    releases.defer(async () => {
      await Promise.all([ledger.stop(BOOKING_MS), answers.close(BOOKING_MS)]);
    });
    return {
      ...{ ledger, hashOf, cache, counts },
      answered: answers.answered,
      stop: () => releases.disposeAsync(),
    };
  }
}
