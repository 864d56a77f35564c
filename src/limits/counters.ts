import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { QuickAnswers } from '../redis/quick-answers.ts';
import { bindScript } from '../redis/script.ts';
import { COUNT } from './count-script.ts';

/** What one window lets through, by name: of a person, a room, a provider. */
export interface Counter {
  /** Of one name in one window. */
  readonly limit: number;
  /** All or nothing: what is refused counts nothing. */
  take(name: string, many: number): Promise<Taken>;
  /** For what was taken in a window that has not ended. */
  giveBack(name: string, many: number): Promise<void>;
  left(name: string): Promise<Left>;
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

/**
 * Names that one process counts by themselves while Redis is away. With more than some hundreds, some share a count: names
 * come from outside, and no flood of them shall take the memory.
 */
const NAMES_IN_MEMORY = 8192;

/**
 * Makes counters that all replicas share over Redis. While Redis is away or silent each process counts by itself, from
 * nothing.
 */
export function createCounters({
  redis,
  quick,
  keyPrefix,
}: {
  redis: Redis;
  /** On the same connection. */
  quick: QuickAnswers;
  keyPrefix: string;
}): (options: CounterOptions) => Counter {
  const count = bindScript(redis, { name: 'countWithin', numberOfKeys: 1, lua: COUNT });
  // As much of a client as the library uses: its own would wait for a Redis that is away for as long as that takes.
  const storeClient = {
    rlflxIncr: ([key = '', ...values]: readonly string[]): Promise<unknown> =>
      inTime('count', () => count([key], values)),
    multi() {
      const reads = redis.multi();
      const exec = reads.exec.bind(reads);
      return Object.assign(reads, { exec: () => inTime('read', exec) });
    },
  };

  /** @throws an error where there is no answer: the library counts in memory then */
  async function inTime<Answer>(operation: string, send: () => Promise<Answer>): Promise<Answer> {
    const answer = await quick.ask(operation, send);
    if (answer === undefined) throw new Error('Redis did not answer');
    return answer;
  }

  return ({ purpose, limit, seconds }) => {
    const inMemory = new RateLimiterMemory({ points: limit, duration: seconds });
    inMemory.getKey = placeOf;
    const limiter = new RateLimiterRedis({
      storeClient,
      points: limit,
      duration: seconds,
      keyPrefix: `${keyPrefix}v1:limits:${purpose}`,
      insuranceLimiter: inMemory,
    });
    return {
      limit,
      async take(name, many) {
        try {
          const { msBeforeNext } = await limiter.consume(name, many);
          return { isTaken: true, endsInMs: msBeforeNext };
        } catch (refused) {
          if (!(refused instanceof RateLimiterRes)) throw refused;
          return { isTaken: false, endsInMs: refused.msBeforeNext };
        }
      },
      async giveBack(name, many) {
        await limiter.reward(name, many);
      },
      async left(name) {
        const counted = await limiter.get(name);
        return counted
          ? { left: counted.remainingPoints, endsInMs: Math.max(0, counted.msBeforeNext) }
          : { left: limit, endsInMs: 0 };
      },
    };
  };
}

/** One of so many, always the same for a name. */
function placeOf(name: string | number): string {
  const digits = Number.parseInt(hash('sha256', String(name), 'hex').slice(0, 8), 16);
  return String(digits % NAMES_IN_MEMORY);
}
