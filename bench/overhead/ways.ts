import { context, type ProxyTracerProvider, type TracerProvider, trace } from '@opentelemetry/api';
import { loadConfig } from '../../src/config/load.ts';
import type { StreamMetrics } from '../../src/telemetry/stream-metrics.ts';
import { startTracing } from '../../src/telemetry/tracing.ts';
import { loadUnderstanding } from '../../src/understanding.ts';
import type { StartSide } from '../job.ts';
import { countedMetrics, createOurs, log } from '../ours.ts';
import { CONSTANT_RECOGNITION } from '../pinned.ts';

/** One way of watching the same work. */
export interface Way {
  readonly name: string;
  /** The way that it is held against; the first one has none. */
  readonly over?: string;
  readonly start: StartSide;
  /** From now on it is watched so. */
  begin(): void;
  /** All that was recorded is sent. */
  end(): Promise<void>;
}

/** Ways that are compared with each other. */
export interface Comparison {
  /** What it takes to tell them apart, each with every way once. */
  readonly rounds: number;
  readonly ways: readonly Way[];
}

const ORIGIN = { service: 'bench', instance: 'bench', version: 'bench' };
/** Spans are made many times as fast as a collector takes them, and none shall be dropped and cost nothing. */
const EVERY_SPAN = {
  OTEL_BSP_MAX_QUEUE_SIZE: '1000000',
  OTEL_BSP_EXPORT_TIMEOUT: '60000',
};
const nothing = (): void => undefined;
const NO_METRICS: StreamMetrics = {
  recognized: nothing,
  skipped: nothing,
  deadLettered: nothing,
  reclaimed: nothing,
  failed: nothing,
  owner: nothing,
};

/** Makes spans in one way. @returns undefined for the API's own: no span has an id */
type Provider = (TracerProvider & { forceFlush?(): Promise<void> }) | undefined;

/**
 * The ways that are compared: metrics where they weigh most, around a loop that recognises nothing; traces around the
 * shipped rules, of transcripts that were all said in a recorded trace. In each comparison one way is there twice: what
 * these differ by is what cannot be told.
 *
 * @param collector takes spans over OTLP
 */
export async function createComparisons(collector: string): Promise<readonly Comparison[]> {
  const config = await loadConfig({});
  const { recognise } = await loadUnderstanding(config);
  const off = await providerOf({});
  const recorded = { OTEL_EXPORTER_OTLP_ENDPOINT: collector, ...EVERY_SPAN };
  const sampled = await providerOf({
    ...{ ...recorded, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' },
  });
  const always = await providerOf({ ...recorded, OTEL_TRACES_SAMPLER: 'always_on' });

  const watched = (
    name: string,
    { over, provider, start }: { over?: string | undefined; provider: Provider; start: StartSide },
  ): Way => ({
    ...{ name, start, ...(over !== undefined && { over }) },
    begin() {
      trace.disable();
      if (provider) trace.setGlobalTracerProvider(provider);
    },
    end: async () => provider?.forceFlush?.(),
  });
  const counting = (name: string, metrics: StreamMetrics, over?: string): Way => {
    const start = createOurs({ config, recognise: () => CONSTANT_RECOGNITION, metrics });
    return watched(name, { over, provider: off, start });
  };
  const tracing = (name: string, provider: Provider, over?: string): Way =>
    watched(name, { over, provider, start: createOurs({ config, recognise, metrics: countedMetrics() }) });

  return [
    {
      rounds: 40,
      ways: [
        counting('metrics off', NO_METRICS),
        counting('metrics off, again', NO_METRICS, 'metrics off'),
        counting('metrics on', countedMetrics(), 'metrics off'),
      ],
    },
    {
      rounds: 8,
      ways: [
        tracing('no traces', undefined),
        tracing('no traces, again', undefined, 'no traces'),
        tracing('tracing off', off, 'no traces'),
        tracing('a tenth recorded', sampled, 'tracing off'),
        tracing('all recorded', always, 'tracing off'),
      ],
    },
  ];
}

/** As the service makes spans with such settings. */
async function providerOf(environment: Readonly<Record<string, string>>): Promise<Provider> {
  trace.disable();
  context.disable();
  const { tracing } = await loadConfig(environment);
  await startTracing(tracing, { log, origin: ORIGIN });
  return (trace.getTracerProvider() as ProxyTracerProvider).getDelegate();
}
