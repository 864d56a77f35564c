import type { Redis } from 'ioredis';
import { answered } from '../redis/connection.ts';
import { bindScript, redisErrorCode } from '../redis/script.ts';
import { type Entry, type EntryReply, toEntries } from './entry.ts';
import { FENCE } from './ownership.ts';
import type { StreamNames } from './stream-names.ts';
import { WRONG_TYPE } from './stream-type.ts';

// What was already delivered to us after the last entry we saw comes first. That is the rest of the pending list
// after a takeover; in mid-stream it is what a cut connection swallowed, and it heals itself: the script can be
// sent twice. Reading inside a script keeps a replica that lost the stream from being handed entries it would
// hold back from the new owner.
const READ = `#!lua
${FENCE}
${WRONG_TYPE}
local wrong = wrongType(KEYS[2])
if wrong then return wrong end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function read(from)
  local reply = redis.call('XREADGROUP', 'GROUP', ARGV[2], ARGV[3], 'COUNT', ARGV[4], 'STREAMS', KEYS[2], from)
  return reply and reply[1][2] or {}
end
local pending = read(ARGV[5])
if #pending > 0 then return {1, now, pending} end
return {0, now, read('>')}
`;

/** A handful of entries in id order. */
export interface Batch {
  readonly entries: readonly Entry[];
  /** True when they had been delivered before, to us or to an owner that is gone. */
  readonly redelivered: boolean;
  /** Redis's clock when they were read, in milliseconds. */
  readonly redisTime: number;
}

export interface Reader {
  /**
   * Takes delivery of up to `count` entries after the one read last. Does not wait.
   *
   * @param after id of the last entry read in this session; `0-0` at its start
   * @throws LOST, NOGROUP and whatever else Redis raises
   */
  read(after: string, count: number): Promise<Batch>;
  /**
   * Waits until the stream has an entry after `after`, or for the block time.
   *
   * @returns its id, or undefined when none came
   */
  waitForEntryAfter(after: string): Promise<string | undefined>;
}

/**
 * @param redis a connection of the reader's own, because waiting blocks it
 * @param blockMs how long one wait blocks
 * @param silenceMs how long an answer may take, blocking aside, before its connection is replaced
 * @param signal ends every wait
 */
export function createReader({
  redis,
  names,
  token,
  blockMs,
  silenceMs,
  signal,
}: {
  redis: Redis;
  names: StreamNames;
  token: string;
  blockMs: number;
  silenceMs: number;
  signal: AbortSignal;
}): Reader {
  const read = bindScript(redis, { name: 'readEntries', numberOfKeys: 2, lua: READ });

  /** One round trip for all of them. */
  async function bytesOf(ids: readonly string[]): Promise<(Buffer[] | null)[]> {
    const looks = ids.map((id) => redis.xrangeBuffer(names.input, id, id));
    const found = await answered(Promise.all(looks), { redis, limitMs: silenceMs, signal });
    return found.map(([entry]) => entry?.[1] ?? null);
  }

  return {
    async read(after, count) {
      const reply = read([names.owner, names.input], [token, names.group, names.consumer, count, after]);
      const [redelivered, redisTime, replies] = (await answered(reply, {
        redis,
        limitMs: silenceMs,
        signal,
      })) as [number, number, EntryReply[]];
      const entries = await toEntries(replies, bytesOf);
      return { entries, redelivered: redelivered === 1, redisTime };
    },
    async waitForEntryAfter(after) {
      const waited = redis.xread('COUNT', 1, 'BLOCK', blockMs, 'STREAMS', names.input, after);
      try {
        const reply = await answered(waited, { redis, limitMs: blockMs + silenceMs, signal });
        return reply?.[0]?.[1][0]?.[0];
      } catch (error) {
        // The read that follows raises it again, with the name of the key.
        if (redisErrorCode(error) === 'WRONGTYPE') return undefined;
        throw error;
      }
    },
  };
}
