import type { Histogram, Registry } from 'prom-client';
import { isSampled, type TraceLabel, traceLabel } from './sampled-trace.ts';

/** Times what happens for every transcript. */
export interface Durations {
  /** What takes a duration in seconds with this label, and whose it was; asked for once, and kept. */
  with(label: string): (seconds: number, traceparent?: string) => void;
}

interface Exemplar {
  readonly labelSet: TraceLabel;
  readonly value: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
}

/** The last one that somebody recorded; an exemplar is made of it for whoever looks. */
interface Recorded {
  traceparent: string;
  seconds: number;
  /** Milliseconds since the epoch. */
  at: number;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Of each bucket, those of lower ones not among them; the last is for what is beyond all. */
  readonly counts: number[];
  /** Of each bucket; none has a trace before one was recorded. */
  readonly recorded: readonly Recorded[];
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

  function samplesOf({ labels, counts, recorded, sum }: Series): Sample[] {
    let count = 0;
    const bounds = [...buckets, '+Inf'];
    return [
      ...bounds.map((le, index) => {
        count += counts[index] ?? 0;
        return {
          ...{ metricName: `${name}_bucket`, labels: { le, ...labels }, value: count },
          exemplar: exemplarOf(recorded[index]),
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
        recorded: [...buckets, Number.POSITIVE_INFINITY].map(() => ({ traceparent: '', seconds: 0, at: 0 })),
        sum: 0,
      };
      all.push(series);
      return (seconds, traceparent) => {
        let index = 0;
        while (index < buckets.length && seconds > (buckets[index] as number)) index += 1;
        series.counts[index] = (series.counts[index] as number) + 1;
        series.sum += seconds;
        if (traceparent === undefined || !isSampled(traceparent)) return;
        const last = series.recorded[index] as Recorded;
        last.traceparent = traceparent;
        last.seconds = seconds;
        last.at = now();
      };
    },
  };
}

function exemplarOf(recorded: Recorded | undefined): Exemplar | undefined {
  if (!recorded || recorded.traceparent === '') return undefined;
  const { traceparent, seconds, at } = recorded;
  return { labelSet: traceLabel(traceparent), value: seconds, timestamp: at / 1000 };
}
