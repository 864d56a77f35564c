/**
 * Milliseconds the quickest of some runs took: what else the machine does can make a run longer, never shorter.
 * For limits that only an endless search would break.
 */
export function quickest(run: () => unknown, runs = 5): number {
  let best = Number.POSITIVE_INFINITY;
  for (let count = 0; count < runs; count += 1) {
    best = Math.min(best, taken(run));
  }
  return best;
}

/** How many times as long a run takes at one size as at another, in turns: what a busy machine slows down, it slows down in both. */
export function growth(run: (size: number) => unknown, { from, to }: { from: number; to: number }): number {
  let [small, large] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let turn = 0; turn < 7; turn += 1) {
    small = Math.min(
      small,
      taken(() => run(from)),
    );
    large = Math.min(
      large,
      taken(() => run(to)),
    );
  }
  return large / small;
}

/** Milliseconds one run takes. */
export function taken(run: () => unknown): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}
