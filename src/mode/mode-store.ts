import type { Redis } from 'ioredis';
import type { Mode } from '../intent/mode.ts';
import { bindScript } from '../redis/script.ts';

/** What an operator can set: a mode, or that services choose by themselves. */
export type ModeSetting = Mode | 'auto';

/** What an operator set last. */
export interface OperatorSetting {
  /** A newer version may know modes that this one does not. */
  readonly setting: string;
  /** Milliseconds since 1970-01-01 UTC by Redis's clock, each later than the one before; 0 where nobody set anything. */
  readonly revision: number;
}

/** The mode that a replica asks for by itself. */
export interface Vote {
  readonly consumer: string;
  /** As in `OperatorSetting.setting`. */
  readonly mode: string;
  readonly reason: string;
}

/** What the replicas know together. */
export interface SharedMode {
  readonly operator: OperatorSetting;
  readonly votes: readonly Vote[];
}

export interface ModeStore {
  /** Reads what is there. */
  read(): Promise<SharedMode>;
  /**
   * Says what this replica asks for and knows, and reads what all know. A Redis that lost the operator's setting, or has
   * an older one, is given the one that is known here.
   *
   * @param vote `none` leaves an earlier process's vote under the same name to lapse; `withdrawn` takes ours back
   */
  sync(told: {
    readonly consumer: string;
    readonly known: OperatorSetting;
    readonly vote:
      | { readonly mode: Mode; readonly reason: string; readonly leftMs: number }
      | 'none'
      | 'withdrawn';
  }): Promise<SharedMode>;
  set(setting: ModeSetting): Promise<SharedMode>;
  /**
   * @param teller who tells it; asked again, as after an answer that was lost, it is still the first
   * @returns whether nobody else has told that before, since something else was told
   */
  isFirstToTell(what: string, teller: string): Promise<boolean>;
}

export const NOTHING_SET: OperatorSetting = { setting: 'auto', revision: 0 };

/** Milliseconds that a vote counts without being given again. */
const FRESH_MS = 5000;
/** Milliseconds that the vote of a replica which is gone holds a mode at most. */
const ORPHANED_MS = 60_000;

// A vote: until when it counts, the mode, the reason. Redis's clock counts, since replicas' clocks may differ.
const READ = `
local function read()
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local reply = { redis.call('HGET', KEYS[1], 'operator') or 'auto', redis.call('HGET', KEYS[1], 'revision') or '0' }
  local fields = redis.call('HGETALL', KEYS[1])
  for i = 1, #fields, 2 do
    local consumer = string.match(fields[i], '^vote:(.*)$')
    if consumer then
      local counts, mode, reason = string.match(fields[i + 1], '^(%d+) (%S+) (.*)$')
      if counts and tonumber(counts) > now then
        reply[#reply + 1] = consumer
        reply[#reply + 1] = mode
        reply[#reply + 1] = reason
      else
        redis.call('HDEL', KEYS[1], fields[i])
      end
    end
  end
  return reply
end
local function remember(setting, revision)
  if revision > (tonumber(redis.call('HGET', KEYS[1], 'revision')) or 0) then
    redis.call('HSET', KEYS[1], 'operator', setting, 'revision', string.format('%.0f', revision))
  end
end
`;

/** KEYS: the state. ARGV: the operator's setting as it is known, its revision, the vote's field, mode, reason, milliseconds. */
const SYNC = `#!lua flags=allow-oom
${READ}
remember(ARGV[1], tonumber(ARGV[2]))
if ARGV[4] == 'withdrawn' then
  redis.call('HDEL', KEYS[1], ARGV[3])
elseif ARGV[4] ~= 'none' then
  local time = redis.call('TIME')
  local counts = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[6])
  redis.call('HSET', KEYS[1], ARGV[3], string.format('%.0f', counts) .. ' ' .. ARGV[4] .. ' ' .. ARGV[5])
end
return read()
`;

/** KEYS: the state. ARGV: the setting. */
const SET = `#!lua flags=allow-oom
${READ}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(redis.call('HGET', KEYS[1], 'revision')) or 0
remember(ARGV[1], math.max(now, last + 1))
return read()
`;

/** KEYS: the state. ARGV: what is told, who tells it. */
const TELL = `#!lua flags=allow-oom
local told, teller = unpack(redis.call('HMGET', KEYS[1], 'told', 'teller'))
if told == ARGV[1] then return teller == ARGV[2] and 1 or 0 end
redis.call('HSET', KEYS[1], 'told', ARGV[1], 'teller', ARGV[2])
return 1
`;

/** Keeps the mode of all replicas in one key of Redis. */
export function createModeStore(redis: Redis, keyPrefix: string): ModeStore {
  const keys = [`${keyPrefix}v1:{mode}:state`];
  const bind = (name: string, lua: string) => bindScript(redis, { name, numberOfKeys: 1, lua });
  const [sync, set, tell] = [bind('syncMode', SYNC), bind('setMode', SET), bind('tellMode', TELL)];

  return {
    read: async () => decode(await sync(keys, [NOTHING_SET.setting, 0, '', 'none', '', 0])),
    async sync({ consumer, known, vote }) {
      const [mode, reason, leftMs] =
        typeof vote === 'string'
          ? [vote, '', 0]
          : [vote.mode, vote.reason, Math.min(vote.leftMs, ORPHANED_MS)];
      const counts = Math.max(FRESH_MS, Math.ceil(leftMs));
      return decode(
        await sync(keys, [known.setting, known.revision, `vote:${consumer}`, mode, reason, counts]),
      );
    },
    set: async (setting) => decode(await set(keys, [setting])),
    isFirstToTell: async (what, teller) => (await tell(keys, [what, teller])) === 1,
  };
}

function decode(reply: unknown): SharedMode {
  const [setting = NOTHING_SET.setting, revision, ...told] = reply as readonly string[];
  const votes: Vote[] = [];
  for (let index = 0; index + 2 < told.length; index += 3) {
    const [consumer = '', mode = '', reason = ''] = told.slice(index, index + 3);
    votes.push({ consumer, mode, reason });
  }
  return { operator: { setting, revision: Number(revision) || 0 }, votes };
}
