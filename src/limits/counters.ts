import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Clock } from '../clock.ts';
import type { QuickAnswers } from '../redis/quick-answers.ts';
import { bindScript } from '../redis/script.ts';
import { COUNT } from './count-script.ts';
import { createCountTogether } from './count-together.ts';
import { createKnownCounts, type KnownCount } from './known-counts.ts';

/** What one window lets through, by name: of a person, a room, a provider. */
export interface Counter {
  /** Of one name in one window. */
  readonly limit: number;
  /** All or nothing: what is refused counts nothing. */
  take(name: string, many: number): Promise<Taken>;
  /** For what was taken in a window that has not ended. */
  giveBack(name: string, many: number): Promise<void>;
  left(name: string): Promise<Left>;
  /** What this process knows to be counted, with what others had counted by then. */
  known(name: string): number;
}

interface Taken {
  readonly isTaken: boolean;
  /** Milliseconds until the window ends and everything is free again. */
  readonly endsInMs: number;
}

export interface Left {
  readonly left: number;
  /** Milliseconds until the window ends; 0 where none has begun. */
  readonly endsInMs: number;
}

export interface CounterOptions {
  /** What is counted, as part of a key: `origin:minute`. */
  readonly purpose: string;
  readonly limit: number;
  /** Length of a window. */
  readonly seconds: number;
}

export interface Counters {
  counter(options: CounterOptions): Counter;
  /** Hears no more of the connection, which is not closed. */
  close(): void;
}

/**
 * Names that one process counts by themselves while Redis is away. With more than some hundreds, some share a count: names
 * come from outside, and no flood of them shall take the memory.
 */
const NAMES_IN_MEMORY = 8192;

/**
 * Makes counters that all replicas share over Redis. While Redis is away or silent each process counts by itself, from what
 * it knows; that is told to Redis when it answers again, and so is what a Redis that comes back has lost.
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
  const count = bindScript(redis, { name: 'countWithin', lua: COUNT });
  const countTogether = createCountTogether((keys, values) => inTime('count', () => count(keys, values)));
  let connection = 0;
  const closed = (): void => {
    connection += 1;
  };
  redis.on('close', closed);

  /** @throws an error where there is no answer */
  async function inTime<Answer>(operation: string, send: () => Promise<Answer>): Promise<Answer> {
    const answer = await quick.ask(operation, send);
    if (answer === undefined) throw new NoAnswer('Redis did not answer');
    return answer;
  }

  function counter({ purpose, limit, seconds }: CounterOptions): Counter {
    const known = createKnownCounts(clock);
    const prefix = `${keyPrefix}v1:limits:${purpose}`;
    const inMemory = new RateLimiterMemory({ points: limit, duration: seconds });
    inMemory.getKey = placeOf;

    async function countIn(key: string, many: number): Promise<unknown> {
      const name = key.slice(prefix.length + 1);
      const untold = known.untold(name, connection);
      if (untold) known.tell(name, connection);
      const asked = countTogether({ key, many, seconds, limit, known: untold ?? NONE });
      const told = await asked.catch((error: unknown) => {
        if (untold) known.notTold(name);
        throw error;
      });
      const [counted, endsInMs] = told;
      const isRefused = many > 0 && counted > limit;
      known.heard(name, { count: isRefused ? counted - many : counted, endsInMs, connection });
      return told;
    }
    const limiter = new RateLimiterRedis({
      // As much of a client as the library uses: its own would wait for a Redis that is away for as long as that takes.
      storeClient: {
        rlflxIncr: ([key = '', many]: readonly string[]) => countIn(key, Number(many)),
        multi() {
          const reads = redis.multi();
          const exec = reads.exec.bind(reads);
          return Object.assign(reads, { exec: () => inTime('read', exec) });
        },
      },
      points: limit,
      duration: seconds,
      keyPrefix: prefix,
    });

    /** Counts in memory where Redis does not answer, no lower than is known here. */
    async function insured<Result>(
      name: string,
      ask: (by: RateLimiterAbstract) => Promise<Result>,
    ): Promise<Result> {
      try {
        return await ask(limiter);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        const heard = known.latest(name);
        const own = await inMemory.get(name);
        if (heard && heard.count > (own?.consumedPoints ?? 0)) {
          await inMemory.set(name, heard.count, heard.endsInMs / 1000);
        }
        return ask(inMemory);
      }
    }

    return {
      limit,
      async take(name, many) {
        let isHere = false;
        try {
          const { msBeforeNext } = await insured(name, (by) => {
            isHere = by === inMemory;
            return by.consume(name, many);
          });
          if (isHere) known.counted(name, many, msBeforeNext);
          return { isTaken: true, endsInMs: msBeforeNext };
        } catch (refused) {
          if (!(refused instanceof RateLimiterRes)) throw refused;
          return { isTaken: false, endsInMs: refused.msBeforeNext };
        }
      },
      async giveBack(name, many) {
        await insured(name, async (by) => {
          const { msBeforeNext } = await by.reward(name, many);
          if (by === inMemory) known.counted(name, -many, msBeforeNext);
        });
      },
      async left(name) {
        const counted = await insured(name, (by) => by.get(name));
        const { count: lost, endsInMs } = known.untold(name, connection) ?? NONE;
        if (counted && counted.consumedPoints >= lost) {
          return { left: counted.remainingPoints, endsInMs: Math.max(0, counted.msBeforeNext) };
        }
        return { left: Math.max(0, limit - lost), endsInMs };
      },
      known: (name) => known.latest(name)?.count ?? 0,
    };
  }

  return {
    counter,
    close() {
      redis.off('close', closed);
    },
  };
}

/** Redis is away, or does not answer in time. */
class NoAnswer extends Error {}

const NONE: KnownCount = { count: 0, endsInMs: 0 };

/** One of so many, always the same for a name. */
function placeOf(name: string | number): string {
  const digits = Number.parseInt(hash('sha256', String(name), 'hex').slice(0, 8), 16);
  return String(digits % NAMES_IN_MEMORY);
}
