import type { Redis } from 'ioredis';
import { bindScript } from '../redis/script.ts';
import type { StreamNames } from './stream-names.ts';

// Lowest id that some group has not acked or not been given yet: nothing from there on may go, whoever reads
// along. Ids are compared as numbers padded to one length, because their sequence can exceed Lua's integers.
// ARGV: seconds that an entry stays, the group. Returns Redis's time in seconds, for all other streams. TIME is not asked by
// itself: the library sends it before a connection is ready, and forgets it where that breaks first.
const TRIM_SETTLED = `#!lua flags=allow-oom
local now = tonumber(redis.call('TIME')[1])
if redis.call('EXISTS', KEYS[1]) == 0 then return now end
local function sortable(id)
  local time, sequence = string.match(id, '(%d+)-(%d+)')
  return string.rep('0', 20 - #time) .. time .. string.rep('0', 20 - #sequence) .. sequence
end
local keep, ours = string.format('%.0f-0', math.max(0, now - ARGV[1]) * 1000), false
for _, reply in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = {}
  for index = 1, #reply, 2 do group[reply[index]] = reply[index + 1] end
  ours = ours or group.name == ARGV[2]
  -- A group that was set back has entries to come before those it has pending.
  local needed = {group['last-delivered-id']}
  if group.pending > 0 then needed[2] = redis.call('XPENDING', KEYS[1], group.name)[2] end
  for _, id in ipairs(needed) do
    if sortable(id) < sortable(keep) then keep = id end
  end
end
-- Without our own group nobody knows what of the stream was done.
if ours then redis.call('XTRIM', KEYS[1], 'MINID', '~', keep) end
return now
`;

// A consumer's pending entries are thrown away with it, so it goes only when it has none: looked at and done in
// one script.
const REMOVE_IDLE_CONSUMERS = `#!lua flags=allow-oom
local removed = 0
if redis.call('EXISTS', KEYS[1]) == 0 then return removed end
for _, reply in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for index = 1, #reply, 2 do consumer[reply[index]] = reply[index + 1] end
  if consumer.pending == 0 and consumer.idle > tonumber(ARGV[3]) and consumer.name ~= ARGV[2] then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    removed = removed + 1
  end
end
return removed
`;

/** How long what was written stays. */
export interface Retention {
  /** Seconds an input entry stays after every group has settled it. */
  readonly inputSeconds: number;
  readonly outputSeconds: number;
  /** Entries the output holds at most, so that a flood cannot fill the memory. */
  readonly outputEntries: number;
  readonly deadLetterSeconds: number;
  readonly deadLetterEntries: number;
}

/** Replicas come and go under new names (containers do); the group forgets one a day after it was last seen. */
const IDLE_CONSUMER_MS = 24 * 60 * 60 * 1000;

export interface Janitor {
  /** Trims every stream this service reads or writes, once. */
  sweep(): Promise<void>;
}

/** Keeps the streams from growing for ever: one day a Redis that may not evict would refuse to write. */
export function createJanitor({
  redis,
  names,
  retention,
}: {
  redis: Redis;
  names: StreamNames;
  retention: Retention;
}): Janitor {
  const trimSettled = bindScript(redis, { name: 'trimSettled', numberOfKeys: 1, lua: TRIM_SETTLED });
  const removeIdle = bindScript(redis, {
    name: 'removeIdleConsumers',
    numberOfKeys: 1,
    lua: REMOVE_IDLE_CONSUMERS,
  });

  return {
    async sweep() {
      const now = Number(await trimSettled([names.input], [retention.inputSeconds, names.group]));
      const oldest = (seconds: number): string => `${Math.max(0, now - seconds) * 1000}-0`;
      await redis.xtrim(names.output, 'MINID', '~', oldest(retention.outputSeconds));
      await redis.xtrim(names.output, 'MAXLEN', '~', retention.outputEntries);
      await redis.xtrim(names.deadLetters, 'MINID', '~', oldest(retention.deadLetterSeconds));
      await redis.xtrim(names.deadLetters, 'MAXLEN', '~', retention.deadLetterEntries);
      await removeIdle([names.input], [names.group, names.consumer, IDLE_CONSUMER_MS]);
    },
  };
}
