import type { Redis } from 'ioredis';
import { bindScript } from '../redis/script.ts';
import type { BridgeKeys } from './bridge-keys.ts';

// What was done is told, remembered and acknowledged in one step, or in none: sent twice, it finds its own mark.
const SETTLE = `#!lua
if redis.call('SET', KEYS[3], '1', 'NX', 'EX', ARGV[3]) then
  for _, fields in ipairs(cjson.decode(ARGV[5])) do
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', unpack(fields))
  end
  local oldest = redis.call('TIME')[1] - ARGV[6]
  redis.call('XTRIM', KEYS[2], 'MINID', string.format('%.0f', oldest * 1000))
end
return redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
`;

/** Remembers what was done, so that what comes again is not done again. */
export interface BridgeLedger {
  isDone(source: string): Promise<boolean>;
  /**
   * Marks an action that may be done once only, before it is done.
   *
   * @param source whose action it is; @param index which of its actions
   * @returns false where it was begun before, so that nobody knows whether it was done
   */
  begin(source: string, index: number): Promise<boolean>;
  /** Publishes what became of an entry's actions, and acknowledges it; once, however often it is called. */
  settle(
    entryId: string,
    { source, executed }: { source: string; executed: readonly (readonly string[])[] },
  ): Promise<void>;
  /** Acknowledges an entry of which nothing is told. */
  pass(entryId: string): Promise<void>;
}

/**
 * @param rememberSeconds how long it remembers
 * @param maxEntries kept of what is published, about, and none for longer than `keptSeconds`
 */
export function createBridgeLedger({
  redis,
  keys,
  names,
  rememberSeconds,
  maxEntries,
  keptSeconds,
}: {
  redis: Redis;
  keys: BridgeKeys;
  names: { readonly input: string; readonly output: string; readonly group: string };
  rememberSeconds: number;
  maxEntries: number;
  keptSeconds: number;
}): BridgeLedger {
  const settle = bindScript(redis, { name: 'settleExecuted', numberOfKeys: 3, lua: SETTLE });
  return {
    isDone: async (source) => (await redis.exists(keys.done(source))) === 1,
    async begin(source, index) {
      const [[, isNew] = []] =
        (await redis
          .multi()
          .hsetnx(keys.marks(source), String(index), '1')
          .expire(keys.marks(source), rememberSeconds)
          .exec()) ?? [];
      return isNew === 1;
    },
    async settle(entryId, { source, executed }) {
      await settle(
        [names.input, names.output, keys.done(source)],
        [names.group, entryId, rememberSeconds, maxEntries, JSON.stringify(executed), keptSeconds],
      );
    },
    async pass(entryId) {
      await redis.xack(names.input, names.group, entryId);
    },
  };
}
