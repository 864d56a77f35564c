import type { Histogram, Registry } from 'prom-client';
import type { TraceLabel } from './sampled-trace.ts';

/** Times what happens for every transcript. */
export interface Durations {
  /** What takes a duration in seconds with this label; asked for once, and kept. @param trace one that can be looked up */
  with(label: string): (seconds: number, trace?: TraceLabel) => void;
}

interface Exemplar {
  readonly labelSet: TraceLabel;
  readonly value: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Of each bucket, those of lower ones not among them; the last is for what is beyond all. */
  readonly counts: number[];
  readonly exemplars: (Exemplar | undefined)[];
  sum: number;
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar?: Exemplar | undefined;
}

/**
 * A histogram with one label and exemplars. prom-client's own looks its labels up at every observation, which takes longer
 * than all else that is counted for a transcript.
 *
 * @param buckets upper bounds in seconds, the lowest first
 * @param now milliseconds since the epoch
 */
export function createDurations(
  registry: Registry,
  {
    name,
    help,
    label,
    buckets,
    now = Date.now,
  }: { name: string; help: string; label: string; buckets: readonly number[]; now?: () => number },
): Durations {
  const all: Series[] = [];

  function samplesOf({ labels, counts, exemplars, sum }: Series): Sample[] {
    let count = 0;
    const bounds = [...buckets, '+Inf'];
    return [
      ...bounds.map((le, index) => {
        count += counts[index] ?? 0;
        return {
          ...{ metricName: `${name}_bucket`, labels: { le, ...labels }, value: count },
          exemplar: exemplars[index],
        };
      }),
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }

  const metric = {
    ...{ name, help, type: 'histogram' },
    get: async () => ({
      ...{ name, help, type: 'histogram', aggregator: 'sum' },
      values: all.flatMap(samplesOf),
    }),
  };
  // All that a registry asks of a metric.
  registry.registerMetric(metric as unknown as Histogram);

  return {
    with(value) {
      const series: Series = {
        labels: { [label]: value },
        counts: [...buckets, Number.POSITIVE_INFINITY].map(() => 0),
        exemplars: [],
        sum: 0,
      };
      all.push(series);
      return (seconds, trace) => {
        let index = 0;
        while (index < buckets.length && seconds > (buckets[index] as number)) index += 1;
        series.counts[index] = (series.counts[index] as number) + 1;
        series.sum += seconds;
        if (trace) series.exemplars[index] = { labelSet: trace, value: seconds, timestamp: now() / 1000 };
      };
    },
  };
}
