import type { Redis } from 'ioredis';
import { decodeOutput } from '../intent/recognition-codec.ts';
import { answered } from '../redis/connection.ts';
import { bindScript } from '../redis/script.ts';
import { unlessAborted } from '../waiting.ts';
import { lastId } from './stream-information.ts';
import type { StreamNames } from './stream-names.ts';

type Output = Readonly<Record<string, unknown>>;

/** What came of a transcript: its output entry, or the dead letter. */
export type Reply =
  | { readonly kind: 'answer'; readonly output: Output }
  | { readonly kind: 'dead-letter'; readonly reason: string; readonly error: string };

/** Something that was said. */
export interface Said {
  /** Id of its entry. */
  readonly id: string;
  /** What was made of it. @throws the signal's reason when it is aborted first */
  readonly answer: (signal: AbortSignal) => Promise<Reply>;
  /** What was done of it: so many entries. @throws the signal's reason when it is aborted first */
  executed(count: number, signal: AbortSignal): Promise<readonly Output[]>;
  /** Nothing more is listened for. */
  forget(): void;
}

/** Says things on an input stream and hears what comes of them. */
export interface Sayer {
  /**
   * @param fields of the input entry, by name. Its `frame_id` must be nobody else's: answers are known by it
   * @throws an error where it was not said, and will not be
   */
  say(
    fields: Readonly<Record<string, string>> & { readonly frame_id: string },
    signal: AbortSignal,
  ): Promise<Said>;
  /** Listens no more; the connections stay open. */
  close(): void;
}

// What was sent and not answered is sent again over the next connection: it must be said once, and not much later than
// it was meant to be, because its age counts from the entry's id.
const SAY = `#!lua
local known = redis.call('GET', KEYS[2])
if known then return known end
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[1]) then
  return redis.error_reply('LATE nobody waits for it any more')
end
local id = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 3))
redis.call('SET', KEYS[2], id, 'PX', ARGV[2])
return id
`;

/** Milliseconds for which something may still be said after it was meant to be. */
const SAY_LIMIT_MS = 5000;
/** Milliseconds for which it is known afterwards that it was said. */
const KNOWN_MS = 60_000;
/** Milliseconds one look at the streams blocks. */
const BLOCK_MS = 500;
/** Milliseconds that Redis may be silent, blocking aside, before the connection is replaced. */
const SILENCE_MS = 6000;
const PAGE = 1000;

/** Where one waits for what comes of what it said. */
interface Waiter {
  readonly replied: PromiseWithResolvers<Reply>;
  readonly executed: Output[];
  /** Called at each entry about what was done. */
  told: () => void;
  /** Listening has failed. */
  readonly failed: (error: unknown) => void;
}

/**
 * @param reader waiting blocks it; it may be `redis` where one thing is said at a time
 * @param sayLimitMs how long after it was meant to be something may still be said: what was sent is sent again over the next
 *   connection, and its age counts from when it arrives
 * @param executedStream where whoever acts tells what was done; absent: nobody is listened to
 */
export function createSayer({
  redis,
  reader,
  names,
  executedStream,
  sayLimitMs = SAY_LIMIT_MS,
}: {
  redis: Redis;
  reader: Redis;
  names: Pick<StreamNames, 'input' | 'output' | 'deadLetters' | 'said'>;
  executedStream?: string;
  sayLimitMs?: number;
}): Sayer {
  const script = bindScript(redis, { name: 'sayOnce', numberOfKeys: 2, lua: SAY });
  const closing = new AbortController();
  const waiters = new Map<string, Waiter>();
  const streams = [
    names.output,
    names.deadLetters,
    ...(executedStream === undefined ? [] : [executedStream]),
  ];
  /** By stream, the entry up to which it was read; known for as long as anybody waits. */
  let readTo: Promise<Map<string, string>> | undefined;
  let isListening = false;

  async function positions(): Promise<Map<string, string>> {
    return new Map(
      await Promise.all(streams.map(async (stream) => [stream, await lastId(redis, stream)] as const)),
    );
  }

  async function listen(): Promise<void> {
    if (isListening || !readTo) return;
    isListening = true;
    try {
      const at = await readTo;
      while (waiters.size > 0) {
        const waited = reader.xread('COUNT', PAGE, 'BLOCK', BLOCK_MS, 'STREAMS', ...streams, ...at.values());
        const found = await answered(waited, {
          redis: reader,
          limitMs: BLOCK_MS + SILENCE_MS,
          signal: closing.signal,
        });
        for (const [stream, entries] of found ?? []) {
          at.set(stream, entries.at(-1)?.[0] ?? at.get(stream) ?? '0-0');
          for (const [, fields] of entries) hear(stream, fields);
        }
      }
    } catch (error) {
      for (const { failed } of waiters.values()) failed(error);
    } finally {
      isListening = false;
      readTo = undefined;
    }
  }

  function hear(stream: string, fields: readonly string[]): void {
    // Most entries are about somebody else, and are not worth decoding.
    const waiter = waiters.get(fieldNamed(fields, 'frame_id') ?? '');
    if (!waiter) return;
    const output = decodeOutput(fields);
    // Nothing more is to come: one more look would only block the connection.
    if (executedStream === undefined) waiters.delete(output['frame_id'] as string);
    switch (stream) {
      case names.output:
        waiter.replied.resolve({ kind: 'answer', output });
        break;
      case names.deadLetters: {
        const { reason, error } = output;
        waiter.replied.resolve({ kind: 'dead-letter', reason: String(reason), error: String(error) });
        break;
      }
      default:
        waiter.executed.push(output);
        waiter.told();
    }
  }

  return {
    async say(fields, signal) {
      const { frame_id: key } = fields;
      if (redis.status !== 'ready') throw new Error('Redis is not connected');
      const broken = Promise.withResolvers<never>();
      broken.promise.catch(() => undefined);
      const waiter: Waiter = {
        replied: Promise.withResolvers(),
        executed: [],
        told: () => undefined,
        failed: broken.reject,
      };
      const forget = (): void => void waiters.delete(key);
      waiters.set(key, waiter);
      try {
        readTo ??= positions();
        const [[seconds, microseconds]] = await unlessAborted(Promise.all([redis.time(), readTo]), signal);
        const until = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000) + sayLimitMs;
        const said = script(
          [names.input, `${names.said}:${key}`],
          [until, KNOWN_MS + sayLimitMs, ...Object.entries(fields).flat()],
        );
        const id = String(await unlessAborted(said, signal));
        void listen();
        const inTime = <Value>(value: Promise<Value>, limit: AbortSignal): Promise<Value> =>
          unlessAborted(Promise.race([value, broken.promise]), limit);
        return {
          id,
          answer: (limit) => inTime(waiter.replied.promise, limit),
          executed(count, limit) {
            const { promise, resolve } = Promise.withResolvers<readonly Output[]>();
            waiter.told = () => {
              if (waiter.executed.length >= count) resolve(waiter.executed.slice(0, count));
            };
            waiter.told();
            return inTime(promise, limit);
          },
          forget,
        };
      } catch (error) {
        forget();
        if (waiters.size === 0 && !isListening) readTo = undefined;
        throw error;
      }
    },
    close() {
      closing.abort(new Error('nobody listens any more'));
    },
  };
}

function fieldNamed(fields: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < fields.length; index += 2)
    if (fields[index] === name) return fields[index + 1];
  return undefined;
}
