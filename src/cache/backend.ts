import type { TroubleEvents } from '../redis/quick-answers.ts';

/** How often something happened in one process since it started. */
export interface CacheCounts {
  /** Hits of the tier in the process. */
  readonly local: number;
  /** Hits of what stands behind it. */
  readonly shared: number;
  /** Calls not made because the same one was under way. */
  readonly joined: number;
  readonly misses: number;
  readonly stores: number;
  /** Entries that could not be read. */
  readonly corrupted: number;
  /** Nano-dollars that hits did not cost again. */
  readonly saved: number;
}

/** What a backend tells of itself. */
export interface BackendEvents extends TroubleEvents {
  /** Everything from before is void: somebody cleared the cache, in this process or another. */
  readonly cleared: () => void;
}

/** What stands behind the tier in the process. It loses nothing that could not be found out again. */
export interface CacheBackend {
  readonly name: 'redis' | 'sqlite';
  /** Synchronously where it can tell at once. Never fails: what cannot be read is not there. */
  read(id: string): string | undefined | Promise<string | undefined>;
  /**
   * Told where this process gave up what it held, to make room.
   *
   * @param until milliseconds since the epoch: so long it may be found behind it
   */
  droppedHere?(until: number): void;
  /** Off the path, and never fails: what cannot be written is found out again. */
  write(id: string, value: string, ttlMs: number): void;
  /**
   * Voids everything, for every process that uses it, within a second.
   *
   * @returns how many entries there were
   * @throws an error that says why it cannot
   */
  clear(signal: AbortSignal): Promise<number>;
  /** How many entries it holds; undefined where it cannot tell. */
  count(): Promise<number | undefined>;
  /** Takes down the counts of this process beside those of the others, which `allCounts` adds up. */
  report(counts: CacheCounts): void;
  /** What every process counted of late, this one included; undefined where it cannot tell. */
  allCounts(): Promise<CacheCounts | undefined>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

export const NO_COUNTS: CacheCounts = {
  local: 0,
  shared: 0,
  joined: 0,
  misses: 0,
  stores: 0,
  corrupted: 0,
  saved: 0,
};

/** Adds up what processes wrote down as JSON; what cannot be read counts nothing. */
export function addUp(reports: readonly string[]): CacheCounts {
  const sum = { ...NO_COUNTS };
  for (const report of reports) {
    const counts = readCounts(report);
    for (const name of Object.keys(sum) as (keyof CacheCounts)[]) sum[name] += counts[name] ?? 0;
  }
  return sum;
}

function readCounts(report: string): Partial<Record<keyof CacheCounts, number>> {
  let value: unknown;
  try {
    value = JSON.parse(report);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const counts = Object.entries(value).filter(([, count]) => Number.isSafeInteger(count));
  return Object.fromEntries(counts) as Partial<Record<keyof CacheCounts, number>>;
}
