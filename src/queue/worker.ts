import { createOwnership } from '../stream/ownership.ts';
import { persist } from '../stream/persist.ts';
import { sleep } from '../waiting.ts';
import type { QueueParts } from './queue-parts.ts';
import { runQueueSession, type Session } from './session.ts';

export interface QueueWorker {
  /** A request came, or a model answered somebody: there may be something to do. */
  wake(reason: 'request' | 'answer'): void;
  /** Gives work its time, puts the rest back and hands the queue over. */
  stop(): Promise<void>;
}

const FIRST_RESTART_DELAY_MS = 50;
const MAX_RESTART_DELAY_MS = 2000;
const RELEASE_MS = 1000;

/**
 * Works on what waits, for as long as this replica owns the queue: one at a time does, so that the order is that of all
 * together. The others stand by, and one of them takes over when it is gone.
 *
 * @param consumer this replica
 */
export function startQueueWorker({
  consumer,
  ...parts
}: QueueParts & { readonly consumer: string }): QueueWorker {
  const { redis, keys, settings, events } = parts;
  const stopping = new AbortController();
  const ownership = createOwnership({
    ...{ redis, names: { owner: keys.owner, consumer } },
    ...{ leaseMs: settings.leaseMs, silenceMs: settings.silenceMs },
  });
  let session: Session | undefined;
  const running = run(stopping.signal);

  async function run(signal: AbortSignal): Promise<void> {
    for (let delayMs = FIRST_RESTART_DELAY_MS; !signal.aborted; ) {
      try {
        const token = await persist(() => ownership.acquire(signal), {
          ...{ operation: 'acquire the queue', signal, listener: events },
        });
        delayMs = FIRST_RESTART_DELAY_MS;
        await own(token, signal);
      } catch (error) {
        if (signal.aborted) return;
        events.interrupted(error as Error);
        await sleep(delayMs, signal).catch(() => undefined);
        delayMs = Math.min(delayMs * 2, MAX_RESTART_DELAY_MS);
      }
    }
  }

  async function own(token: string, signal: AbortSignal): Promise<void> {
    session = runQueueSession({ ...parts, token, ownership, stopping: signal });
    try {
      await session.over;
    } finally {
      session = undefined;
      await release(token);
    }
  }

  /** Best effort: where Redis is away, the lease runs out by itself. */
  async function release(token: string): Promise<void> {
    if (redis.status !== 'ready') return;
    try {
      const limit = AbortSignal.timeout(RELEASE_MS);
      await (stopping.signal.aborted ? ownership.release(token, limit) : ownership.offer(token, limit));
    } catch (error) {
      events.interrupted(error as Error);
    }
  }

  return {
    wake: (reason) => session?.wake(reason),
    async stop() {
      stopping.abort(new Error('the service stops'));
      await running;
    },
  };
}
