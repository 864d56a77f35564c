import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { bindScript } from '../redis/script.ts';
import { FENCE } from './ownership.ts';
import { persist, type TroubleListener } from './persist.ts';
import type { Progress } from './progress.ts';
import { settlementJson } from './settlement-json.ts';
import type { StreamNames } from './stream-names.ts';
import { WRONG_TYPE } from './stream-type.ts';

// A script has no rollback, so all that could fail is looked at before the first write. XPENDING raises NOGROUP
// where XACK would answer 0 and lose the entry. Without the flag allow-oom, full memory refuses the script whole.
// Only who acks an entry publishes it: a script that was sent twice publishes once. Where the writing is refused all
// the same (no permission, a stream that has run out of ids), the entry becomes pending again. The entries come as one
// JSON argument, because the client needs longer for 17,000 arguments than for all the rest of its work; see
// settlement-json.ts for the numbers in it.
const SETTLE = `#!lua
${FENCE}
${WRONG_TYPE}
local wrong = wrongType(KEYS[2]) or wrongType(KEYS[3]) or wrongType(KEYS[4])
if wrong then return wrong end
local group = ARGV[2]
redis.call('XPENDING', KEYS[2], group)
local failed = redis.call('TYPE', KEYS[6]).ok == 'hash'
local targets = {publish = KEYS[3], dead = KEYS[4]}
local settled, fields = {}, {}
for index, entry in ipairs(cjson.decode(ARGV[4])) do
  local target, id = targets[entry[1]], entry[2]
  local count = 0
  for position = 3, #entry do
    local part = entry[position]
    if type(part) == 'number' then
      count = count + part
    else
      count = count + 1
      fields[count] = part
    end
  end
  local acked = redis.call('XACK', KEYS[2], group, id)
  if acked == 1 then
    if target then
      local added = redis.pcall('XADD', target, '*', unpack(fields, 1, count))
      if added.err then
        local consumer = redis.call('HGET', KEYS[1], 'consumer')
        redis.call('XCLAIM', KEYS[2], group, consumer, 0, id, 'FORCE', 'JUSTID')
        return added
      end
    end
    if failed then redis.call('HDEL', KEYS[6], id) end
  end
  settled[index] = acked
end
redis.call('SET', KEYS[5], ARGV[3])
return settled
`;

/** What becomes of one entry. */
export interface Settlement {
  readonly id: string;
  /** `publish` to the output, `dead` to the dead letters, `skip` without a trace. */
  readonly kind: 'publish' | 'dead' | 'skip';
  /** Fields of the new entry; asked for just before it is sent. @param at when that is: UTC, ISO 8601 */
  readonly fields: (at: string) => readonly string[];
  /** Called once the entry is settled; false when it had been settled before and nothing was written. */
  readonly settled: (written: boolean) => void;
}

export interface Publisher {
  /** Settles an entry with the next script. */
  settle(settlement: Settlement): void;
}

/** Entries one script settles at most. Redis does nothing else meanwhile. */
const MAX_BATCH = 500;

/**
 * Publishes and acks: an entry is either pending or published once, whatever dies when. Results that are there
 * together go together, one script after the other.
 *
 * @param progress what is settled is taken off it
 * @param failed told why the session cannot go on; nothing is sent any more
 */
export function createPublisher({
  redis,
  names,
  token,
  progress,
  signal,
  listener,
  failed,
  clock,
}: {
  redis: Redis;
  names: StreamNames;
  token: string;
  progress: Progress;
  signal: AbortSignal;
  listener: TroubleListener;
  failed: (error: unknown) => void;
  clock: Clock;
}): Publisher {
  const settle = bindScript(redis, { name: 'settleEntries', numberOfKeys: 6, lua: SETTLE });
  const keys = [names.owner, names.input, names.output, names.deadLetters, names.cursor, names.failures];
  let waiting: Settlement[] = [];
  let scheduled = false;

  async function send(settlements: readonly Settlement[]): Promise<void> {
    const cursor = progress.cursorAfter(new Set(settlements.map(({ id }) => id)));
    const at = new Date(clock.now()).toISOString();
    const entries = settlementJson(settlements.map(({ kind, id, fields }) => [kind, id, fields(at)]));
    const acked = (await persist(() => settle(keys, [token, names.group, cursor, entries]), {
      operation: 'publish',
      signal,
      listener,
    })) as number[];
    settlements.forEach(({ id, settled }, index) => {
      progress.settle(id);
      settled(acked[index] === 1);
    });
  }

  async function flush(): Promise<void> {
    try {
      while (waiting.length > 0 && !signal.aborted) {
        const settlements = waiting.slice(0, MAX_BATCH);
        waiting = waiting.slice(MAX_BATCH);
        await send(settlements);
      }
    } catch (error) {
      failed(error);
    } finally {
      scheduled = false;
    }
  }

  return {
    settle(settlement) {
      waiting.push(settlement);
      if (scheduled) return;
      scheduled = true;
      setImmediate(() => void flush());
    },
  };
}
