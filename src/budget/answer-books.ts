import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { Recognition, Source } from '../intent/recognition.ts';
import { answeredByRulesOnPurpose } from '../intent/rules-on-purpose.ts';
import { bindScript } from '../redis/script.ts';
import { ledgerKeys } from './ledger-keys.ts';
import { DAY_KEPT_SECONDS } from './ledger-lua.ts';
import { within } from './within.ts';

/** What is counted of the answers of a day; `saved` is nano-dollars, everything else utterances. */
export type AnswerCount =
  | Source
  /** A model was asked, whoever answered in the end. */
  | 'asked'
  /** Rules answered, and no model had to be asked. */
  | 'spared'
  /** What known answers did not cost again. */
  | 'saved';

export const ANSWER_COUNTS: readonly AnswerCount[] = [
  'cache',
  'llm',
  'rules',
  'none',
  'asked',
  'spared',
  'saved',
];

/** Counts answers beside the money, so that a report can tell what an utterance costs and what was saved. */
export interface AnswerBooks {
  /** Off the path; never fails. */
  answered(recognition: Recognition): void;
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
 * KEYS: the number of the last part heard, the book. ARGV: the number of this part, then names and what to add.
 */
const ADD = `#!lua flags=allow-oom
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[1]) then return 0 end
for index = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[index], ARGV[index + 1]) end
redis.call('EXPIRE', KEYS[2], ${DAY_KEPT_SECONDS})
redis.call('SET', KEYS[1], ARGV[1], 'EX', ${REMEMBERED_SECONDS})
return 1
`;

/**
 * @param dayAt whose book a moment belongs to
 * @param rulesGoFirst whether rules are asked before models
 * @param failed told when it begins that nothing can be written; it is tried again
 */
export function createAnswerBooks({
  redis,
  keyPrefix,
  dayAt,
  rulesGoFirst,
  clock,
  failed,
}: {
  readonly redis: Redis;
  readonly keyPrefix: string;
  readonly dayAt: (now: number) => string;
  readonly rulesGoFirst: boolean;
  readonly clock: Clock;
  readonly failed: (error: Error) => void;
}): AnswerBooks {
  const { days } = ledgerKeys(keyPrefix);
  const heard = `${days}heard:${randomUUID()}`;
  const add = bindScript(redis, { name: 'budgetCountAnswers', numberOfKeys: 2, lua: ADD });
  const counted = new Map<string, Map<AnswerCount, number>>();
  let part:
    | { readonly number: number; readonly day: string; readonly counts: (string | number)[] }
    | undefined;
  let parts = 0;
  let writing: Promise<void> | undefined;
  let isFailing = false;

  function count(name: AnswerCount, amount: number): void {
    const day = dayAt(clock.now());
    const counts = counted.get(day) ?? new Map<AnswerCount, number>();
    counted.set(day, counts.set(name, (counts.get(name) ?? 0) + amount));
  }

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
        await add([heard, `${days}${next.day}:answers`], [next.number, ...next.counts]);
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
    answered(recognition) {
      const { source, use, saved } = recognition;
      count(source, 1);
      if (use) count('asked', 1);
      if (answeredByRulesOnPurpose(recognition, { rulesGoFirst })) count('spared', 1);
      if (saved) count('saved', saved);
    },
    async close(limitMs) {
      clearInterval(timer);
      // What came while it was being written is written, too.
      const all = write().then(write);
      await within(all, { ms: limitMs, signal: new AbortController().signal });
    },
  };
}
