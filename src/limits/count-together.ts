import { createBatch } from '../redis/batch.ts';
import type { BoundScript } from '../redis/script.ts';
import type { KnownCount } from './known-counts.ts';

/** What is counted in one window of one name. */
export interface Count {
  readonly key: string;
  /** Negative: given back; 0: none. */
  readonly many: number;
  /** Length of a window. */
  readonly seconds: number;
  readonly limit: number;
  /** What Redis may have lost. */
  readonly known: KnownCount;
}

/** What is counted then, with what was refused, and milliseconds until the window ends; two zeros where none has begun. */
export type Counted = readonly [count: number, endsInMs: number];

/** Nothing that Redis could have lost. */
export const NONE_KNOWN: KnownCount = { count: 0, endsInMs: 0 };

/** Counts of one command: a long one keeps everybody else from Redis. */
const MOST = 96;

/**
 * Counts with one command what is asked for in one go, as all windows of an origin are. What Redis counts so late that nobody
 * waits for it any more it gives back: whoever asked has counted it without Redis.
 *
 * @param script `COUNT`
 * @param inTime sends, and answers undefined where Redis does not answer in time
 * @returns likewise
 */
export function createCountTogether(
  script: BoundScript,
  inTime: <Answer>(send: () => Promise<Answer>) => Promise<Answer | undefined>,
): (count: Count) => Promise<Counted | undefined> {
  async function send(counts: readonly Count[]): Promise<readonly Counted[]> {
    const told = (await script(
      counts.map(({ key }) => key),
      counts.flatMap(({ many, seconds, limit, known }) => [
        ...[many, seconds, limit, known.count, known.endsInMs],
      ]),
    )) as readonly number[];
    return counts.map((_, index) => [told[2 * index] as number, told[2 * index + 1] as number]);
  }

  async function sendInTime(counts: readonly Count[]): Promise<readonly (Counted | undefined)[]> {
    let isGivenUp = false;
    const found = await inTime(async () => {
      const counted = await send(counts);
      const inVain = isGivenUp ? counts.filter((count, index) => isTaken(count, counted[index])) : [];
      // Before anything else is asked, which may raise the count to what was counted here.
      if (inVain.length > 0) {
        await send(inVain.map((count) => ({ ...count, many: -count.many, known: NONE_KNOWN })));
      }
      return counted;
    });
    isGivenUp = found === undefined;
    return found ?? counts.map(() => undefined);
  }

  return createBatch(sendInTime, { most: MOST, later: queueMicrotask });
}

function isTaken({ many, limit }: Count, [counted]: Counted = [0, 0]): boolean {
  return many > 0 && counted <= limit;
}
