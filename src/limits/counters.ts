import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Clock } from '../clock.ts';
import type { QuickAnswers } from '../redis/quick-answers.ts';
import { bindScript } from '../redis/script.ts';
import { COUNT } from './count-script.ts';
import { createKnownCounts, type KnownCount, type KnownCounts } from './known-counts.ts';

/** A window of a kind that begins with what is counted first in it, for each name by itself. */
export interface CountedWindow {
  /** What is counted, as part of a key: `origin:minute`. */
  readonly purpose: string;
  /** Of one name in one window. */
  readonly limit: number;
  readonly seconds: number;
}

/** So much of one name in one window. */
interface Claim<Window extends CountedWindow = CountedWindow> {
  readonly window: Window;
  readonly name: string;
  readonly many: number;
}

type Taken<Window extends CountedWindow = CountedWindow> =
  | {
      readonly isTaken: true;
      /** For each claim what gives back so many, as long as its window has not ended. */
      readonly giveBack: readonly ((many: number) => void)[];
    }
  | {
      readonly isTaken: false;
      /** Those that had no room, the one first that ends last, in so many milliseconds. */
      readonly full: readonly [Full<Window>, ...Full<Window>[]];
    };

interface Full<Window extends CountedWindow> {
  readonly window: Window;
  readonly endsInMs: number;
}

export interface Left {
  readonly left: number;
  /** Milliseconds until the window ends; 0 where none has begun. */
  readonly endsInMs: number;
}

/** Counts what persons, rooms and providers take, in windows. What is asked together is one question to Redis. */
export interface Counters {
  /** From all windows, or from none: what is refused counts nothing. */
  take<Window extends CountedWindow>(claims: readonly Claim<Window>[]): Promise<Taken<Window>>;
  /** Of one name in each of the windows. */
  left(windows: readonly CountedWindow[], name: string): Promise<readonly Left[]>;
  /** What this process knows to be counted, with what others had counted by then. */
  known(window: CountedWindow, name: string): number;
  /** Hears no more of the connection, which is not closed. */
  close(): void;
}

/**
 * Names that one process counts by themselves while Redis is away. With more than some hundreds, some share a count: names
 * come from outside, and no flood of them shall take the memory.
 */
const NAMES_IN_MEMORY = 8192;

/** How one count stands after it was asked about. */
interface Standing {
  readonly count: number;
  /** Milliseconds until the window ends; 0 where none has begun. */
  readonly endsInMs: number;
  /** It had no room for what was claimed. */
  readonly isFull: boolean;
}

/** What is known here of one kind of window. */
interface Books {
  readonly counts: KnownCounts;
  /** For the time that Redis is away. */
  readonly inMemory: RateLimiterMemory;
}

/**
 * Makes counters that all replicas share over Redis. While Redis is away or silent each process counts by itself, from what
 * it knows; that is told to Redis when it answers again, and so is what a Redis that comes back has lost.
 *
 * @param keyPrefix keys under it lie together, on a Redis Cluster too
 */
export function createCounters({
  redis,
  quick,
  keyPrefix,
  clock,
}: {
  redis: Redis;
  /** On the same connection. */
  quick: QuickAnswers;
  keyPrefix: string;
  clock: Pick<Clock, 'monotonic'>;
}): Counters {
  const countIn = bindScript(redis, { name: 'countWithin', lua: COUNT });
  const made = new Map<string, Books>();
  let connection = 0;
  const closed = (): void => {
    connection += 1;
  };
  redis.on('close', closed);
  /** What is counted in memory is looked at and counted in one turn. */
  let turn: Promise<unknown> = Promise.resolve();

  function booksOf({ purpose, limit, seconds }: CountedWindow): Books {
    const known = made.get(purpose);
    if (known) return known;
    const inMemory = new RateLimiterMemory({ points: limit, duration: seconds });
    inMemory.getKey = placeOf;
    const books = { counts: createKnownCounts(clock), inMemory };
    made.set(purpose, books);
    return books;
  }

  /** @returns undefined where Redis is away, or does not answer in time */
  async function countInRedis(claims: readonly Claim[]): Promise<readonly Standing[] | undefined> {
    const untold = claims.map(({ window, name }) => {
      const { counts } = booksOf(window);
      const known = counts.untold(name, connection);
      if (known) counts.tell(name, connection);
      return known;
    });
    const keys = claims.map(({ window, name }) => `${keyPrefix}v1:limits:${window.purpose}:${name}`);
    const values = claims.flatMap(({ window: { seconds, limit }, many }, index) => {
      const { count, endsInMs } = untold[index] ?? NONE;
      return [many, seconds, limit, count, endsInMs];
    });
    const numbers = (await quick.ask('count', () => countIn(keys, values))) as readonly number[] | undefined;
    if (!numbers) {
      for (const [index, { window, name }] of claims.entries()) {
        if (untold[index]) booksOf(window).counts.notTold(name);
      }
      return undefined;
    }
    return claims.map(({ window, name }, index) => {
      const [count = 0, endsInMs = 0, isFull] = numbers.slice(index * 3);
      booksOf(window).counts.heard(name, { count, endsInMs, connection });
      return { count, endsInMs, isFull: isFull === 1 };
    });
  }

  async function countInMemory(claims: readonly Claim[]): Promise<readonly Standing[]> {
    const standings = await Promise.all(claims.map(standingInMemory));
    if (standings.some(({ isFull }) => isFull)) return standings;
    return Promise.all(
      claims.map(async ({ window, name, many }, index) => {
        const standing = standings[index];
        if (standing && many === 0) return standing;
        const { counts, inMemory } = booksOf(window);
        const { consumedPoints: count, msBeforeNext: endsInMs } = await inMemory.penalty(name, many);
        counts.counted(name, many, endsInMs);
        return { count, endsInMs, isFull: false };
      }),
    );
  }

  /** No lower than is known here. */
  async function standingInMemory({ window, name, many }: Claim): Promise<Standing> {
    const { counts, inMemory } = booksOf(window);
    const heard = counts.latest(name) ?? NONE;
    const own = await inMemory.get(name);
    const isHigher = heard.count > (own?.consumedPoints ?? 0);
    if (isHigher) await inMemory.set(name, heard.count, heard.endsInMs / 1000);
    const { count, endsInMs } =
      isHigher || !own ? heard : { count: own.consumedPoints, endsInMs: own.msBeforeNext };
    return { count, endsInMs, isFull: many > 0 && count + many > window.limit };
  }

  async function count(claims: readonly Claim[]): Promise<readonly Standing[]> {
    const standings = await countInRedis(claims);
    if (standings) return standings;
    const inMemory = turn.then(() => countInMemory(claims));
    turn = inMemory;
    return inMemory;
  }

  return {
    async take(claims) {
      const standings = await count(claims);
      const [last, ...others] = claims
        .flatMap(({ window }, index) => {
          const { isFull = false, endsInMs = 0 } = standings[index] ?? {};
          return isFull ? [{ window, endsInMs }] : [];
        })
        .toSorted((one, other) => other.endsInMs - one.endsInMs);
      if (last) return { isTaken: false, full: [last, ...others] };
      const now = clock.monotonic();
      const giveBack = claims.map((claim, index) => {
        const endsAt = now + (standings[index]?.endsInMs ?? 0);
        return (many: number) => {
          // Another window has begun since: what is counted there is others'.
          if (many > 0 && clock.monotonic() < endsAt) void count([{ ...claim, many: -many }]);
        };
      });
      return { isTaken: true, giveBack };
    },
    async left(windows, name) {
      const standings = await count(windows.map((window) => ({ window, name, many: 0 })));
      return standings.map((standing, index) => ({
        left: Math.max(0, (windows[index]?.limit ?? 0) - standing.count),
        endsInMs: standing.endsInMs,
      }));
    },
    known: (window, name) => booksOf(window).counts.latest(name)?.count ?? 0,
    close() {
      redis.off('close', closed);
    },
  };
}

const NONE: KnownCount = { count: 0, endsInMs: 0 };

/** One of so many, always the same for a name. */
function placeOf(name: string | number): string {
  const digits = Number.parseInt(hash('sha256', String(name), 'hex').slice(0, 8), 16);
  return String(digits % NAMES_IN_MEMORY);
}
