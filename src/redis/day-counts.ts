import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { bindScript } from './script.ts';

/** Counts what happens on a day, off the path. */
export interface DayCounts {
  /** Never fails. */
  count(name: string, amount: number): void;
  /** Writes what is not written yet, for so many milliseconds at most. */
  close(limitMs: number): Promise<void>;
}

/** Milliseconds between two looks at what is to be written. */
const WRITE_MS = 2000;
/** Seconds for which Redis remembers what it heard of a process: longer than any reply is late. */
const REMEMBERED_SECONDS = 24 * 60 * 60;

/**
 * Counted twice is counted once: each part has a number, and a process sends one at a time.
 *
 * KEYS: the number of the last part heard, the book. ARGV: for how many seconds the book is kept, the number of this part,
 * then names and what to add.
 */
const ADD = `#!lua flags=allow-oom
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[2]) then return 0 end
for index = 3, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[index], ARGV[index + 1]) end
redis.call('EXPIRE', KEYS[2], ARGV[1])
redis.call('SET', KEYS[1], ARGV[2], 'EX', ${REMEMBERED_SECONDS})
return 1
`;

/**
 * @param scriptName of the script on this connection: one name for each kind of book
 * @param heardKey what the key of the last part heard begins with
 * @param bookOf the key of a day's book, a hash; in the same slot as the other
 * @param dayAt whose book a moment belongs to
 * @param failed told when it begins that nothing can be written; it is tried again
 */
export function createDayCounts({
  redis,
  scriptName,
  heardKey,
  bookOf,
  keptSeconds,
  dayAt,
  clock,
  failed,
}: {
  readonly redis: Redis;
  readonly scriptName: string;
  readonly heardKey: string;
  readonly bookOf: (day: string) => string;
  readonly keptSeconds: number;
  readonly dayAt: (now: number) => string;
  readonly clock: Clock;
  readonly failed: (error: Error) => void;
}): DayCounts {
  const heard = `${heardKey}${randomUUID()}`;
  const add = bindScript(redis, { name: scriptName, numberOfKeys: 2, lua: ADD });
  const counted = new Map<string, Map<string, number>>();
  let part:
    | { readonly number: number; readonly day: string; readonly counts: (string | number)[] }
    | undefined;
  let parts = 0;
  let writing: Promise<void> | undefined;
  let isFailing = false;

  /** What could not be written is sent again as it was: Redis may have heard it. */
  function nextPart(): typeof part {
    const [first] = counted;
    if (part || !first) return part;
    const [day, counts] = first;
    counted.delete(day);
    parts += 1;
    part = { number: parts, day, counts: [...counts].flat() };
    return part;
  }

  async function writeAll(): Promise<void> {
    try {
      for (let next = nextPart(); next; next = nextPart()) {
        await add([heard, bookOf(next.day)], [keptSeconds, next.number, ...next.counts]);
        part = undefined;
      }
      isFailing = false;
    } catch (error) {
      if (!isFailing) failed(error as Error);
      isFailing = true;
    }
  }

  function write(): Promise<void> {
    writing ??= writeAll().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  const timer = setInterval(() => void write(), WRITE_MS).unref();

  return {
    count(name, amount) {
      const day = dayAt(clock.now());
      const counts = counted.get(day) ?? new Map<string, number>();
      counted.set(day, counts.set(name, (counts.get(name) ?? 0) + amount));
    },
    async close(limitMs) {
      clearInterval(timer);
      let late: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((resolve) => {
        late = setTimeout(resolve, limitMs);
      });
      // What came while it was being written is written, too.
      await Promise.race([write().then(write), limit]);
      clearTimeout(late);
    },
  };
}
