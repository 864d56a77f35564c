import type { KnownCount } from './known-counts.ts';

/** What is counted in one window of one name. */
export interface Count {
  readonly key: string;
  /** Negative: given back. */
  readonly many: number;
  /** Length of a window. */
  readonly seconds: number;
  readonly limit: number;
  /** What Redis may have lost. */
  readonly known: KnownCount;
}

/** What is counted then, with what was refused, and milliseconds until the window ends. */
export type Counted = readonly [count: number, endsInMs: number];

interface Asked {
  readonly count: Count;
  readonly resolve: (counted: Counted) => void;
  readonly reject: (error: unknown) => void;
}

/** Counts of one command: a long one keeps everybody else from Redis. */
const MOST = 96;

/**
 * Counts with one command what is asked for in one go, as all windows of an origin are: three commands take Redis and the
 * process twice as long.
 *
 * @param send keys and values as `COUNT` takes them
 */
export function createCountTogether(
  send: (keys: readonly string[], values: readonly number[]) => Promise<unknown>,
): (count: Count) => Promise<Counted> {
  let waiting: Asked[] = [];

  function sendAll(): void {
    const asked = waiting;
    waiting = [];
    for (let start = 0; start < asked.length; start += MOST) void ask(asked.slice(start, start + MOST));
  }

  async function ask(asked: readonly Asked[]): Promise<void> {
    try {
      const told = (await send(
        asked.map(({ count }) => count.key),
        asked.flatMap(({ count: { many, seconds, limit, known } }) => [
          ...[many, seconds, limit, known.count, known.endsInMs],
        ]),
      )) as readonly number[];
      for (const [index, { resolve }] of asked.entries()) {
        resolve([told[2 * index] as number, told[2 * index + 1] as number]);
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  return (count) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) queueMicrotask(sendAll);
      waiting.push({ count, resolve, reject });
    });
}
