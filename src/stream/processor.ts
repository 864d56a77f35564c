import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { createJanitor, type Retention } from './janitor.ts';
import { type Asker, createOwnership } from './ownership.ts';
import { periodically } from './periodically.ts';
import { persist } from './persist.ts';
import type { ProcessingOptions, Suspicion } from './process-entry.ts';
import type { Progress } from './progress.ts';
import { type FlowOptions, runSession } from './session.ts';
import { createShare, type Share } from './share.ts';
import type { StreamEvents } from './stream-events.ts';
import type { StreamNames } from './stream-names.ts';

export interface Processor {
  /** Of what this replica may have in work at once, the share that it has: 0 to 1. At 1 it reads nothing more. */
  load(): number;
  /**
   * Stops reading, gives work in flight its time, leaves the rest pending and hands the stream over. Resolves
   * when all that is done.
   */
  stop(): Promise<void>;
}

/** Milliseconds between the end of a session that failed and the next try; doubled for each further failure. */
const FIRST_RESTART_DELAY_MS = 50;
const MAX_RESTART_DELAY_MS = 2000;
const SWEEP_INTERVAL_MS = 15_000;
const RELEASE_TIMEOUT_MS = 1000;

/**
 * Processes an input stream: stands by until this replica owns it, works on it while it does, and starts again
 * when it lost it.
 *
 * @param redis for everything but reading
 * @param connectReader opens a connection for one session's reading
 * @param share of all streams that this process reads; absent: it reads this one
 */
export function startProcessor({
  redis,
  connectReader,
  names,
  flow,
  retention,
  processing,
  events,
  clock,
  share = createShare({ turnMs: flow.leaseMs, now: clock.monotonic }),
}: {
  redis: Redis;
  connectReader: () => Redis;
  names: StreamNames;
  flow: FlowOptions;
  retention: Retention;
  processing: ProcessingOptions;
  events: StreamEvents;
  clock: Clock;
  share?: Share;
}): Processor {
  const stopping = new AbortController();
  const ownership = createOwnership({
    redis,
    names,
    share,
    leaseMs: flow.leaseMs,
    silenceMs: flow.silenceMs,
  });
  const suspicion: Suspicion = { charged: undefined };
  const janitor = createJanitor({ redis, names, retention });
  let progress: Pick<Progress, 'capacity'> | undefined;
  const running = run(stopping.signal);

  async function run(signal: AbortSignal): Promise<void> {
    for (let delayMs = FIRST_RESTART_DELAY_MS; !signal.aborted; ) {
      const started = clock.monotonic();
      try {
        const token = await persist(() => ownership.acquire(signal, standsBy), {
          operation: 'acquire the stream',
          signal,
          listener: events,
        });
        await own(token, signal);
      } catch (error) {
        if (signal.aborted) return;
        events.interrupted(error as Error);
        // What lasted was no false start.
        delayMs = clock.monotonic() - started > MAX_RESTART_DELAY_MS ? FIRST_RESTART_DELAY_MS : delayMs;
        await pause(delayMs, signal);
        delayMs = Math.min(delayMs * 2, MAX_RESTART_DELAY_MS);
      }
    }
  }

  /** Another replica owns the stream, which this one learns from a Redis that answers. */
  function standsBy(): void {
    events.recovered('acquire the stream');
    events.recovered('stand by');
  }

  async function own(token: string, signal: AbortSignal): Promise<void> {
    events.ownership('owner');
    let owns = true;
    const holding = share.owns();
    const giving = new AbortController();
    let givenTo: Asker | undefined;
    const stopSweeping = periodically(SWEEP_INTERVAL_MS, () => sweep(() => owns));
    try {
      await runSession({
        ...{ redis, connectReader, names, token, ownership, flow, processing, suspicion, events, clock },
        began: (begun) => {
          progress = begun;
        },
        wanted(asker) {
          if (!holding.gives(asker.has)) return;
          givenTo = asker;
          giving.abort(new Error('another replica has less to do'));
        },
        stopping: signal,
        giving: giving.signal,
      });
    } finally {
      progress = undefined;
      stopSweeping();
      owns = false;
      holding.ends();
      events.ownership('standby');
      await release(token, givenTo);
    }
  }

  /** @param owns a standby has no trouble with what it began as owner */
  async function sweep(owns: () => boolean): Promise<void> {
    try {
      await janitor.sweep();
      if (owns()) events.recovered('trim');
    } catch (error) {
      if (owns()) events.trouble('trim', error as Error);
    }
  }

  /** Best effort: where Redis is away or frozen, the lease runs out by itself. */
  async function release(token: string, givenTo: Asker | undefined): Promise<void> {
    if (redis.status !== 'ready') return;
    try {
      const limit = AbortSignal.timeout(RELEASE_TIMEOUT_MS);
      await (stopping.signal.aborted
        ? ownership.release(token, limit)
        : ownership.offer(token, limit, givenTo));
    } catch (error) {
      events.interrupted(error as Error);
    }
  }

  return {
    load() {
      const limit = flow.highWaterMark;
      return progress ? (limit - progress.capacity(limit)) / limit : 0;
    },
    async stop() {
      stopping.abort(new Error('the processor was stopped'));
      await running;
    },
  };
}

/** Ends early where the signal is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
