/**
 * Milliseconds the quickest of some runs took: what else the machine does can make a run longer, never shorter.
 * For limits that only an endless search would break.
 */
export function quickest(run: () => unknown, runs = 5): number {
  let best = Number.POSITIVE_INFINITY;
  for (let count = 0; count < runs; count += 1) {
    const started = performance.now();
    run();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

/** How many times as long a run takes at one size as at another, side by side: what a busy machine slows down, it slows down in both. */
export function growth(run: (size: number) => unknown, { from, to }: { from: number; to: number }): number {
  return quickest(() => run(to), 3) / quickest(() => run(from), 3);
}
