import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { answered } from '../redis/connection.ts';
import { bindScript } from '../redis/script.ts';
import { type Share, WORTH_GIVING } from './share.ts';
import type { StreamNames } from './stream-names.ts';

const SERVER = `string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')`;

/**
 * Starts every script that works on an input stream: it stops one that is no longer the owner. KEYS[1] is the
 * owner's key and ARGV[1] the fencing token.
 *
 * The token decides, not the time: an owner that overslept its lease stays owner until another one takes over,
 * so that a single slow replica makes progress.
 *
 * A Redis that was restarted, or a replica that was promoted, can have lost the last writes, acks and deliveries
 * among them. No ownership outlives that: who goes on must start from what this server knows.
 */
export const FENCE = `
local owner = redis.call('HMGET', KEYS[1], 'token', 'server')
if owner[1] ~= ARGV[1] then
  return redis.error_reply('LOST another replica owns the input stream')
end
if owner[2] ~= ${SERVER} then
  return redis.error_reply('LOST this is another Redis than the one where the input stream was acquired')
end
`;

// Time is Redis's own, so that clocks of the replicas do not matter. Allowed when memory is full: an owner that
// cannot write is still the owner, and the trimming that frees memory needs one.
const ACQUIRE = `#!lua flags=allow-oom
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local server = ${SERVER}
local current = redis.call('HMGET', KEYS[1], 'token', 'until', 'server', 'kept_for', 'kept_until')
if current[1] and current[1] ~= ARGV[1] and current[3] == server then
  local left = tonumber(current[2]) - now
  if left <= 0 and current[4] and current[4] ~= ARGV[1] and tonumber(current[5]) > now then
    return {0, tonumber(current[5]) - now, 0}
  end
  local isWanted = tonumber(redis.call('HGET', KEYS[1], 'streams') or '0') - ARGV[4] >= ${WORTH_GIVING}
  if left > 0 and isWanted and ARGV[5] ~= '' then
    redis.call('HSET', KEYS[1], 'wanted', ARGV[4], 'wanted_by', ARGV[1], 'wanted_until', now + ARGV[5])
  end
  if left > 0 then return {0, left, isWanted and 1 or 0} end
end
redis.call('HDEL', KEYS[1], 'streams', 'wanted', 'wanted_by', 'wanted_until', 'kept_for', 'kept_until')
if current[1] ~= ARGV[1] then redis.call('HSET', KEYS[1], 'previous', current[1] or '') end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'until', now + ARGV[2], 'consumer', ARGV[3], 'server', server)
local left = redis.call('HMGET', KEYS[1], 'previous', 'word_of', 'word')
return {1, left[1], left[2] == left[1] and left[3]}
`;

const RENEW = `#!lua flags=allow-oom
${FENCE}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'until', now + ARGV[2], 'streams', ARGV[3])
local wanted = redis.call('HMGET', KEYS[1], 'wanted', 'wanted_until', 'wanted_by')
redis.call('HDEL', KEYS[1], 'wanted', 'wanted_until', 'wanted_by')
if wanted[1] and tonumber(wanted[2]) > now then return {wanted[1], wanted[3]} end
return {}
`;

// The token stays, so that whoever comes next learns whose turn it was. Whoever asked for the stream gets it, if it still looks:
// any other one would have to be asked for it again. The word names whose it is: an owner of a release that knows of no words
// lets it lie, and after that one it says nothing about what is pending.
const RELEASE = `#!lua flags=allow-oom
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'until', 0)
if ARGV[2] ~= '' then
  local time = redis.call('TIME')
  local keptUntil = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]
  redis.call('HSET', KEYS[1], 'kept_for', ARGV[2], 'kept_until', keptUntil)
end
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'word', ARGV[4], 'word_of', ARGV[1]) end
return 1
`;

/** What an owner works with. */
export interface Tenure {
  readonly redis: Redis;
  readonly names: StreamNames;
  /** Its fencing token. */
  readonly token: string;
}

/** Another replica that asks for the stream. */
export interface Asker {
  /** How many streams it has. */
  readonly has: number;
  /** The fencing token that it will have as the owner. */
  readonly token: string;
}

/** What is said when a stream is released. */
export interface Left {
  /** May start for a moment, and nobody else. */
  readonly asker?: Asker | undefined;
  /** What the next owner is to know, and none after that one. */
  readonly word?: string | undefined;
}

export interface Ownership {
  /**
   * Waits until this replica owns the input stream. Asks its owner for it where that one has more than a fair share.
   *
   * @returns the fencing token, new for every acquisition, so that what an earlier owner left behind (this
   *   process's own past included) is never taken for it
   * @param standsBy told after each look that found another owner
   * @throws the signal's reason when it is aborted while waiting
   */
  acquire(signal: AbortSignal, standsBy?: () => void): Promise<string>;
  /** Whether no other replica owned the stream between this acquisition and the one before. */
  wasContinued(): boolean;
  /** The word that the owner right before left when it released the stream; undefined where it left none, as one that died. */
  wordLeft(): string | undefined;
  /**
   * Prolongs the lease.
   *
   * @returns who asks for the stream; undefined where nobody does
   * @throws an error with code LOST when another replica took over; the signal's reason
   */
  renew(token: string, signal: AbortSignal): Promise<Asker | undefined>;
  /**
   * Lets any replica start at once, this one too, which then learns whether another one did. Does nothing where the
   * token is no longer the owner's.
   */
  release(token: string, signal: AbortSignal, left?: Left): Promise<void>;
}

/** Milliseconds between two looks of a standby. A graceful shutdown frees the lease early, so it looks more often than once a lease. */
function lookAgainAfter(leaseMs: number): number {
  return Math.max(10, Math.min(leaseMs / 4, 500));
}

/**
 * One active owner per input stream: two consumers that share a stream mix up the order of what one room said.
 * The others stand by and take over within a moment of the lease's end.
 *
 * These commands come at regular intervals, so they also find out when the connection is dead.
 *
 * @param share of all streams that this process reads; absent: it asks for none
 * @param leaseMs how long a dead owner keeps the stream
 * @param silenceMs how long an answer may take before the connection is replaced
 */
export function createOwnership({
  redis,
  names,
  share,
  leaseMs,
  silenceMs,
}: {
  redis: Redis;
  names: Pick<StreamNames, 'owner' | 'consumer'>;
  share?: Pick<Share, 'count' | 'mayAsk' | 'passes'>;
  leaseMs: number;
  silenceMs: number;
}): Ownership {
  const bind = (name: string, lua: string) => {
    const script = bindScript(redis, { name, numberOfKeys: 1, lua });
    return (values: readonly (string | number)[], signal: AbortSignal): Promise<unknown> =>
      answered(script([names.owner], values), { redis, limitMs: silenceMs, signal });
  };
  const acquire = bind('acquireOwnership', ACQUIRE);
  const renew = bind('renewOwnership', RENEW);
  const release = bind('releaseOwnership', RELEASE);
  const lookAgainMs = lookAgainAfter(leaseMs);
  let lastToken: string | undefined;
  /** The token asked for until it is known to be granted: Redis may grant it and go down before it says so. */
  let askedFor: string | undefined;
  let continued = false;
  let wordLeft: string | undefined;

  return {
    async acquire(signal, standsBy) {
      const token = askedFor ?? randomUUID();
      askedFor = token;
      for (;;) {
        signal.throwIfAborted();
        const asksFor = share?.mayAsk(names.owner) ? 2 * lookAgainMs : '';
        const values = [token, leaseMs, names.consumer, share?.count() ?? 0, asksFor];
        const answer = (await acquire(values, signal)) as [0, number, number] | [1, string, string | null];
        if (answer[0] === 1) {
          const [, previous, word] = answer;
          continued = previous === lastToken;
          wordLeft = word ?? undefined;
          lastToken = token;
          askedFor = undefined;
          return token;
        }
        standsBy?.();
        const [, left, isWanted] = answer;
        if (isWanted === 0) share?.passes(names.owner);
        await sleep(Math.min(left + 1, lookAgainMs), undefined, { signal });
      }
    },
    wasContinued: () => continued,
    wordLeft: () => wordLeft,
    async renew(token, signal) {
      const answer = await renew([token, leaseMs, share?.count() ?? 0], signal);
      const [has, askerToken] = answer as [string, string] | [];
      return askerToken === undefined ? undefined : { has: Number(has), token: askerToken };
    },
    async release(token, signal, { asker, word = '' } = {}) {
      await release([token, asker?.token ?? '', 2 * lookAgainMs, word], signal);
    },
  };
}
