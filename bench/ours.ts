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
  return carryingTraces(await loadConfig({}), () => CONSTANT_RECOGNITION);
}

/** Our loop with the shipped rules and the shipped home. */
export async function createRulesSide(): Promise<StartSide> {
  const config = await loadConfig({});
  const { recognise } = await loadUnderstanding(config);
  return carryingTraces(config, recognise);
}

/** The loop as the service runs it where nobody records its spans. */
async function carryingTraces(config: Config, recognise: Recognise): Promise<StartSide> {
  await startTracing(config.tracing, {
    log,
    origin: { service: 'bench', instance: 'bench', version: 'bench' },
  });
  return createOurs({ config, recognise, metrics: countedMetrics() });
}

const unknownDepths = async () => ({ lag: undefined, pending: undefined, oldestSeconds: undefined });

/** As the service counts. */
export function countedMetrics(): StreamMetrics {
  return createStreamMetrics(new Registry(), unknownDepths);
}

/** What is told is told to standard error, where no result is. */
export const log = createLog({ level: 'error', processorId: PROCESSOR_ID, output: process.stderr });

export function createOurs({
  config,
  recognise,
  metrics,
}: {
  config: Config;
  recognise: Recognise;
  metrics: StreamMetrics;
}): StartSide {
  return async ({ url, input, output, count }: Job): Promise<RunningSide> => {
    const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
    finished.catch(() => undefined);
    const connect = (name: string) =>
      openConnection({ url, key: input, name, events: { lost: reject, ready: () => undefined } });
    const redis = connect('bench');
    await connected(redis, AbortSignal.timeout(5000));
    const observer = createStreamObserver(input, {
      metrics,
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
