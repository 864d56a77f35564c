import type { Redis } from 'ioredis';
import { answered } from './connection.ts';

/** Hears about trouble when it begins and when it ends, not each time. */
export interface TroubleEvents {
  /** @param operation what is in trouble: `read` */
  readonly trouble: (operation: string, message: string) => void;
  readonly recovered: (operation: string) => void;
}

/** Asks a Redis that may be away, for what one can do without. */
export interface QuickAnswers {
  /** False where asking would be in vain: not connected, or an earlier question is long overdue. */
  isThere(): boolean;
  /**
   * @param limitMs how long this answer may take, where it is not the usual time
   * @returns undefined where Redis is not there, refuses, or does not answer in time; what was sent may still be done
   */
  ask<Answer>(operation: string, send: () => Promise<Answer>, limitMs?: number): Promise<Answer | undefined>;
  /** Hears no more of the connection, which is not closed. */
  close(): void;
}

/** The trouble of a Redis that is away or silent. */
const REACH = 'reach';

/** Milliseconds without any answer after which the connection is replaced: the other end may be gone without a word. */
const SILENCE_MS = 6000;

/** @param limitMs how long an answer may take, in milliseconds */
export function createQuickAnswers({
  redis,
  limitMs: usualLimitMs,
  events,
}: {
  redis: Redis;
  limitMs: number;
  events: TroubleEvents;
}): QuickAnswers {
  const troubles = new Set<string>();
  const closing = new AbortController();
  let overdue = 0;

  function trouble(operation: string, message: string): void {
    if (troubles.has(operation)) return;
    troubles.add(operation);
    events.trouble(operation, message);
  }
  function recovered(operation: string): void {
    if (troubles.delete(operation)) events.recovered(operation);
  }

  const lost = (): void => {
    // What was closed for good, as at a stop, is no trouble.
    if (redis.status !== 'end') trouble(REACH, 'Redis is not connected');
  };
  const ready = (): void => {
    if (overdue === 0) recovered(REACH);
  };
  redis.on('close', lost);
  redis.on('ready', ready);

  function isThere(): boolean {
    return redis.status === 'ready' && overdue === 0;
  }

  /** Nothing more is asked until what is overdue was answered, however that ends. */
  function waitFor(answer: Promise<unknown>, limitMs: number): void {
    overdue += 1;
    trouble(REACH, `Redis did not answer within ${limitMs} ms`);
    const late = answered(answer, { redis, limitMs: SILENCE_MS, signal: closing.signal });
    void late
      .catch(() => undefined)
      .then(() => {
        overdue -= 1;
        if (isThere()) recovered(REACH);
      });
  }

  return {
    isThere,
    async ask<Answer>(
      operation: string,
      send: () => Promise<Answer>,
      limitMs = usualLimitMs,
    ): Promise<Answer | undefined> {
      if (!isThere()) {
        if (redis.status !== 'ready') lost();
        return undefined;
      }
      const answer = send();
      try {
        const inTime = await withinLimit(answer, limitMs);
        if (inTime === 'late') {
          waitFor(answer, limitMs);
          return undefined;
        }
        recovered(operation);
        return inTime.answer;
      } catch (error) {
        if (!closing.signal.aborted)
          trouble(operation, error instanceof Error ? error.message : String(error));
        return undefined;
      }
    },
    close() {
      closing.abort();
      // Whoever hears no more cannot tell of the end, and nobody else will.
      for (const operation of [...troubles]) recovered(operation);
      redis.off('close', lost);
      redis.off('ready', ready);
    },
  };
}

/** @throws what the answer threw in time */
function withinLimit<Answer>(
  answer: Promise<Answer>,
  limitMs: number,
): Promise<{ readonly answer: Answer } | 'late'> {
  return new Promise((resolve, reject) => {
    // Where it was this process that stood still, the answer has come by now and only waits to be read.
    const timer = setTimeout(() => setImmediate(resolve, 'late' as const), limitMs);
    answer.then((value) => resolve({ answer: value }), reject).finally(() => clearTimeout(timer));
  });
}
