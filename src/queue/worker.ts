import { createOwnership } from '../stream/ownership.ts';
import { takeTurns } from '../stream/take-turns.ts';
import type { QueueParts } from './queue-parts.ts';
import { createRuns } from './runs.ts';
import { runQueueSession, type Session } from './session.ts';

export interface QueueWorker {
  /** A request came, or a model answered somebody: there may be something to do. */
  wake(reason: 'request' | 'answer'): void;
  /** Gives work its time, puts the rest back and hands the queue over. */
  stop(): Promise<void>;
}

/**
 * Works on what waits, for as long as this replica owns the queue: one at a time does, so that the order is that of all
 * together. The others stand by, and one of them takes over when it is gone.
 *
 * @param consumer this replica
 */
export function startQueueWorker({
  consumer,
  run,
  ...parts
}: QueueParts & { readonly consumer: string }): QueueWorker {
  const { redis, keys, settings, events, clock } = parts;
  const ownership = createOwnership({
    ...{ redis, names: { owner: keys.owner, consumer } },
    ...{ leaseMs: settings.leaseMs, silenceMs: settings.silenceMs },
  });
  const runs = createRuns(run);
  let session: Session | undefined;
  const turns = takeTurns({
    ...{ redis, ownership, operation: 'acquire the queue', events, clock },
    standsBy: () => runs.end(new Error('another replica works on the queue now')),
    async work({ token, signal }) {
      session = runQueueSession({ ...parts, runs, token, ownership, stopping: signal });
      await session.over.finally(() => {
        session = undefined;
      });
    },
  });

  return {
    wake: (reason) => session?.wake(reason),
    async stop() {
      await turns.stop();
      runs.end(new Error('it was stopped'));
    },
  };
}
