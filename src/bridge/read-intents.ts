import type { Redis } from 'ioredis';
import { answered } from '../redis/connection.ts';
import { redisErrorCode } from '../redis/script.ts';

/** An entry of the stream of intents. */
export interface IntentEntry {
  readonly id: string;
  /** Names and values, alternating; none where it was deleted meanwhile. */
  readonly fields: readonly string[];
}

/** Reads the stream of intents as one consumer of a group. */
export interface IntentReader {
  /** Makes the group where it is missing. The first time, what is there already was said before there was a bridge. */
  join(): Promise<void>;
  /** What was delivered to this consumer before and is not acknowledged, after an id; at most so many. */
  pending(after: string, count: number): Promise<readonly IntentEntry[]>;
  /** What is new; waits for it for a while. */
  next(count: number): Promise<readonly IntentEntry[]>;
  /** Takes over what another consumer has left for long. */
  takeOver(count: number): Promise<readonly IntentEntry[]>;
}

/** Milliseconds one wait for entries blocks. */
const BLOCK_MS = 1000;
/** Milliseconds that an answer may take, blocking aside, before the connection is replaced. */
const SILENCE_MS = 6000;
/** Milliseconds after which an entry that another consumer took is taken from it: longer than anything it may wait for. */
const ABANDONED_MS = 120_000;

type Reply = [string, string[] | null][];

/** @param redis a connection of the reader's own, because waiting blocks it */
export function createIntentReader({
  redis,
  stream,
  group,
  consumer,
  signal,
}: {
  redis: Redis;
  stream: string;
  group: string;
  consumer: string;
  signal: AbortSignal;
}): IntentReader {
  const inTime = <Answer>(answer: Promise<Answer>, limitMs: number): Promise<Answer> =>
    answered(answer, { redis, limitMs, signal });

  async function create(from: string): Promise<void> {
    try {
      await inTime(redis.xgroup('CREATE', stream, group, from, 'MKSTREAM'), SILENCE_MS);
    } catch (error) {
      if (redisErrorCode(error) !== 'BUSYGROUP') throw error;
    }
  }

  async function read(from: string, count: number): Promise<readonly IntentEntry[]> {
    const reply = (await inTime(
      redis.xreadgroup('GROUP', group, consumer, 'COUNT', count, 'BLOCK', BLOCK_MS, 'STREAMS', stream, from),
      BLOCK_MS + SILENCE_MS,
    )) as [string, Reply][] | null;
    return toEntries(reply?.[0]?.[1] ?? []);
  }

  /** A Redis that came back empty has no group: all that is in the stream came after that. */
  async function heal<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (redisErrorCode(error) !== 'NOGROUP') throw error;
      await create('0');
      return await ask();
    }
  }

  return {
    join: () => create('$'),
    pending: (after, count) => heal(() => read(after, count)),
    next: (count) => heal(() => read('>', count)),
    takeOver: (count) =>
      heal(async () => {
        const reply = (await inTime(
          redis.xautoclaim(stream, group, consumer, ABANDONED_MS, '0-0', 'COUNT', count),
          SILENCE_MS,
        )) as [string, Reply];
        return toEntries(reply[1]);
      }),
  };
}

function toEntries(reply: Reply): readonly IntentEntry[] {
  return reply.map(([id, fields]) => ({ id, fields: fields ?? [] }));
}
