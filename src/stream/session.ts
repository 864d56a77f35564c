import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { redisErrorCode } from '../redis/script.ts';
import { compareIds, idBefore } from './entry.ts';
import { loadFailures } from './failures.ts';
import { createLanes } from './lanes.ts';
import type { Ownership } from './ownership.ts';
import { periodically } from './periodically.ts';
import { persist, unlessAborted } from './persist.ts';
import { createEntryProcessor, type ProcessingOptions } from './process-entry.ts';
import { createPublisher } from './publisher.ts';
import { type Batch, createReader } from './reader.ts';
import type { StreamEvents } from './stream-events.ts';
import type { StreamNames } from './stream-names.ts';
import { createStreamTracing } from './stream-tracing.ts';
import { takeOver } from './takeover.ts';

/** How the loop reads; defaults and limits stand in the configuration's schema. */
export interface FlowOptions {
  readonly leaseMs: number;
  /** Entries read at once, at most. */
  readonly batchSize: number;
  /** Entries read and not settled, at most. Past it the stream is the queue. */
  readonly highWaterMark: number;
  /** How long one wait for entries blocks. */
  readonly blockMs: number;
  /** How long Redis may leave a command unanswered before its connection is replaced. */
  readonly silenceMs: number;
  /** How long work in flight may go on after the stop. */
  readonly drainMs: number;
}

/** Milliseconds of decoding and matching in a row before other work of the process gets a turn. */
const SLICE_MS = 8;

/**
 * Works on a stream for as long as this replica owns it: first what earlier owners left pending, one by one,
 * then what is new. Reading runs one batch ahead of the work, and settling runs beside both.
 *
 * @param token the fencing token of the ownership
 * @param connectReader opens the reader's own connection, which waiting blocks
 * @param stopping ends the reading; work in flight gets `drainMs`, and what is left stays pending
 * @throws what made it impossible to go on, LOST and NOGROUP among it; nothing but Redis knows then what is pending
 */
export async function runSession({
  redis,
  connectReader,
  names,
  token,
  ownership,
  flow,
  processing,
  events,
  clock,
  stopping,
}: {
  redis: Redis;
  connectReader: () => Redis;
  names: StreamNames;
  token: string;
  ownership: Ownership;
  flow: FlowOptions;
  processing: ProcessingOptions;
  events: StreamEvents;
  clock: Clock;
  stopping: AbortSignal;
}): Promise<void> {
  const session = new AbortController();
  const ended = session.signal;
  const end = (error: unknown): void => session.abort(error);
  const reading = AbortSignal.any([ended, stopping]);

  const stopHeartbeat = periodically(flow.leaseMs / 3, renew);
  const readerConnection = connectReader();

  try {
    const inherited = await unlessAborted(takeOver({ redis, names, token }), ended);
    const failures = await unlessAborted(loadFailures({ redis, names, token }), ended);
    if (inherited.pending.length > 0) events.reclaimed(inherited.pending.length);
    const suspects = new Set(inherited.pending);

    // In order of delivery, which is id order; the first one tells up to where everything is settled.
    const unsettled = new Set(inherited.pending);
    let readTo = '0-0';
    let deliveredTo = inherited.lastDelivered;
    let active = 0;
    let roomAgain = (): void => undefined;

    const publisher = createPublisher({
      redis,
      names,
      token,
      signal: ended,
      listener: events,
      failed: end,
      cursor(settlements) {
        const settling = new Set(settlements.map(({ id }) => id));
        for (const id of unsettled) if (!settling.has(id)) return idBefore(id);
        return deliveredTo;
      },
    });
    const processor = createEntryProcessor({
      options: processing,
      names,
      lanes: createLanes(end),
      failures,
      settledBefore: inherited.settledBefore,
      signal: ended,
      events,
      tracing: createStreamTracing(names),
      clock,
      settle(settlement) {
        publisher.settle({
          ...settlement,
          settled(written) {
            unsettled.delete(settlement.id);
            active -= 1;
            settlement.settled(written);
            roomAgain();
          },
        });
      },
    });
    const reader = createReader({
      redis: readerConnection,
      names,
      token,
      blockMs: flow.blockMs,
      silenceMs: flow.silenceMs,
    });
    const attempt = <Result>(operation: string, run: () => Promise<Result>): Promise<Result> =>
      persist(run, { operation, signal: reading, listener: events });

    /** The next entries, waiting for room and for entries; undefined when it is time to stop. */
    async function next(): Promise<(Batch & { readonly monotonic: number }) | undefined> {
      let waitAfter = deliveredTo;
      try {
        for (;;) {
          while (active >= flow.highWaterMark) {
            await unlessAborted(
              new Promise<void>((resolve) => {
                roomAgain = resolve;
              }),
              reading,
            );
          }
          const count = Math.min(flow.batchSize, flow.highWaterMark - active);
          const batch = await attempt('read', () => reader.read(readTo, count));
          const last = batch.entries.at(-1);
          if (last) {
            readTo = last.id;
            if (compareIds(readTo, deliveredTo) > 0) deliveredTo = readTo;
            active += batch.entries.length;
            for (const { id } of batch.entries) unsettled.add(id);
            return { ...batch, monotonic: clock.monotonic() };
          }
          // A group that somebody moved on can hold entries back that the stream shows: wait for later ones.
          const shown = await attempt('wait for entries', () => reader.waitForEntryAfter(waitAfter));
          waitAfter = shown ?? waitAfter;
        }
      } catch (error) {
        if (stopping.aborted && !ended.aborted) return undefined;
        throw error;
      }
    }

    /** One batch further while the last one is worked on. A failure shows when the batch is asked for. */
    function ahead(): ReturnType<typeof next> {
      const batch = next();
      batch.catch(end);
      return batch;
    }

    let upcoming = ahead();
    for (let batch = await upcoming; batch; batch = await upcoming) {
      upcoming = ahead();
      let sliceStart = clock.monotonic();
      for (const entry of batch.entries) {
        if (suspects.delete(entry.id)) await processor.alone(entry, batch);
        else processor.enter(entry, batch);
        if (clock.monotonic() - sliceStart > SLICE_MS) {
          await nextTurn();
          ended.throwIfAborted();
          sliceStart = clock.monotonic();
        }
      }
    }
    await drain();

    async function drain(): Promise<void> {
      const deadline = clock.monotonic() + flow.drainMs;
      while (active > 0 && clock.monotonic() < deadline) await sleep(5, undefined, { signal: ended });
    }
  } catch (error) {
    throw ended.aborted ? ended.reason : error;
  } finally {
    stopHeartbeat();
    session.abort(new Error('the session is over'));
    readerConnection.disconnect();
  }

  async function renew(): Promise<void> {
    try {
      await ownership.renew(token);
      events.recovered('renew the lease');
    } catch (error) {
      if (redisErrorCode(error) === 'LOST') end(error);
      else if (!ended.aborted) events.trouble('renew the lease', error as Error);
    }
  }
}
