import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { createQuickAnswers, type TroubleEvents } from './quick-answers.ts';
import { bindScript } from './script.ts';

/** What comes of something that is to be done once, however often it is asked for. */
export type AnsweredOnce =
  | {
      readonly kind: 'answer';
      readonly answer: unknown;
      /** It was done before, or for somebody else. */
      readonly isReplay: boolean;
    }
  /** The key was used for something else. */
  | { readonly kind: 'other request' }
  /** Somebody else is at it, and takes long. */
  | { readonly kind: 'under way' }
  /** Redis, which remembers keys, does not answer: nothing was done. */
  | { readonly kind: 'unavailable' };

/** Does something once for each key, in all processes together. */
export interface AnswerOnce {
  /**
   * @param key by which whoever asks tells that it is the same again
   * @param request what is asked, to tell that it is something else after all
   * @param run does it, whoever hangs up meanwhile; what it resolves with is written as JSON
   * @param holds whether an answer given so many milliseconds ago still says the truth: where not, it is done anew. Absent: each does
   * @throws what `run` throws; then it may be tried again under the same key
   */
  once(key: string, task: Task): Promise<AnsweredOnce>;
  close(): void;
}

interface Task {
  readonly request: string;
  readonly run: () => Promise<unknown>;
  readonly holds?: (answer: unknown, ageMs: number) => Promise<boolean>;
}

interface Held {
  readonly request: string;
  /** Absent while somebody is at it. */
  readonly answer?: unknown;
}

/** Milliseconds that Redis may take. */
const QUICK_MS = 1000;
/** Milliseconds between two looks at whether another process is done, and in all. */
const LOOK_MS = 100;
const PATIENCE_MS = 5000;
const KEPT_MS = 24 * 60 * 60 * 1000;

// Sent again after a lost reply it finds itself.
/** KEYS: the key. ARGV: what it holds, what it is to hold, for how many milliseconds. */
const REPLACE = `#!lua
local held = redis.call('GET', KEYS[1])
if held == ARGV[2] then return 1 end
if held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`;

/** The beginning of the keys under which answers lie, as JSON with `request` and `answer`. */
export function answersOnce(keyPrefix: string): string {
  return `${keyPrefix}v1:idempotency:`;
}

/**
 * A process that dies at work leaves its key taken until the lease ends; after that it is done again, and paid for again
 * where it had been paid for and not written down.
 *
 * @param leaseMs longer than anything takes that is done
 */
export function createAnswerOnce({
  redis,
  keyPrefix,
  leaseMs,
  events,
}: {
  readonly redis: Redis;
  readonly keyPrefix: string;
  readonly leaseMs: number;
  readonly events: TroubleEvents;
}): AnswerOnce {
  const quick = createQuickAnswers({ redis, limitMs: QUICK_MS, events });
  const replace = bindScript(redis, { name: 'replaceAnswer', numberOfKeys: 1, lua: REPLACE });
  const underWay = new Map<string, { readonly request: string; readonly answer: Promise<AnsweredOnce> }>();

  async function claim(name: string, { request, holds }: Task): Promise<AnsweredOnce | 'ours'> {
    const mine = JSON.stringify({ request, owner: randomUUID() });
    for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
      // Sent again after a lost reply it finds itself.
      const found = await quick.ask('claim a key', async () => ({
        held: await redis.set(name, mine, 'PX', leaseMs, 'NX', 'GET'),
      }));
      if (!found) return { kind: 'unavailable' };
      if (found.held === null || found.held === mine) return 'ours';
      const held = JSON.parse(found.held) as Held;
      if (held.request !== request) return { kind: 'other request' };
      if ('answer' in held) {
        if (!holds || (await stillHolds(name, held.answer, holds))) {
          return { kind: 'answer', answer: held.answer, isReplay: true };
        }
        const { held: before } = found;
        const replaced = await quick.ask('claim a key anew', () => replace([name], [before, mine, leaseMs]));
        if (replaced === undefined) return { kind: 'unavailable' };
        if (replaced === 1) return 'ours';
      }
      await sleep(LOOK_MS);
    }
    return { kind: 'under way' };
  }

  async function stillHolds(
    name: string,
    answer: unknown,
    holds: NonNullable<Task['holds']>,
  ): Promise<boolean> {
    const left = await quick.ask('look how old an answer is', () => redis.pttl(name));
    return left === undefined || holds(answer, KEPT_MS - left);
  }

  async function answer(name: string, task: Task): Promise<AnsweredOnce> {
    const { request } = task;
    const claimed = await claim(name, task);
    if (claimed !== 'ours') return claimed;
    let done: unknown;
    try {
      done = await task.run();
    } catch (error) {
      await quick.ask('let go of a key', () => redis.del(name));
      throw error;
    }
    // What Redis does not hear in time it hears when it is back.
    await quick.ask('remember an answer', () =>
      redis.set(name, JSON.stringify({ request, answer: done }), 'PX', KEPT_MS),
    );
    return { kind: 'answer', answer: done, isReplay: false };
  }

  return {
    async once(key, task) {
      const name = answersOnce(keyPrefix) + digest(key);
      const asked = digest(task.request);
      const other = underWay.get(name);
      if (other) {
        if (other.request !== asked) return { kind: 'other request' };
        const told = await other.answer;
        return told.kind === 'answer' ? { ...told, isReplay: true } : told;
      }
      const answered = answer(name, { ...task, request: asked }).finally(() => underWay.delete(name));
      underWay.set(name, { request: asked, answer: answered });
      return answered;
    },
    close: () => quick.close(),
  };
}

/** Keys and requests may hold anything, and of any length. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
