import { Registry } from 'prom-client';
import { systemClock } from '../src/clock.ts';
import { loadConfig } from '../src/config/load.ts';
import type { Config } from '../src/config/schema.ts';
import type { Recognise } from '../src/intent/recognise.ts';
import { connected, openConnection } from '../src/redis/connection.ts';
import { startProcessor } from '../src/stream/processor.ts';
import { streamNames } from '../src/stream/stream-names.ts';
import { streamSettings } from '../src/stream-settings.ts';
import { createHealth } from '../src/telemetry/health.ts';
import { createLog } from '../src/telemetry/log.ts';
import { createStreamMetrics, type StreamMetrics } from '../src/telemetry/stream-metrics.ts';
import { createStreamObserver } from '../src/telemetry/stream-observer.ts';
import { startTracing } from '../src/telemetry/tracing.ts';
import { loadUnderstanding } from '../src/understanding.ts';
import type { Job, RunningSide, StartSide } from './job.ts';
import { CONSTANT_RECOGNITION, encodePinned, MAX_AGE_SECONDS, PROCESSOR_ID } from './pinned.ts';

/** Our loop with nothing to find out: what it costs by itself. */
export async function createInstantSide(): Promise<StartSide> {
  return createOurs(await loadConfig({}), () => CONSTANT_RECOGNITION);
}

/** The same without metrics: what they cost is the difference. */
export async function createUncountedSide(): Promise<StartSide> {
  return createOurs(await loadConfig({}), () => CONSTANT_RECOGNITION, NO_METRICS);
}

/** Our loop with the shipped rules and the shipped home. */
export async function createRulesSide(): Promise<StartSide> {
  const config = await loadConfig({});
  const { recognise } = await loadUnderstanding(config);
  return createOurs(config, recognise);
}

const nothing = (): void => undefined;
const NO_METRICS: StreamMetrics = {
  recognized: nothing,
  skipped: nothing,
  deadLettered: nothing,
  reclaimed: nothing,
  failed: nothing,
  owner: nothing,
};

const unknownDepths = async () => ({ lag: undefined, pending: undefined, oldestSeconds: undefined });
/** The same, with so many of the traces recorded and sent: 0 to 1. */
export async function createTracedSide(ratio: number): Promise<StartSide> {
  const config = await loadConfig({
    ...{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_TRACES_SAMPLER: 'traceidratio' },
    OTEL_TRACES_SAMPLER_ARG: String(ratio),
  });
  const { recognise } = await loadUnderstanding(config);
  return createOurs(config, recognise);
}

/** The loop as the service runs it: the shipped configuration, traces carried on, metrics counted. */
function createOurs(config: Config, recognise: Recognise, uncounted?: StreamMetrics): StartSide {
  const log = createLog({ level: 'error', processorId: PROCESSOR_ID, output: process.stderr });
  let tracing: Promise<unknown> | undefined;
  return async ({ url, collector, input, output, count }: Job): Promise<RunningSide> => {
    tracing ??= startTracing(
      { ...config.tracing, otlp: { ...config.tracing.otlp, endpoint: collector } },
      { log, origin: { service: 'bench', instance: 'bench', version: 'bench' } },
    );
    await tracing;
    const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
    finished.catch(() => undefined);
    const connect = (name: string) =>
      openConnection({ url, name, events: { lost: reject, ready: () => undefined } });
    const redis = connect('bench');
    await connected(redis, AbortSignal.timeout(5000));
    const observer = createStreamObserver(input, {
      metrics: uncounted ?? createStreamMetrics(new Registry(), unknownDepths),
      health: createHealth({ version: 'bench', clock: systemClock, silenceLimitMs: 60_000 }),
      log,
    });
    let published = 0;

    const processor = startProcessor({
      redis,
      connectReader: () => connect('bench-reader'),
      names: streamNames({
        input,
        output,
        deadLetters: `${output}-dead`,
        group: config.streams.group,
        consumer: 'bench',
        keyPrefix: config.redis.key_prefix,
      }),
      ...streamSettings(config),
      processing: {
        recognise,
        encode: encodePinned,
        defaultLanguage: config.recognition.language_default,
        laneDepth: config.llm.lane_depth,
        maxAgeSeconds: MAX_AGE_SECONDS,
        maxFailures: config.streams.max_failures,
        processorId: PROCESSOR_ID,
      },
      events: {
        ...observer,
        published(recognized) {
          observer.published(recognized);
          published += 1;
          if (published === count) resolve();
        },
        // A side that had to start over would be measured as slow, and not as broken.
        interrupted: reject,
        trouble: (operation, error) => reject(new Error(`could not ${operation}`, { cause: error })),
      },
      clock: systemClock,
    });
    return {
      finished,
      async stop() {
        await processor.stop();
        redis.disconnect();
      },
    };
  };
}
