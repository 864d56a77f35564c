import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { createJanitor, type Retention } from './janitor.ts';
import { createOwnership } from './ownership.ts';
import { periodically } from './periodically.ts';
import type { ProcessingOptions, Suspicion } from './process-entry.ts';
import type { Progress } from './progress.ts';
import { type FlowOptions, runSession } from './session.ts';
import { createShare, type Share } from './share.ts';
import type { StreamEvents } from './stream-events.ts';
import type { StreamNames } from './stream-names.ts';
import { type Turn, takeTurns } from './take-turns.ts';

export interface Processor {
  /** Of what this replica may have in work at once, the share that it has: 0 to 1. At 1 it reads nothing more. */
  load(): number;
  /**
   * Stops reading, gives work in flight its time, leaves the rest pending and hands the stream over. Resolves
   * when all that is done.
   */
  stop(): Promise<void>;
}

const SWEEP_INTERVAL_MS = 15_000;

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
  const turns = takeTurns({
    ...{ redis, ownership, operation: 'acquire the stream', work: own, events, clock },
    // This replica learns of another owner from a Redis that answers.
    standsBy() {
      events.recovered('acquire the stream');
      events.recovered('stand by');
    },
  });

  async function own({ token, signal, giveTo, leaveWord }: Turn): Promise<void> {
    events.ownership('owner');
    let owns = true;
    const holding = share.owns();
    const giving = new AbortController();
    const stopSweeping = periodically(SWEEP_INTERVAL_MS, () => sweep(() => owns));
    try {
      const suspectsTo = await runSession({
        ...{ redis, connectReader, names, token, ownership, flow, processing, suspicion, events, clock },
        began: (begun) => {
          progress = begun;
        },
        wanted(asker) {
          if (!holding.gives(asker.has)) return;
          giveTo(asker);
          giving.abort(new Error('another replica has less to do'));
        },
        stopping: signal,
        giving: giving.signal,
      });
      if (suspectsTo !== undefined) leaveWord(suspectsTo);
    } finally {
      progress = undefined;
      stopSweeping();
      owns = false;
      holding.ends();
      events.ownership('standby');
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

  return {
    load() {
      const limit = flow.highWaterMark;
      return progress ? (limit - progress.capacity(limit)) / limit : 0;
    },
    stop: turns.stop,
  };
}
