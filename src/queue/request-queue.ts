import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { FallbackReason } from '../intent/recognition.ts';
import { createQuickAnswers, type TroubleEvents } from '../redis/quick-answers.ts';
import { queueKeys } from './queue-keys.ts';
import { bindAskerScripts } from './queue-scripts.ts';
import {
  laneOf,
  type QueuedRequest,
  type QueueRecord,
  readRecord,
  type SaidRequest,
} from './queued-request.ts';

/** What became of a request that was to wait. */
type Added =
  /** By this, or under the same key before. */
  | { readonly kind: 'queued' | 'known'; readonly queueId: string }
  /** As many wait as may. */
  | { readonly kind: 'full' }
  /** Redis does not answer: it does not wait, or is taken back as soon as Redis answers. */
  | { readonly kind: 'unavailable' };

/** How many have not ended, and since when the oldest of them waits. */
export interface QueueDepth {
  readonly waiting: number;
  /** Seconds; 0 where nobody waits. */
  readonly oldestSeconds: number;
}

/** Requests that wait until a model can be asked, of all replicas together. */
export interface RequestQueue {
  /** @param reason why it cannot be answered at once */
  add(request: QueuedRequest, reason: FallbackReason): Promise<Added>;
  /** @returns undefined for one that nobody knows, or knows any more; `unavailable` where Redis does not answer */
  find(queueId: string): Promise<QueueRecord | undefined | 'unavailable'>;
  /**
   * Whether Redis has lost a request that was queued so many milliseconds ago: its record is gone before its time. False where Redis
   * does not answer.
   */
  isLost(queueId: string, ageMs: number): Promise<boolean>;
  /** @throws an error of Redis */
  depth(): Promise<QueueDepth>;
  close(): void;
}

/** Milliseconds that Redis may take. */
const QUICK_MS = 1000;
/** Milliseconds of them until it takes a request in; the rest is for its answer to come. */
const TAKEN_IN_MS = 750;

/**
 * @param ttlMs how long a request waits
 * @param keptMs how long it is known what became of it
 * @param most requests that may wait
 */
export function createRequestQueue({
  redis,
  keyPrefix,
  ttlMs,
  keptMs,
  most,
  events,
  clock,
}: {
  readonly redis: Redis;
  readonly keyPrefix: string;
  readonly ttlMs: number;
  readonly keptMs: number;
  readonly most: number;
  readonly events: TroubleEvents;
  readonly clock: Pick<Clock, 'monotonic'>;
}): RequestQueue {
  const keys = queueKeys(keyPrefix);
  const quick = createQuickAnswers({ redis, limitMs: QUICK_MS, events });
  const scripts = bindAskerScripts(redis, keys);

  /** Redis takes it in within the time, or not at all: its clock decides, which is asked first. */
  async function addInTime(
    queueId: string,
    request: Omit<Parameters<typeof scripts.add>[1], 'byRedisTime'>,
  ): ReturnType<typeof scripts.add> {
    const began = clock.monotonic();
    const [seconds, microseconds] = await redis.time();
    const left = TAKEN_IN_MS - (clock.monotonic() - began);
    const byRedisTime = Number(seconds) * 1000 + Number(microseconds) / 1000 + left;
    return scripts.add(queueId, { ...request, byRedisTime });
  }

  /** What was taken in, and the answer did not come in time. */
  async function takeBack(queueId: string, adding: ReturnType<typeof scripts.add>): Promise<void> {
    const added = await adding.catch(() => 'refused' as const);
    if (added !== 'queued' && added !== 'known') return;
    try {
      await scripts.takeBack(queueId);
    } catch (error) {
      events.trouble('take a request back', error instanceof Error ? error.message : String(error));
    }
  }

  return {
    async add(request, reason) {
      const { transcript, cacheMode, priority, callbackUrl = '', key } = request;
      const said: SaidRequest = { transcript, ...(cacheMode && { cacheMode }) };
      // Who died between here and remembering the key finds the same request again.
      const queueId = key === undefined ? randomUUID() : idOf(key);
      let adding: ReturnType<typeof scripts.add> | undefined;
      const told = await quick.ask('queue a request', () => {
        adding = addInTime(queueId, {
          ...{ most, priority, lane: laneOf(transcript), ttlMs, keptMs, reason, callbackUrl },
          said: JSON.stringify(said),
        });
        return adding;
      });
      if (!told || told === 'late') {
        // Under a key it stays: whoever asks again may have been told meanwhile that it waits.
        if (adding && key === undefined) void takeBack(queueId, adding);
        return { kind: 'unavailable' };
      }
      return told === 'full' ? { kind: told } : { kind: told, queueId };
    },
    async find(queueId) {
      const found = await quick.ask('look for a queued request', () =>
        Promise.all([redis.hgetall(keys.record(queueId)), redis.time()]),
      );
      return found ? readRecord(found[0], Number(found[1][0]) * 1000) : 'unavailable';
    },
    async isLost(queueId, ageMs) {
      if (ageMs >= keptMs) return false;
      const known = await quick.ask('look for a queued request', () => redis.exists(keys.record(queueId)));
      return known === 0;
    },
    async depth() {
      const [waiting, [oldest], [seconds = 0]] = await Promise.all([
        redis.xlen(keys.waiting),
        redis.xrange(keys.waiting, '-', '+', 'COUNT', 1),
        redis.time(),
      ]);
      const since = oldest ? Number.parseInt(oldest[0], 10) / 1000 : Number(seconds);
      return { waiting, oldestSeconds: Math.max(0, Number(seconds) - since) };
    },
    close: () => quick.close(),
  };
}

/** In the shape of the others. */
function idOf(key: string): string {
  const digits = createHash('sha256').update(key).digest('hex');
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => digits.slice(from, to))
    .join('-');
}
