import type { Redis } from 'ioredis';
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
  const countTogether = createCountTogether(count, (send) => quick.ask('count', send));
  let connection = 0;
  const closed = (): void => {
    connection += 1;
  };
  redis.on('close', closed);

  function counter({ purpose, limit, seconds }: CounterOptions): Counter {
    const known = createKnownCounts(clock);
    const keyOf = (name: string): string => `${keyPrefix}v1:limits:${purpose}:${name}`;

    /** @returns undefined where Redis does not answer */
    async function countShared(name: string, many: number): Promise<Taken | undefined> {
      const untold = known.untold(name, connection);
      if (untold) known.tell(name, connection);
      const told = await countTogether({
        ...{ key: keyOf(name), many, seconds, limit, known: untold ?? NONE },
        used: (late) => known.countedLate(name, late),
      });
      if (!told) {
        if (untold) known.notTold(name);
        return undefined;
      }
      const [counted, endsInMs] = told;
      const isTaken = many <= 0 || counted <= limit;
      known.heard(name, { count: isTaken ? counted : counted - many, endsInMs, connection });
      return { isTaken, endsInMs };
    }

    /** @returns undefined where Redis does not answer, or holds something else there */
    async function readShared(name: string): Promise<KnownCount | undefined> {
      const key = keyOf(name);
      const read = await quick.ask('read', () => redis.multi().get(key).pttl(key).exec());
      const [[wrong, counted] = [], [, endsInMs] = []] = read ?? [];
      if (!read || wrong) return undefined;
      return { count: Number(counted ?? 0), endsInMs: Math.max(0, Number(endsInMs ?? 0)) };
    }

    function takeHere(name: string, many: number): Taken {
      const { count: counted, endsInMs } = known.latest(name) ?? { count: 0, endsInMs: seconds * 1000 };
      if (counted + many > limit) return { isTaken: false, endsInMs };
      const roomInMs = known.roomInMs(name);
      if (roomInMs > 0) return { isTaken: false, endsInMs: roomInMs };
      known.counted(name, many, endsInMs);
      return { isTaken: true, endsInMs };
    }

    return {
      limit,
      take: async (name, many) => (await countShared(name, many)) ?? takeHere(name, many),
      async giveBack(name, many) {
        const mayBeHeard = quick.isThere();
        if (!(await countShared(name, -many))) known.givenBack(name, many, { mayBeHeard });
      },
      async left(name) {
        const shared = await readShared(name);
        const here = (shared ? known.untold(name, connection) : known.latest(name)) ?? NONE;
        const { count: counted, endsInMs } = here.count > (shared?.count ?? 0) ? here : (shared ?? NONE);
        return { left: Math.max(0, limit - counted), endsInMs };
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

const NONE: KnownCount = { count: 0, endsInMs: 0 };
