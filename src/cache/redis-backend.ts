import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { createTickBatch } from '../redis/batch.ts';
import { createQuickAnswers } from '../redis/quick-answers.ts';
import { keysStarting } from '../redis/scan-keys.ts';
import { unlessAborted } from '../waiting.ts';
import { addUp, type BackendEvents, type CacheBackend, type CacheCounts } from './backend.ts';
import { createOtherProcesses } from './other-processes.ts';

/** Milliseconds a lookup waits for Redis: more than it takes, and little beside what asking a model takes. */
const READ_LIMIT_MS = 30;
/** Milliseconds anything off the path waits. */
const WRITE_LIMIT_MS = 500;
/** Milliseconds until a replica that looks nothing up hears that the cache was cleared, and of replicas that are new. */
const POLL_MS = 500;
/** Milliseconds an operator's command waits. */
const COMMAND_LIMIT_MS = 5000;
const MOST_KEYS = 500;
/** Entries that wait to be written, at most: older ones are given up. */
const MOST_WRITES = 1000;
/** Milliseconds that the counts of a process which is gone still count. */
const COUNTS_KEPT_MS = 7 * 86_400_000;

/**
 * Keeps entries in Redis, for all replicas.
 *
 * Each is written with the name of the generation it belongs to, which every lookup reads along. Clearing begins another
 * generation, so nothing written before it is ever taken for an answer again, whoever writes it however late. The name
 * is random: a Redis that lost it and counts anew would come upon the old numbers.
 *
 * A process that is alone and holds all it wrote asks for nothing: there is nothing to be found.
 */
export async function openRedisBackend({
  redis,
  keyPrefix,
  clock,
  events,
}: {
  redis: Redis;
  keyPrefix: string;
  clock: Clock;
  events: BackendEvents;
}): Promise<CacheBackend> {
  // One hash slot, so that on a cluster a batch is one question.
  const key = (purpose: string): string => `${keyPrefix}v1:{cache}:${purpose}`;
  const generationKey = key('generation');
  const entryKey = (id: string): string => key(`entry:${id}`);
  const countsKey = key('counts');

  const quick = createQuickAnswers({ redis, limitMs: READ_LIMIT_MS, events });
  const others = createOtherProcesses({ redis, key: key('processes'), clock });
  let generation: string | undefined;
  /** Until when something may be there that this process wrote and no longer holds. */
  let droppedUntil = 0;
  let waiting = new Map<string, { value: string; expiresAt: number }>();
  let flushing: Promise<void> | undefined;
  let counts: string | undefined;

  /** @param read what Redis holds now; nothing where the cache was never cleared */
  function heard(read: string | null): string {
    const current = read ?? '';
    if (generation !== current) {
      // What waits was known before: under the new name it would be taken for something found since.
      if (generation !== undefined) waiting = new Map();
      // Said before Redis was heard for the first time: still to be written, and no longer held.
      for (const { expiresAt } of waiting.values()) droppedUntil = Math.max(droppedUntil, expiresAt);
      generation = current;
      events.cleared();
    }
    return current;
  }

  const readBatched = createTickBatch<string>(
    async (ids) => {
      const found = await quick.ask('read', () => redis.mget(generationKey, ...ids.map(entryKey)));
      if (!found) return undefined;
      const [read = null, ...values] = found;
      const start = `${heard(read)} `;
      return values.map((value) => (value?.startsWith(start) ? value.slice(start.length) : undefined));
    },
    { most: MOST_KEYS },
  );

  /** Says what is to be said of this process, before it asks for the others: of two that begin at once, one hears of the other. */
  async function poll(): Promise<void> {
    const reporting = counts;
    counts = undefined;
    const saying = [
      ...(others.isDue() ? [others.say] : []),
      ...(reporting === undefined ? [] : [() => redis.hset(countsKey, others.own, reporting)]),
    ];
    const [said, found] = await Promise.all([
      saying.length === 0 ||
        quick.ask('write', () => Promise.all(saying.map((say) => say())), WRITE_LIMIT_MS),
      quick.ask('read', () => Promise.all([redis.get(generationKey), others.ask()]), WRITE_LIMIT_MS),
    ]);
    if (!said) counts ??= reporting;
    if (!found) return;
    const [current, gone] = found;
    heard(current);
    if (gone.length > 0) await quick.ask('write', () => others.forget(gone), WRITE_LIMIT_MS);
  }

  /** While Redis is away, what is to be written waits. What Redis refuses is given up. */
  async function flush(): Promise<void> {
    while (waiting.size > 0 && quick.isThere()) {
      if (generation === undefined) await poll();
      const stamp = generation;
      if (stamp === undefined) return;
      const writing = [...waiting];
      waiting = new Map();
      await quick.ask('write', () => writeAll(writing, stamp), WRITE_LIMIT_MS);
    }
  }

  async function writeAll(
    writing: readonly (readonly [id: string, { value: string; expiresAt: number }])[],
    stamp: string,
  ): Promise<void> {
    const pipeline = redis.pipeline();
    const now = clock.now();
    for (const [id, { value, expiresAt }] of writing) {
      if (expiresAt > now) pipeline.set(entryKey(id), `${stamp} ${value}`, 'PX', expiresAt - now);
    }
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
  }

  /** What every process counted; that of those that are gone for too long is forgotten. @returns undefined where Redis is away */
  async function freshCounts(): Promise<string[] | undefined> {
    const reports = await quick.ask('read', () => redis.hgetall(countsKey), WRITE_LIMIT_MS);
    if (!reports) return undefined;
    const oldest = clock.now() - COUNTS_KEPT_MS;
    const gone = Object.keys(reports).filter((name) => isOlder(reports[name] ?? '', oldest));
    if (gone.length > 0) await quick.ask('write', () => redis.hdel(countsKey, ...gone), WRITE_LIMIT_MS);
    return Object.keys(reports).flatMap((name) => (gone.includes(name) ? [] : (reports[name] ?? [])));
  }

  function flushSoon(): void {
    flushing ??= new Promise((resolve) => {
      setImmediate(() => {
        void flush().finally(() => {
          flushing = undefined;
          resolve();
        });
      });
    });
  }

  const entryKeys = (signal: AbortSignal): AsyncGenerator<string[]> =>
    keysStarting(redis, entryKey(''), signal);

  let polling = false;
  const look = (): void => {
    if (polling || !quick.isThere()) return;
    polling = true;
    void poll().finally(() => {
      polling = false;
      if (waiting.size > 0) flushSoon();
    });
  };
  const timer = setInterval(look, POLL_MS).unref();
  redis.on('ready', look);
  await poll();
  // Each process leaves its counts behind, and hardly anybody ever asks for them.
  await freshCounts();

  return {
    name: 'redis',
    read(id) {
      const isNothingThere = others.isAlone() && droppedUntil <= clock.now();
      if (quick.isThere()) return isNothingThere ? undefined : readBatched(id);
      // Nothing is sent: this is how the trouble is told.
      void quick.ask('read', () => Promise.resolve());
      return undefined;
    },
    droppedHere(until) {
      droppedUntil = Math.max(droppedUntil, until);
    },
    write(id, value, ttlMs) {
      others.wrote(clock.now() + ttlMs);
      if (waiting.size >= MOST_WRITES && !waiting.has(id)) waiting.delete(waiting.keys().next().value ?? '');
      waiting.set(id, { value, expiresAt: clock.now() + ttlMs });
      flushSoon();
    },
    async clear(signal) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(COMMAND_LIMIT_MS)]);
      try {
        // What is sent to a Redis that is away would be done much later.
        if (!quick.isThere()) throw new Error('Redis is away');
        const next = randomUUID();
        await unlessAborted(redis.set(generationKey, next), limit);
        heard(next);
        const found = new Set<string>();
        for await (const keys of entryKeys(limit)) {
          for (const entry of keys) found.add(entry);
          await unlessAborted(redis.unlink(...keys), limit);
        }
        return found.size;
      } catch (error) {
        signal.throwIfAborted();
        throw new Error('the cache was not cleared for every replica: Redis does not answer; try again', {
          cause: error,
        });
      }
    },
    async count() {
      if (!quick.isThere()) return undefined;
      const limit = AbortSignal.timeout(COMMAND_LIMIT_MS);
      const found = new Set<string>();
      try {
        for await (const keys of entryKeys(limit)) for (const entry of keys) found.add(entry);
        return found.size;
      } catch {
        // Told as trouble by the next lookup; a number that is only part of them would mislead.
        return undefined;
      }
    },
    report(current: CacheCounts) {
      counts = JSON.stringify({ ...current, at: clock.now() });
    },
    async allCounts() {
      if (counts !== undefined) await poll();
      const counted = await freshCounts();
      return counted && addUp(counted);
    },
    async close() {
      clearInterval(timer);
      redis.off('ready', look);
      await flushing;
      if (counts !== undefined) await poll();
      await quick.ask('write', others.leave, WRITE_LIMIT_MS);
      quick.close();
    },
  };
}

function isOlder(report: string, oldest: number): boolean {
  const at = /"at":(\d+)/.exec(report)?.[1];
  return at === undefined || Number(at) < oldest;
}
