import type { Redis } from 'ioredis';
import type { Action } from '../intent/recognition.ts';
import type { TraceParent } from '../intent/transcript.ts';
import { bindScript } from '../redis/script.ts';
import type { BridgeKeys } from './bridge-keys.ts';
import type { ExecutedFor } from './executed.ts';

/** Something that is to be done later, or a timer. */
export interface Schedule {
  /** The same however often it is asked for: what it answers, and which of its actions it is. */
  readonly id: string;
  readonly kind: 'action' | 'timer';
  /** Of a timer the action that set it. */
  readonly action: Action;
  /** Milliseconds since the epoch: when it is due next. */
  readonly at: number;
  /** The same of its first time; from there a rule counts. */
  readonly first: number;
  /** RFC 5545: how it comes again. */
  readonly repeat?: string;
  readonly origin: ExecutedFor;
  readonly isConfirmed: boolean;
  /** What a timer is called. */
  readonly name?: string;
  /** Milliseconds left of a timer that is paused. */
  readonly pausedMs?: number;
  readonly trace?: TraceParent;
}

/** What is planned, kept in Redis. */
export interface Schedules {
  /** @returns `full` where no more may be planned. What is there already stays as it is. */
  add(schedule: Schedule): Promise<'added' | 'full'>;
  /** The next one first; paused timers last. */
  list(): Promise<readonly Schedule[]>;
  /** How many there are, timers included. */
  count(): Promise<number>;
  /** @returns false where there is none */
  remove(id: string): Promise<boolean>;
  /** Moves one, pauses it, lets it go on. @returns false where it is gone */
  change(schedule: Schedule): Promise<boolean>;
  /** Those whose time has come. @param now milliseconds since the epoch */
  due(now: number): Promise<readonly Schedule[]>;
  /** Takes one that is due, for as long as it may take. @returns false where another bridge has it */
  claim(schedule: Schedule, leaseMs: number): Promise<boolean>;
  /**
   * Tells what became of one that was due, and plans it anew or strikes it off: all of it, once.
   *
   * @param next when it comes again, in milliseconds since the epoch; undefined: it does not
   */
  settle(
    schedule: Schedule,
    { executed, next }: { executed: readonly (readonly string[])[]; next: number | undefined },
  ): Promise<void>;
}

const ADD = `#!lua
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 1 end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 1
`;

// An empty time: it is paused.
const CHANGE = `#!lua
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if ARGV[3] == '' then redis.call('ZREM', KEYS[2], ARGV[1])
else redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1]) end
return 1
`;

const REMOVE = `#!lua
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('HDEL', KEYS[1], ARGV[1])
`;

const CLAIM = `#!lua
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
`;

// One that was cancelled meanwhile does not come again.
const SETTLE = `#!lua
if redis.call('SET', KEYS[4], '1', 'NX', 'EX', ARGV[4]) then
  for _, fields in ipairs(cjson.decode(ARGV[6])) do
    redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[5], '*', unpack(fields))
  end
  if ARGV[3] == '' then
    redis.call('HDEL', KEYS[1], ARGV[1])
    redis.call('ZREM', KEYS[2], ARGV[1])
  elseif redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
    redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
  end
end
return redis.call('DEL', KEYS[3])
`;

const DUE_AT_ONCE = 50;

/** What one due time of a schedule is known by: it is done once for each. */
export function occasionOf({ id, at }: Schedule): string {
  return `${id}@${at}`;
}

/**
 * @param consumer who this bridge is
 * @param output the stream that what was done is told on
 * @param most that may be planned
 */
export function createSchedules({
  redis,
  keys,
  consumer,
  output,
  most,
  rememberSeconds,
  maxEntries,
}: {
  redis: Redis;
  keys: BridgeKeys;
  consumer: string;
  output: string;
  most: number;
  rememberSeconds: number;
  maxEntries: number;
}): Schedules {
  const add = bindScript(redis, { name: 'addSchedule', numberOfKeys: 2, lua: ADD });
  const change = bindScript(redis, { name: 'changeSchedule', numberOfKeys: 2, lua: CHANGE });
  const remove = bindScript(redis, { name: 'removeSchedule', numberOfKeys: 2, lua: REMOVE });
  const claim = bindScript(redis, { name: 'claimSchedule', numberOfKeys: 2, lua: CLAIM });
  const settle = bindScript(redis, { name: 'settleSchedule', numberOfKeys: 5, lua: SETTLE });
  const both = [keys.schedules, keys.due];
  const parse = (text: string): Schedule => JSON.parse(text) as Schedule;

  return {
    async add(schedule) {
      const added = await add(both, [schedule.id, JSON.stringify(schedule), schedule.at, most]);
      return added === 1 ? 'added' : 'full';
    },
    async list() {
      const all = Object.values(await redis.hgetall(keys.schedules)).map(parse);
      const order = ({ at, pausedMs }: Schedule): number => (pausedMs === undefined ? at : Number.MAX_VALUE);
      return all.sort((one, other) => order(one) - order(other) || (one.id < other.id ? -1 : 1));
    },
    count: () => redis.hlen(keys.schedules),
    remove: async (id) => (await remove(both, [id])) === 1,
    async change(schedule) {
      const at = schedule.pausedMs === undefined ? schedule.at : '';
      return (await change(both, [schedule.id, JSON.stringify(schedule), at])) === 1;
    },
    async due(now) {
      const ids = await redis.zrangebyscore(keys.due, '-inf', now, 'LIMIT', 0, DUE_AT_ONCE);
      if (ids.length === 0) return [];
      const found = await redis.hmget(keys.schedules, ...ids);
      return found.flatMap((text) => (text === null ? [] : [parse(text)]));
    },
    async claim(schedule, leaseMs) {
      const claimed = await claim(
        [keys.schedules, keys.firing(occasionOf(schedule))],
        [schedule.id, consumer, leaseMs],
      );
      return claimed === 1;
    },
    async settle(schedule, { executed, next }) {
      const { id } = schedule;
      const occasion = occasionOf(schedule);
      const again = next === undefined ? '' : JSON.stringify({ ...schedule, at: next });
      await settle(
        [keys.schedules, keys.due, keys.firing(occasion), keys.done(occasion), output],
        [id, again, next ?? '', rememberSeconds, maxEntries, JSON.stringify(executed)],
      );
    },
  };
}
