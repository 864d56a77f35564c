import { Gauge, type Registry } from 'prom-client';

/** A gauge that is asked for at every scrape; NaN where nobody can tell. */
export function createAskedGauge(
  registry: Registry,
  { name, help, ask }: { name: string; help: string; ask: () => Promise<number | undefined> },
): void {
  new Gauge({
    ...{ name, help, registers: [registry] },
    async collect() {
      this.set((await ask()) ?? Number.NaN);
    },
  });
}

/** Gives who asks while an answer is under way that answer: what several gauges are about is asked once a scrape. */
export function shared<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let underWay: Promise<Value> | undefined;
  return () => {
    underWay ??= ask().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}
