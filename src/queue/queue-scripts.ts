import type { Redis } from 'ioredis';
import { bindScript } from '../redis/script.ts';
import { FENCE } from '../stream/ownership.ts';
import type { QueueKeys } from './queue-keys.ts';
import type { QueueStatus } from './queued-request.ts';

// Sent twice, or under a key that was used, it finds itself. Time is Redis's own. What lay too long on the way is not taken in any
// more: whoever asked was told by then that it is not.
/** KEYS: waiting, record, said. ARGV: most, id, priority, lane, milliseconds to wait, to keep, reason, said, callback, by when. */
const ADD = `#!lua
if redis.call('EXISTS', KEYS[2]) == 1 then return 'known' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now > tonumber(ARGV[10]) then return 'late' end
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then return 'full' end
local expires = string.format('%.0f', now + ARGV[5])
redis.call('XADD', KEYS[1], '*', 'queue_id', ARGV[2], 'priority', ARGV[3], 'lane', ARGV[4], 'expires', expires)
redis.call('HSET', KEYS[2], 'status', 'queued', 'priority', ARGV[3], 'attempts', 0, 'failures', 0, 'reason', ARGV[7],
  'created', string.format('%.0f', now), 'expires', expires)
if ARGV[9] ~= '' then redis.call('HSET', KEYS[2], 'callback', 'pending', 'callback_url', ARGV[9]) end
redis.call('PEXPIRE', KEYS[2], ARGV[5] + ARGV[6])
redis.call('SET', KEYS[3], ARGV[8], 'PX', ARGV[5])
return 'queued'
`;

// Its entry is found empty when its turn comes. What somebody is at goes on.
/** KEYS: record, said. */
const TAKE_BACK = `#!lua flags=allow-oom
if redis.call('HGET', KEYS[1], 'status') == 'queued' then redis.call('DEL', KEYS[1], KEYS[2]) end
return 1
`;

/** KEYS: owner, record, said. ARGV: token, attempts, started. Returns what was said, or nothing where it is forgotten. */
const BEGIN = `#!lua
${FENCE}
local said = redis.call('GET', KEYS[3])
if not said or redis.call('EXISTS', KEYS[2]) == 0 then return false end
redis.call('HSET', KEYS[2], 'status', 'processing', 'attempts', ARGV[2], 'started', ARGV[3])
return said
`;

/** KEYS: owner, record. ARGV: token, attempts, failures. */
const PUT_BACK = `#!lua flags=allow-oom
${FENCE}
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
redis.call('HSET', KEYS[2], 'status', 'queued', 'attempts', ARGV[2], 'failures', ARGV[3])
return 1
`;

// What was said is forgotten at the end, whichever it is. Where it was before its time, somebody had it erased: then what was
// understood meanwhile is not kept either. Allowed when memory is full: an answer that was paid for takes little more room than what
// was said, and would be paid for again.
/** KEYS: owner, waiting, record, said, callbacks. ARGV: token, entry, id, status, ended, milliseconds to keep, result. */
const END = `#!lua flags=allow-oom
${FENCE}
if redis.call('XDEL', KEYS[2], ARGV[2]) == 0 then return redis.call('HGET', KEYS[3], 'status') or ARGV[4] end
local isForgotten = redis.call('DEL', KEYS[4]) == 0
if redis.call('EXISTS', KEYS[3]) == 0 then return ARGV[4] end
local isErased = isForgotten and tonumber(redis.call('HGET', KEYS[3], 'expires')) > redis.call('TIME')[1] * 1000
local status = isErased and 'expired' or ARGV[4]
redis.call('HSET', KEYS[3], 'status', status, 'ended', ARGV[5])
if ARGV[7] ~= '' and not isErased then redis.call('HSET', KEYS[3], 'result', ARGV[7]) end
redis.call('PEXPIRE', KEYS[3], ARGV[6])
if redis.call('HGET', KEYS[3], 'callback') == 'pending' then redis.call('ZADD', KEYS[5], 0, ARGV[3]) end
return status
`;

// By Redis's own time, since the next try may be that of another machine.
/** KEYS: callbacks. ARGV: most. Returns ids of those whose call is due. */
const DUE = `#!lua flags=no-writes
local time = redis.call('TIME')
return redis.call('ZRANGE', KEYS[1], '-inf', time[1] * 1000 + math.floor(time[2] / 1000), 'BYSCORE', 'LIMIT', 0, ARGV[1])
`;

/** KEYS: owner, callbacks. ARGV: token, milliseconds, ids. */
const PUT_OFF = `#!lua flags=allow-oom
${FENCE}
local time = redis.call('TIME')
local due = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
for index = 3, #ARGV do redis.call('ZADD', KEYS[2], 'XX', due, ARGV[index]) end
return 1
`;

/** KEYS: owner, callbacks, record. ARGV: token, id, tries, milliseconds until the next; or 'delivered' or 'given_up' in their place. */
const CALLED = `#!lua flags=allow-oom
${FENCE}
local isOver = ARGV[4] == 'delivered' or ARGV[4] == 'given_up'
if isOver then
  redis.call('ZREM', KEYS[2], ARGV[2])
else
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[2], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4], ARGV[2])
end
if redis.call('EXISTS', KEYS[3]) == 0 then return 0 end
redis.call('HSET', KEYS[3], 'callback_tries', ARGV[3])
if isOver then
  redis.call('HSET', KEYS[3], 'callback', ARGV[4])
  redis.call('HDEL', KEYS[3], 'callback_url')
end
return 1
`;

/** What an owner does to requests. All of it bears being sent twice, and throws LOST where another replica is the owner. */
export interface OwnerScripts {
  /** @returns what is asked; undefined where that is forgotten: its time is over */
  begin(queueId: string, told: { attempts: number; started: number }): Promise<string | undefined>;
  putBack(queueId: string, told: { attempts: number; failures: number }): Promise<void>;
  /** @returns how it ended: one that was erased meanwhile has expired */
  end(
    entry: { readonly entryId: string; readonly queueId: string },
    told: { status: QueueStatus; ended: number; keptMs: number; result?: string | undefined },
  ): Promise<QueueStatus>;
  /** @returns ids of those whose call is due, so many at most */
  due(most: number): Promise<string[]>;
  /** Calls are due so many milliseconds later. */
  putOff(queueIds: readonly string[], ms: number): Promise<void>;
  /** @param next milliseconds until the next try, or how it ended */
  called(
    queueId: string,
    told: { readonly tries: number; readonly next: number | 'delivered' | 'given_up' },
  ): Promise<void>;
}

export function bindOwnerScripts(
  redis: Redis,
  { keys, token }: { keys: QueueKeys; token: string },
): OwnerScripts {
  const bind = (name: string, numberOfKeys: number, lua: string) =>
    bindScript(redis, { name, numberOfKeys, lua });
  const begin = bind('queueBegin', 3, BEGIN);
  const putBack = bind('queuePutBack', 2, PUT_BACK);
  const end = bind('queueEnd', 5, END);
  const due = bind('queueDue', 1, DUE);
  const putOff = bind('queuePutOff', 2, PUT_OFF);
  const called = bind('queueCalled', 3, CALLED);
  const { owner, waiting, callbacks, record, said } = keys;
  return {
    async begin(queueId, { attempts, started }) {
      const found = await begin([owner, record(queueId), said(queueId)], [token, attempts, started]);
      return typeof found === 'string' ? found : undefined;
    },
    async putBack(queueId, { attempts, failures }) {
      await putBack([owner, record(queueId)], [token, attempts, failures]);
    },
    async end({ entryId, queueId }, { status, ended, keptMs, result = '' }) {
      const names = [owner, waiting, record(queueId), said(queueId), callbacks];
      return (await end(names, [token, entryId, queueId, status, ended, keptMs, result])) as QueueStatus;
    },
    async due(most) {
      return (await due([callbacks], [most])) as string[];
    },
    async putOff(queueIds, ms) {
      await putOff([owner, callbacks], [token, ms, ...queueIds]);
    },
    async called(queueId, { tries, next }) {
      await called([owner, callbacks, record(queueId)], [token, queueId, tries, next]);
    },
  };
}

/** What whoever asks does to requests. All of it bears being sent twice. */
export interface AskerScripts {
  /**
   * @param byRedisTime milliseconds since the epoch, on Redis's clock: afterwards it is too late
   * @returns `known` where it was added before, `full` where as many wait as may
   */
  add(
    queueId: string,
    request: {
      readonly most: number;
      readonly priority: number;
      readonly lane: string;
      readonly ttlMs: number;
      readonly keptMs: number;
      readonly reason: string;
      readonly said: string;
      readonly callbackUrl: string;
      readonly byRedisTime: number;
    },
  ): Promise<'queued' | 'known' | 'full' | 'late'>;
  /** One that waits is to wait no more, and nobody is called about it. */
  takeBack(queueId: string): Promise<void>;
}

export function bindAskerScripts(redis: Redis, keys: QueueKeys): AskerScripts {
  const add = bindScript(redis, { name: 'queueAdd', numberOfKeys: 3, lua: ADD });
  const takeBack = bindScript(redis, { name: 'queueTakeBack', numberOfKeys: 2, lua: TAKE_BACK });
  return {
    async add(queueId, { most, priority, lane, ttlMs, keptMs, reason, said, callbackUrl, byRedisTime }) {
      const added = await add(
        [keys.waiting, keys.record(queueId), keys.said(queueId)],
        [most, queueId, priority, lane, ttlMs, keptMs, reason, said, callbackUrl, byRedisTime],
      );
      return added as 'queued' | 'known' | 'full' | 'late';
    },
    async takeBack(queueId) {
      await takeBack([keys.record(queueId), keys.said(queueId)], []);
    },
  };
}
