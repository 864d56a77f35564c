import { createBatch } from '../redis/batch.ts';
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

/** Counts of one command: a long one keeps everybody else from Redis. */
const MOST = 96;

/**
 * Counts with one command what is asked for in one go, as all windows of an origin are.
 *
 * @param send keys and values as `COUNT` takes them
 */
export function createCountTogether(
  send: (keys: readonly string[], values: readonly number[]) => Promise<unknown>,
): (count: Count) => Promise<Counted> {
  return createBatch<Count, Counted>(
    async (counts) => {
      const told = (await send(
        counts.map(({ key }) => key),
        counts.flatMap(({ many, seconds, limit, known }) => [
          ...[many, seconds, limit, known.count, known.endsInMs],
        ]),
      )) as readonly number[];
      return counts.map((_, index) => [told[2 * index] as number, told[2 * index + 1] as number]);
    },
    { most: MOST, later: queueMicrotask },
  );
}
