import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { startAssist } from './assist.ts';
import { createCostBooks } from './budget/cost-books.ts';
import type { Cache } from './cache/cache.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { createEventStream } from './events/event-stream.ts';
import { createLiveEvents } from './events/live-events.ts';
import { createRecognitionBooks, type RecognitionBooks, readStatistics } from './events/recognition-books.ts';
import { startHttpServer } from './http/server.ts';
import { goesBy } from './intent/model-unavailable.ts';
import type { CacheMode } from './intent/recognise.ts';
import type { RecognizedTranscript } from './intent/recognition.ts';
import { encodeEntry, encodeObject } from './intent/recognition-codec.ts';
import type { Transcript } from './intent/transcript.ts';
import { createModes } from './mode/modes.ts';
import { createOwnJudgement } from './mode/own-judgement.ts';
import type { ModelPath } from './model-path/open-model-path.ts';
import { rulesGoFirst } from './plan-models.ts';
import type { SaidRequest } from './queue/queued-request.ts';
import { openQueueing } from './queueing.ts';
import { recogniseRequest } from './recognise-request.ts';
import { createAnswerOnce } from './redis/answer-once.ts';
import { askInTime } from './redis/ask-in-time.ts';
import { connected, openConnection } from './redis/connection.ts';
import { startPrivateRedis } from './redis/private-redis.ts';
import { checkServer } from './redis/server-check.ts';
import { register } from './registering.ts';
import { createDeadLetters } from './stream/dead-letters.ts';
import { readDepthsInTime } from './stream/depths.ts';
import { type Processor, startProcessor } from './stream/processor.ts';
import { createShare } from './stream/share.ts';
import { requireStreams } from './stream/stream-information.ts';
import { inputStreams, SILENCE_MS, streamSettings } from './stream-settings.ts';
import { openTalk } from './talk.ts';
import { createConnectionObserver } from './telemetry/connection-observer.ts';
import { createProcessRegistry, expose } from './telemetry/exposition.ts';
import { createHealth } from './telemetry/health.ts';
import { createHomeMetric } from './telemetry/home-metric.ts';
import { createLoad, type Load } from './telemetry/load.ts';
import type { Logger } from './telemetry/log.ts';
import { createModeMetric, createModeObserver } from './telemetry/mode-observer.ts';
import { createModelMetrics } from './telemetry/model-metrics.ts';
import { createModelPathObserver } from './telemetry/model-observer.ts';
import { createQueueMetrics } from './telemetry/queue-metrics.ts';
import { createQueueObserver } from './telemetry/queue-observer.ts';
import { createStreamMetrics, type StreamMetrics } from './telemetry/stream-metrics.ts';
import { createStreamObserver } from './telemetry/stream-observer.ts';
import { createTalkMetrics } from './telemetry/talk-metrics.ts';
import { createTalkObserver } from './telemetry/talk-observer.ts';
import { startTracing } from './telemetry/tracing.ts';
import { createUnderstanding, loadKnowledge } from './understanding.ts';
import { version } from './version.ts';

export interface Service {
  /** Where the HTTP server listens: `http://127.0.0.1:8005`. */
  readonly url: string;
  readonly redisUrl: string;
  /** Stops what was started last first: reading and work in flight, connections, the HTTP server, a private Redis. */
  stop(): Promise<void>;
}

/** Milliseconds past the lease after which a Redis that answers nothing counts as gone; longer than a pause between tries. */
const SILENCE_MARGIN_MS = 2500;
/** Milliseconds past what a model may take that a request under a key may be at work before another may begin. */
const IDEMPOTENCY_MARGIN_MS = 10_000;
/** Milliseconds that what was counted may take to be written when the service stops. */
const BOOKING_MS = 2000;

/**
 * Starts the stream processor and its HTTP server; resolves when it is ready. What was started before a failure is
 * stopped again.
 *
 * @param signal gives up the start, waiting for Redis included
 * @throws DocumentError for rules or a home with mistakes; any other error says what to do
 */
export async function startService(parts: {
  config: Config;
  log: Logger;
  signal: AbortSignal;
}): Promise<Service> {
  const releases = new AsyncDisposableStack();
  try {
    return await start({ ...parts, releases });
  } catch (error) {
    await releases.disposeAsync();
    throw error;
  }
}

async function start({
  config,
  log,
  signal,
  releases,
}: {
  config: Config;
  log: Logger;
  signal: AbortSignal;
  /** What has to be stopped, pushed as it is started. */
  releases: AsyncDisposableStack;
}): Promise<Service> {
  const clock = systemClock;
  const tracing = await startTracing(config.tracing, {
    origin: { service: 'llm-intent', instance: config.streams.consumer, version },
    log,
  });
  releases.defer(() => tracing.stop());
  const knowledge = await loadKnowledge(config, { clock, warmsUp: config.rules.warm_up });
  for (const notice of knowledge.notices) log.warn({ event: 'notice', notice });
  // Until models can be asked, rules answer.
  let understanding = createUnderstanding(knowledge, { config, clock });
  const health = createHealth({
    version,
    clock,
    silenceLimitMs: config.streams.lease_ms + SILENCE_MARGIN_MS,
  });
  const streams = inputStreams(config);

  const redisUrl = config.redis.url ?? (await startOwnRedis());
  const redis = connect('commands');
  releases.defer(() => redis.disconnect());

  const registry = createProcessRegistry();
  let budget: ModelPath['budget'] | undefined;
  let cache: Cache | undefined;
  let models: ModelPath | undefined;
  let limits: ModelPath['limits'] | undefined;
  const modelMetrics = createModelMetrics(registry, {
    budget: () => budget?.().windows ?? [],
    waiting: () => limits?.origins.waiting() ?? 0,
    rulesGoFirst: rulesGoFirst(config),
  });
  const events = createEventStream({
    redis,
    keyPrefix: config.redis.key_prefix,
    processorId: config.processor_id,
    clock,
    events: {
      trouble: (operation, reason) => log.warn({ event: 'trouble', part: 'events', operation, reason }),
      recovered: (operation) => log.info({ event: 'recovered', part: 'events', operation }),
    },
  });
  const modes = createModes({
    redis,
    keyPrefix: config.redis.key_prefix,
    consumer: config.streams.consumer,
    events: createModeObserver({ health, log, stream: events }),
    clock,
  });
  health.mode(modes.current);
  const judgement = createOwnJudgement({
    settings: config.mode,
    windows() {
      const books = budget?.();
      return books?.state === 'open' ? books.windows.filter(({ scope }) => scope === 'all') : [];
    },
    clock,
  });
  createModeMetric(registry, () => modes.current().mode);
  createHomeMetric(registry, { timeZone: config.time_zone, now: clock.now });
  let processors: readonly Processor[] = [];
  let wakeQueue = (): void => undefined;
  const load = createLoad({
    capacityUsed: () => Math.max(0, ...processors.map((processor) => processor.load())),
    clock,
  });
  const recognitions = createRecognitionBooks({
    ...{ redis, keyPrefix: config.redis.key_prefix, timeZone: config.time_zone, clock },
    failed: ({ message }) => log.warn({ event: 'trouble', part: 'statistics', reason: message }),
  });
  const metrics = countedAsLoad(
    createStreamMetrics(registry, () => readDepthsInTime(redis, streams)),
    { load, books: recognitions },
  );
  const live = createLiveEvents({
    ...{ keyPrefix: config.redis.key_prefix, output: config.streams.output },
    connect: () => {
      const events = { lost: () => undefined, ready: () => undefined };
      // It comes and goes with who listens: health does not hang on it.
      return openConnection({ url: redisUrl, name: 'llm-intent:live', events });
    },
    failed: ({ message }) => log.warn({ event: 'trouble', part: 'live events', reason: message }),
  });
  const queueMetrics = createQueueMetrics(registry, () => askInTime(redis, () => queue.depth()));
  const queue = openQueueing({
    ...{ config, redis, silenceMs: SILENCE_MS, counted: queueMetrics.request, clock },
    events: createQueueObserver({ metrics: queueMetrics, events, health, log }),
    trouble: {
      trouble: (operation, reason) => log.warn({ event: 'trouble', part: 'queue', operation, reason }),
      recovered: (operation) => log.info({ event: 'recovered', part: 'queue', operation }),
    },
  });
  releases.defer(() => queue.close());
  const idempotency = createAnswerOnce({
    ...{ redis, keyPrefix: config.redis.key_prefix },
    leaseMs: config.llm.deadline_ms + IDEMPOTENCY_MARGIN_MS,
    events: {
      trouble: (operation, reason) => log.warn({ event: 'trouble', part: 'idempotency', operation, reason }),
      recovered: (operation) => log.info({ event: 'recovered', part: 'idempotency', operation }),
    },
  });
  releases.defer(() => idempotency.close());
  const costs = createCostBooks({
    redis,
    keyPrefix: config.redis.key_prefix,
    timeZone: config.budget.time_zone,
    monthly: config.budget.monthly_usd,
    clock,
  });
  const server = await startHttpServer(
    {
      host: config.http.host,
      port: config.http.port,
      token: config.http.token,
      readToken: config.http.read_token,
      recognizeToken: config.http.recognize_token,
      metricsPublic: config.http.metrics_public,
      loadPublic: config.orchestrator.url !== undefined && config.http.metrics_public,
      maxBodyBytes: config.http.max_body_bytes,
    },
    {
      log,
      operations: {
        health: () => ({ ...health.report(), ...load.report() }),
        isReady: () => health.isReady(),
        metrics: (accept) => expose(registry, accept),
        recognise,
        defaultLanguage: config.recognition.language_default,
        costs: (asked) => costs.report(asked),
        cache: () => cache,
        limits: () => limits,
        models: () => models,
        mode: modes,
        events: live,
        idempotency,
        queue,
        stats: (days) =>
          readStatistics(redis, {
            keyPrefix: config.redis.key_prefix,
            timeZone: config.time_zone,
            ...{ days, now: clock.now() },
          }),
        deadLetters: createDeadLetters({ redis, stream: config.streams.dead_letters }),
      },
    },
  );
  releases.defer(() => server.close());

  await connected(redis, signal);
  for (const warning of await checkServer(redis)) log.warn({ event: 'redis_warning', warning });
  await requireStreams(redis, [...config.streams.input, config.streams.output, config.streams.dead_letters]);

  releases.defer(() => events.close());
  releases.defer(() => recognitions.close(BOOKING_MS));
  await modes.start();
  releases.defer(() => modes.stop());
  const asked = createTalkObserver({ health, log, events, metrics: createTalkMetrics(registry) });
  const memory = connect('talk');
  releases.defer(() => memory.disconnect());
  await connected(memory, signal);
  const talk = openTalk({
    ...{ config, home: knowledge.home, redis: memory, clock },
    events: asked,
  });
  releases.defer(() => talk.close());
  models = knowledge.plan.models.length > 0 ? await openModels() : undefined;
  understanding = createUnderstanding(knowledge, {
    ...{ config, clock, pastOf: talk.pastOf },
    ...(models && { steps: models.steps }),
    questions: { questions: talk.questions, happened: asked.happened },
    answered(transcript, recognition) {
      talk.answered(transcript, recognition);
      if (recognition.source === 'llm') wakeQueue();
      if (!models) return;
      models.answered(recognition);
      modelMetrics.answered(transcript, recognition);
    },
  });

  const share = createShare({ turnMs: config.streams.lease_ms, now: clock.monotonic });
  processors = streams.map((names) =>
    startProcessor({
      share,
      redis,
      connectReader: () => connect(`reader ${names.input}`, names.input),
      names,
      clock,
      ...streamSettings(config),
      processing: {
        recognise: understanding.recognise,
        encode: (recognized, sourceMessageId) =>
          encodeEntry(recognized, {
            sourceMessageId,
            withTraceContext: config.tracing.context_field,
            ...(streams.length > 1 && { sourceStream: names.input }),
          }),
        defaultLanguage: config.recognition.language_default,
        laneDepth: config.llm.lane_depth,
        maxAgeSeconds: config.streams.max_age_seconds,
        maxFailures: config.streams.max_failures,
        processorId: config.processor_id,
        tracesTranscripts: config.tracing.transcripts,
      },
      events: createStreamObserver(names.input, { metrics, health, log }),
    }),
  );
  const worker = queue.start(answerQueued);
  wakeQueue = () => worker.wake('answer');
  releases.defer(async () => {
    await Promise.all([...processors, worker].map((each) => each.stop()));
  });

  if (config.wyoming.enabled) await serveAssist();
  health.started();
  const registration = register({
    ...{ config, url: server.url, streams, log, clock },
    status: () => health.report().status,
  });
  releases.defer(() => registration?.stop());
  log.info({ event: 'ready', url: server.url, redis: withoutPassword(redisUrl), version });
  return {
    url: server.url,
    redisUrl,
    stop() {
      health.stopping();
      return releases.disposeAsync();
    },
  };

  async function openModels(): Promise<ModelPath> {
    // Its libraries are large, and who asks no model does without them.
    const { openModelPath } = await import('./model-path/open-model-path.ts');
    const path = await openModelPath({
      knowledge,
      config,
      talk,
      connect,
      isAlone: config.redis.url === undefined,
      watch: {
        mode: () => modes.current().mode,
        asked: judgement.asked,
        reserved: judgement.reserved,
      },
      clock,
      events: createModelPathObserver({ metrics: modelMetrics, health, log }),
    });
    releases.defer(() => path.stop());
    health.models(path);
    for (const model of path.providers()) modelMetrics.mayBeAsked(model);
    budget = path.budget;
    cache = path.cache;
    if (config.mode.automatic) modes.automatic(judgement);
    limits = path.limits;
    return path;
  }

  /** Understands what did not come over the streams. */
  async function recognise(
    transcript: Transcript,
    {
      mayQueue,
      ...options
    }: { readonly cacheMode?: CacheMode; readonly mayQueue?: true; readonly signal: AbortSignal },
  ): Promise<RecognizedTranscript> {
    const recognized = await recogniseRequest(transcript, {
      ...{ understanding, config, clock, ...options },
      ...(mayQueue && { waitsFor: (passed) => goesBy(passed, modes.current()) }),
    });
    metrics.recognized(recognized);
    live.recognized(encodeObject(recognized));
    return recognized;
  }

  /** What is kept of the answer does not repeat what was said. */
  async function answerQueued(
    { transcript, cacheMode }: SaidRequest,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> {
    const recognized = await recognise(transcript, {
      ...{ signal, mayQueue: true },
      ...(cacheMode && { cacheMode }),
    });
    const { transcript: _, ...kept } = encodeObject(recognized);
    return kept;
  }

  async function serveAssist(): Promise<void> {
    const [names] = streams;
    if (!names) return;
    const reader = connect('wyoming');
    releases.defer(() => reader.disconnect());
    const { home, rules } = knowledge;
    const assist = await startAssist({
      ...{ config, home, languages: rules.languages, redis, reader, names, recognise, log },
    });
    releases.defer(() => assist.close());
    log.info({ event: 'wyoming', url: assist.url });
  }

  async function startOwnRedis(): Promise<string> {
    const dataDir = join(config.data_dir, 'redis');
    const own = await startPrivateRedis({ dataDir, signal });
    releases.defer(() => own.stop());
    log.info({ event: 'private_redis', url: own.url, data_dir: dataDir });
    return own.url;
  }

  /** @param stream the one that it reads, while this replica owns it */
  function connect(name: string, stream?: string): Redis {
    return openConnection({
      url: redisUrl,
      name: `llm-intent:${name.replaceAll(/\s/g, ':')}`,
      events: createConnectionObserver({
        ...{ name, log },
        told: (isThere) => health.connection(name, isThere, stream),
      }),
    });
  }
}

/** What is answered and what fails, told to all. */
function countedAsLoad(
  metrics: StreamMetrics,
  { load, books }: { readonly load: Load; readonly books: RecognitionBooks },
): StreamMetrics {
  return {
    ...metrics,
    recognized(recognized) {
      load.answered(recognized.latencyMs);
      books.recognized(recognized);
      metrics.recognized(recognized);
    },
    failed() {
      load.failed();
      metrics.failed();
    },
  };
}

function withoutPassword(url: string): string {
  const address = new URL(url);
  address.password = '';
  return address.href;
}
