import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { sleep } from '../waiting.ts';
import type { Asker, Left, Ownership } from './ownership.ts';
import { persist, type TroubleListener } from './persist.ts';

/** What an owner does for as long as it owns something. */
export interface Turn {
  /** The fencing token. */
  readonly token: string;
  /** Aborted by a stop: finish what must be finished. */
  readonly signal: AbortSignal;
  /** Who is to have it next. */
  giveTo(asker: Asker): void;
  /** What the next owner is to know. */
  leaveWord(word: string): void;
}

/** Milliseconds between the end of a turn that failed and the next try; doubled for each further failure. */
const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 2000;
const RELEASE_TIMEOUT_MS = 1000;

/**
 * Stands by until this replica is the owner, works while it is, and starts again when it was lost.
 *
 * @param operation as trouble with becoming the owner is called: `acquire the stream`
 * @param work what an owner does; the turn is over when it settles
 * @param standsBy told after each look that found another owner
 * @param events told of a turn that failed, too: another one follows
 */
export function takeTurns({
  redis,
  ownership,
  operation,
  work,
  standsBy,
  events,
  clock,
}: {
  readonly redis: Redis;
  readonly ownership: Ownership;
  readonly operation: string;
  readonly work: (turn: Turn) => Promise<void>;
  readonly standsBy?: () => void;
  readonly events: TroubleListener & { readonly interrupted: (error: Error) => void };
  readonly clock: Pick<Clock, 'monotonic'>;
}): {
  /** Asks for the end of the turn, if there is one, and hands over. */
  stop(): Promise<void>;
} {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = run();

  async function run(): Promise<void> {
    for (let delayMs = FIRST_DELAY_MS; !signal.aborted; ) {
      const started = clock.monotonic();
      try {
        const token = await persist(() => ownership.acquire(signal, standsBy), {
          ...{ operation, signal, listener: events },
        });
        await own(token);
      } catch (error) {
        if (signal.aborted) return;
        events.interrupted(error as Error);
        // What lasted was no false start.
        delayMs = clock.monotonic() - started > LONGEST_DELAY_MS ? FIRST_DELAY_MS : delayMs;
        await sleep(delayMs, signal).catch(() => undefined);
        delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
      }
    }
  }

  async function own(token: string): Promise<void> {
    let left: Left = {};
    const giveTo = (asker: Asker): void => {
      left = { ...left, asker };
    };
    const leaveWord = (word: string): void => {
      left = { ...left, word };
    };
    try {
      await work({ token, signal, giveTo, leaveWord });
    } finally {
      await release(token, left);
    }
  }

  /** Best effort: where Redis is away or frozen, the lease runs out by itself. */
  async function release(token: string, left: Left): Promise<void> {
    if (redis.status !== 'ready') return;
    try {
      await ownership.release(token, AbortSignal.timeout(RELEASE_TIMEOUT_MS), left);
    } catch (error) {
      events.interrupted(error as Error);
    }
  }

  return {
    async stop() {
      stopping.abort(new Error('it was stopped'));
      await running;
    },
  };
}
