import { Counter, type CounterConfiguration } from 'prom-client';

/** Counts what happens for every transcript: a plain number until Prometheus asks, and a look-up by label only then. */
export interface BatchedCounter<Label extends string> {
  /** What counts one more with these labels; asked for once, and kept. */
  with(labels: Readonly<Record<Label, string>>): () => void;
}

export function createBatchedCounter<Label extends string>(
  settings: Omit<CounterConfiguration<Label>, 'collect'>,
): BatchedCounter<Label> {
  const batches: { readonly labels: Readonly<Record<Label, string>>; count: number }[] = [];
  const counter = new Counter<Label>({
    ...settings,
    collect() {
      for (const batch of batches) {
        counter.inc(batch.labels, batch.count);
        batch.count = 0;
      }
    },
  });
  return {
    with(labels) {
      const batch = { labels, count: 0 };
      batches.push(batch);
      return () => {
        batch.count += 1;
      };
    },
  };
}
