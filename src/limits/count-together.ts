import { createBatch } from '../redis/batch.ts';
import type { BoundScript } from '../redis/script.ts';
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
  /** How much of what Redis counted so late that nobody waited for it was used all the same. */
  readonly used: (many: number) => number;
}

/** What is counted then, with what was refused, and milliseconds until the window ends. */
export type Counted = readonly [count: number, endsInMs: number];

/** Counts of one command: a long one keeps everybody else from Redis. */
const MOST = 96;

/**
 * Counts with one command what is asked for in one go, as all windows of an origin are. Whoever does not wait any longer decides
 * without Redis: what Redis counts after that and nobody used is given back there.
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
    let isLate = false;
    const found = await inTime(async () => {
      const counted = await send(counts);
      const unused = isLate ? unusedOf(counts, counted) : [];
      // Before anything else is asked, which would see it.
      if (unused.length > 0) await send(unused);
      return counted;
    });
    isLate = found === undefined;
    return found ?? counts.map(() => undefined);
  }

  return createBatch(sendInTime, { most: MOST, later: queueMicrotask });
}

/** What gives back what was counted and not used, into the window it was counted in. */
function unusedOf(counts: readonly Count[], counted: readonly Counted[]): readonly Count[] {
  return counts.flatMap((count, index) => {
    const [total, endsInMs] = counted[index] as Counted;
    const isTaken = count.many > 0 && total <= count.limit;
    const unused = isTaken ? count.many - count.used(count.many) : 0;
    return unused > 0 ? [{ ...count, many: -unused, known: { count: 0, endsInMs } }] : [];
  });
}
