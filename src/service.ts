import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { startAssist } from './assist.ts';
import { createCostBooks } from './budget/cost-books.ts';
import { systemClock } from './clock.ts';
import { fingerprintOf } from './config/fingerprint.ts';
import type { Config } from './config/schema.ts';
import { type Core, type CoreHolder, openCore } from './core.ts';
import { createEventStream } from './events/event-stream.ts';
import { createLiveEvents } from './events/live-events.ts';
import { createRecognitionBooks, readStatistics } from './events/recognition-books.ts';
import { startHttpServer } from './http/server.ts';
import { goesBy } from './intent/model-unavailable.ts';
import type { CacheMode } from './intent/recognise.ts';
import type { RecognizedTranscript } from './intent/recognition.ts';
import { encodeEntry, encodeObject } from './intent/recognition-codec.ts';
import type { Transcript } from './intent/transcript.ts';
import { createModes } from './mode/modes.ts';
import { createOwnJudgement } from './mode/own-judgement.ts';
import { rulesGoFirst } from './plan-models.ts';
import type { SaidRequest } from './queue/queued-request.ts';
import { openQueueing } from './queueing.ts';
import { recogniseRequest } from './recognise-request.ts';
import { createAnswerOnce } from './redis/answer-once.ts';
import { askInTime } from './redis/ask-in-time.ts';
import { connected, openConnection } from './redis/connection.ts';
import { createPlaces } from './redis/places.ts';
import { startPrivateRedis } from './redis/private-redis.ts';
import { eventStream } from './redis/publish-event.ts';
import { checkServers } from './redis/server-check.ts';
import { withoutPasswords } from './redis-address.ts';
import { register } from './registering.ts';
import { followConfiguration } from './reload/follow-configuration.ts';
import { keyOfRoom, prefixOfRoom } from './room-keys.ts';
import { createDeadLetters } from './stream/dead-letters.ts';
import { readDepthsInTime } from './stream/depths.ts';
import { type Processor, startProcessor } from './stream/processor.ts';
import { createShare } from './stream/share.ts';
import { requireStreams } from './stream/stream-information.ts';
import { inputStreams, SILENCE_MS, streamSettings } from './stream-settings.ts';
import { openTalk } from './talk.ts';
import { createConfigurationObserver } from './telemetry/configuration-observer.ts';
import { createConnectionObserver } from './telemetry/connection-observer.ts';
import { createProcessRegistry, expose } from './telemetry/exposition.ts';
import { createHealth } from './telemetry/health.ts';
import { createHomeMetric } from './telemetry/home-metric.ts';
import { countedAsLoad, createLoad } from './telemetry/load.ts';
import type { Logger } from './telemetry/log.ts';
import { createModeMetric, createModeObserver } from './telemetry/mode-observer.ts';
import { createModelMetrics } from './telemetry/model-metrics.ts';
import { createModelPathObserver } from './telemetry/model-observer.ts';
import { createQueueMetrics } from './telemetry/queue-metrics.ts';
import { createQueueObserver } from './telemetry/queue-observer.ts';
import { createStreamMetrics } from './telemetry/stream-metrics.ts';
import { createStreamObserver } from './telemetry/stream-observer.ts';
import { createTalkMetrics } from './telemetry/talk-metrics.ts';
import { createTalkObserver } from './telemetry/talk-observer.ts';
import { startTracing } from './telemetry/tracing.ts';
import { createTroubleLog } from './telemetry/trouble-log.ts';
import { createUnderstanding, loadKnowledge } from './understanding.ts';
import { version } from './version.ts';

export interface Service {
  /** Where the HTTP server listens: `http://127.0.0.1:8005`. */
  readonly url: string;
  readonly redisUrl: string;
  /** Looks whether the files say something else by now, and lets that take effect. Never rejects: the log tells. */
  reload(): Promise<void>;
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
 * @param read loads the configuration anew when its files change; absent: they are not watched
 * @param signal gives up the start, waiting for Redis included
 * @throws DocumentError for rules or a home with mistakes; any other error says what to do
 */
export async function startService(parts: {
  config: Config;
  read?: () => Promise<Config>;
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
  read,
  log,
  signal,
  releases,
}: {
  config: Config;
  read?: () => Promise<Config>;
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
  // Before its files are loaded: what is written meanwhile is a change.
  const print = await fingerprintOf(config);
  const knowledge = await loadKnowledge(config, { clock, warmsUp: config.rules.warm_up });
  // Until models can be asked, rules answer.
  const rulesOnly: Core = {
    config,
    knowledge,
    understanding: createUnderstanding(knowledge, { config, clock }),
  };
  let cores: CoreHolder | undefined;
  const core = (): Core => cores?.current() ?? rulesOnly;
  const health = createHealth({
    version,
    clock,
    silenceLimitMs: config.streams.lease_ms + SILENCE_MARGIN_MS,
  });
  const streams = inputStreams(config);

  const redisUrl = config.redis.url ?? (await startOwnRedis());
  const places = createPlaces(redisUrl, (key, tag) => {
    const opened = connect(tag === undefined ? 'commands' : `commands ${tag}`, { key });
    releases.defer(() => opened.disconnect());
    return opened;
  });
  const redis = places.at(config.streams.output);

  const registry = createProcessRegistry();
  const modelMetrics = createModelMetrics(registry, {
    budget: () => cores?.stores()?.ledger.show().windows ?? [],
    circuits: () =>
      core()
        .models?.described()
        .map(({ status, breaker }) => ({ provider: status.provider, state: breaker })) ?? [],
    rulesGoFirst: rulesGoFirst(config),
  });
  const events = createEventStream({
    redis: places.at(eventStream(config.redis.key_prefix)),
    keyPrefix: config.redis.key_prefix,
    processorId: config.processor_id,
    clock,
    events: createTroubleLog(log, 'events'),
  });
  const modes = createModes({
    redis: places.at(keyOfRoom('mode', config)),
    keyPrefix: config.redis.key_prefix,
    consumer: config.streams.consumer,
    events: createModeObserver({ health, log, stream: events }),
    clock,
  });
  health.mode(modes.current);
  const judgement = createOwnJudgement({
    settings: config.mode,
    windows() {
      const books = cores?.stores()?.ledger.show();
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
  const statistics = places.at(keyOfRoom('statistics', config));
  const recognitions = createRecognitionBooks({
    ...{ redis: statistics, keyPrefix: config.redis.key_prefix, timeZone: config.time_zone, clock },
    failed: ({ message }) => log.warn({ event: 'trouble', part: 'statistics', reason: message }),
  });
  const metrics = countedAsLoad(
    createStreamMetrics(registry, () => readDepthsInTime(redis, streams)),
    { load, books: recognitions },
  );
  const live = createLiveEvents({
    ...{ keyPrefix: config.redis.key_prefix, output: config.streams.output },
    connect: (stream) => {
      const events = { lost: () => undefined, ready: () => undefined };
      // It comes and goes with who listens: health does not hang on it.
      return openConnection({ url: redisUrl, key: stream, name: 'llm-intent:live', events });
    },
    failed: ({ message }) => log.warn({ event: 'trouble', part: 'live events', reason: message }),
  });
  const requests = places.at(keyOfRoom('queue', config));
  const queueMetrics = createQueueMetrics(registry, {
    depth: () => askInTime(requests, () => queue.depth()),
    waiting: () => core().models?.limits.origins.waiting() ?? 0,
  });
  const queue = openQueueing({
    ...{ config, redis: requests, silenceMs: SILENCE_MS, counted: queueMetrics.request, clock },
    events: createQueueObserver({ metrics: queueMetrics, events, health, log }),
    trouble: createTroubleLog(log, 'queue'),
  });
  releases.defer(() => queue.close());
  const idempotency = createAnswerOnce({
    ...{ redis: places.at(keyOfRoom('idempotency', config)), keyPrefix: prefixOfRoom('idempotency', config) },
    leaseMs: config.llm.deadline_ms + IDEMPOTENCY_MARGIN_MS,
    events: createTroubleLog(log, 'idempotency'),
  });
  releases.defer(() => idempotency.close());
  const costs = createCostBooks({
    redis: places.at(keyOfRoom('budget', config)),
    keyPrefix: config.redis.key_prefix,
    timeZone: config.budget.time_zone,
    monthly: () => core().config.budget.monthly_usd,
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
      maxConnections: config.http.max_connections,
    },
    {
      log,
      operations: {
        health: () => ({ ...health.report(), ...load.report() }),
        isReady: () => health.isReady(),
        version,
        metrics: (accept) => expose(registry, accept),
        recognise,
        defaultLanguage: config.recognition.language_default,
        costs: (asked) => costs.report(asked),
        cache: () => cores?.stores()?.cache,
        limits: () => core().models?.limits,
        models: () => core().models,
        mode: modes,
        events: live,
        idempotency,
        queue,
        stats: (days) =>
          readStatistics(statistics, {
            keyPrefix: config.redis.key_prefix,
            timeZone: config.time_zone,
            ...{ days, now: clock.now() },
          }),
        deadLetters: createDeadLetters({ redis, stream: config.streams.dead_letters }),
      },
    },
  );
  releases.defer(() => server.close());

  await Promise.all(places.all().map((each) => connected(each, signal)));
  for (const warning of await checkServers(places.all())) log.warn({ event: 'redis_warning', warning });
  await requireStreams(redis, [...config.streams.input, config.streams.output, config.streams.dead_letters]);

  releases.defer(() => events.close());
  releases.defer(() => recognitions.close(BOOKING_MS));
  await modes.start();
  releases.defer(() => modes.stop());
  const asked = createTalkObserver({ health, log, events, metrics: createTalkMetrics(registry) });
  const memory = connect('talk', { key: keyOfRoom('talk', config) });
  releases.defer(() => memory.disconnect());
  await connected(memory, signal);
  const talk = openTalk({
    ...{ config, home: knowledge.home, redis: memory, clock },
    events: asked,
  });
  releases.defer(() => talk.close());
  const opened = await openCore({
    ...{ knowledge, config, talk, clock, signal },
    connect: (name, key) => connect(name, { key }),
    questions: { questions: talk.questions, happened: asked.happened },
    watch: { mode: () => modes.current().mode, asked: judgement.asked, reserved: judgement.reserved },
    events: createModelPathObserver({ metrics: modelMetrics, health, log }),
    answered(transcript, recognition) {
      if (recognition.source === 'llm') wakeQueue();
      if (core().models) modelMetrics.answered(transcript, recognition);
    },
    changed({ knowledge: { notices }, models }, stores) {
      for (const notice of notices) log.warn({ event: 'notice', notice });
      health.models(models && stores && { providers: models.providers, budget: stores.ledger.show });
      modelMetrics.mayBeAsked(models?.providers() ?? []);
      if (models && config.mode.automatic) modes.automatic(judgement);
    },
  });
  cores = opened;
  releases.defer(() => opened.stop());

  const share = createShare({ turnMs: config.streams.lease_ms, now: clock.monotonic });
  processors = streams.map((names) =>
    startProcessor({
      share,
      redis,
      connectReader: () => connect(`reader ${names.input}`, { key: names.input, stream: names.input }),
      names,
      clock,
      ...streamSettings(config),
      processing: {
        recognise: (transcript, context) => core().understanding.recognise(transcript, context),
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
  const followed = read && (await follow(opened, read));
  health.started();
  const registration = register({
    ...{ config, url: server.url, streams, log, clock },
    status: () => health.report().status,
  });
  releases.defer(() => registration?.stop());
  log.info({ event: 'ready', url: server.url, redis: withoutPasswords(redisUrl), version });
  return {
    url: server.url,
    redisUrl,
    async reload() {
      await followed?.reload();
    },
    stop() {
      health.stopping();
      return releases.disposeAsync();
    },
  };

  async function follow(holder: CoreHolder, reading: () => Promise<Config>) {
    const configuration = await followConfiguration({
      ...{ config, print, read: reading, change: holder.change },
      async check(loaded) {
        await loadKnowledge(loaded, { clock });
      },
      events: createConfigurationObserver({ registry, health, log, events }),
    });
    releases.defer(() => configuration.stop());
    return configuration;
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
      ...{ understanding: core().understanding, config, clock, ...options },
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
    const reader = connect('wyoming', { key: names.output });
    releases.defer(() => reader.disconnect());
    const assist = await startAssist({
      ...{ config, redis, reader, names, recognise, log },
      home: () => core().knowledge.home,
      languages: () => core().knowledge.rules.languages,
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
  function connect(name: string, { key, stream }: { key: string; stream?: string }): Redis {
    return openConnection({
      url: redisUrl,
      key,
      name: `llm-intent:${name.replaceAll(/\s/g, ':')}`,
      events: createConnectionObserver({
        ...{ name, log },
        told: (isThere) => health.connection(name, isThere, stream),
      }),
    });
  }
}
