import type { Redis } from 'ioredis';
import { type Backlog, type Bridge, startBridge } from './bridge/bridge.ts';
import { bridgeKeys } from './bridge/bridge-keys.ts';
import { createSchedules, type Schedule } from './bridge/schedules.ts';
import { systemClock } from './clock.ts';
import { apart } from './config/cluster-mistakes.ts';
import { fingerprintOf } from './config/fingerprint.ts';
import type { Config } from './config/schema.ts';
import { createDecision } from './decision.ts';
import { DocumentError } from './documents/located-yaml.ts';
import { connectHomeAssistant, type HomeAssistant } from './home-assistant/connect.ts';
import { startWatchServer } from './http/server.ts';
import { loadHome } from './lexicon/home-document.ts';
import { connected, openConnection } from './redis/connection.ts';
import { reachPlaces } from './redis/reach-places.ts';
import { followConfiguration } from './reload/follow-configuration.ts';
import { prefixOfRoom } from './room-keys.ts';
import { createBridgeHealth } from './telemetry/bridge-health.ts';
import { createBridgeMetrics } from './telemetry/bridge-metrics.ts';
import { createBridgeObserver } from './telemetry/bridge-observer.ts';
import { createConfigurationObserver } from './telemetry/configuration-observer.ts';
import { createConnectionObserver } from './telemetry/connection-observer.ts';
import { createProcessRegistry, expose } from './telemetry/exposition.ts';
import type { Logger } from './telemetry/log.ts';
import { startTracing } from './telemetry/tracing.ts';
import { version } from './version.ts';

export interface BridgeService {
  /** Where it serves `/health` and `/metrics`; undefined where it does not. */
  readonly url: string | undefined;
  /** Resolves with the reason when going on is in vain. */
  readonly givenUp: Promise<Error>;
  /** As of the service. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** While it is not reading yet. */
const NOTHING_KNOWN: Backlog = {
  lag: undefined,
  pending: undefined,
  oldestSeconds: undefined,
  planned: undefined,
};

/**
 * Connects the stream of intents to Home Assistant; resolves when Redis is reached. Home Assistant may come later. Where it
 * has a port, it can be watched from the start.
 *
 * @param read loads the configuration anew when its files change
 * @param address of Home Assistant, and the token for it
 * @param signal gives up the start
 * @throws DocumentError for a home or a policy with mistakes; any other error says what to do
 */
export async function startBridgeService({
  config,
  read,
  redisUrl,
  address,
  log,
  signal,
}: {
  config: Config;
  read: () => Promise<Config>;
  redisUrl: string;
  address: { readonly url: string; readonly token: string };
  log: Logger;
  signal: AbortSignal;
}): Promise<BridgeService> {
  const clock = systemClock;
  const { bridge, streams } = config;
  if ([...streams.input, streams.output, streams.dead_letters].includes(bridge.output)) {
    throw new Error(`"${bridge.output}" has another role already: choose another stream for bridge.output`);
  }
  const problem = apart(
    [
      { setting: 'OUTPUT_STREAM', stream: streams.output },
      { setting: 'bridge.output', stream: bridge.output },
    ],
    config,
  );
  if (problem !== undefined) throw new DocumentError([config.mistakeAt(['bridge', 'output'], problem)]);
  const print = await fingerprintOf(config);
  let house = await settle(config);

  const releases = new AsyncDisposableStack();
  const tracing = await startTracing(config.tracing, {
    origin: { service: 'llm-intent-bridge', instance: bridge.consumer, version },
    log,
  });
  releases.defer(() => tracing.stop());
  let assistant: HomeAssistant | undefined;
  let running: Bridge | undefined;
  const isAssistantThere = (): boolean => assistant?.states() !== undefined;
  const health = createBridgeHealth({ version, isAssistantThere });
  const registry = createProcessRegistry();
  const metrics = createBridgeMetrics(registry, {
    isConnected: isAssistantThere,
    backlog: async () => running?.backlog() ?? NOTHING_KNOWN,
  });
  const connect = (name: string): Redis => {
    const redis = openConnection({
      ...{ url: redisUrl, key: streams.output },
      name: `llm-intent:bridge:${name}`,
      events: createConnectionObserver({
        ...{ name, log },
        told: (isThere) => health.connection(name, isThere),
      }),
    });
    releases.defer(() => redis.disconnect());
    return redis;
  };
  try {
    const url = bridge.port === undefined ? undefined : await watchable(bridge.port);
    const [redis, reader] = [connect('commands'), connect('reader')];
    await Promise.all([connected(redis, signal), connected(reader, signal)]);
    const connection = connectHomeAssistant({
      ...address,
      timeoutMs: config.home_assistant.timeout_ms,
      events: {
        lost: (reason) => log.error({ event: 'home_assistant_lost', reason }),
        ready: (version) => log.info({ event: 'home_assistant_ready', version }),
      },
    });
    assistant = connection;
    releases.defer(() => connection.close());
    const started = startBridge({
      ...{ redis, reader, assistant, clock },
      home: () => house.home,
      decide: (meaning, utterance) => house.decide(meaning, utterance),
      settings: {
        input: streams.output,
        output: bridge.output,
        outputEntries: bridge.output_entries,
        outputSeconds: bridge.output_seconds,
        group: bridge.group,
        consumer: bridge.consumer,
        keyPrefix: prefixOfRoom('bridge', config),
        rememberSeconds: bridge.remember_seconds,
        graceSeconds: bridge.grace_seconds,
        maxSchedules: bridge.max_schedules,
        defaultLanguage: config.recognition.language_default,
        timeZone: config.time_zone,
      },
      events: createBridgeObserver({ metrics, health, log }),
    });
    running = started;
    releases.defer(() => started.stop());
    const configuration = await followConfiguration({
      ...{ config, print, read },
      async check(loaded) {
        await settle(loaded);
      },
      async change(changed) {
        house = await settle(changed);
      },
      events: createConfigurationObserver({ registry, health, log }),
    });
    releases.defer(() => configuration.stop());
    log.info({
      ...{ event: 'ready', input: streams.output, output: bridge.output, home_assistant: address.url },
      ...(url !== undefined && { url }),
    });
    return {
      url,
      givenUp: connection.givenUp,
      reload: configuration.reload,
      stop() {
        health.stopping();
        return releases.disposeAsync();
      },
    };
  } catch (error) {
    await releases.disposeAsync();
    throw error;
  }

  async function settle(known: Config) {
    const home = await loadHome(known.files.home);
    // Held to the home alone: which actions may be understood is the service's to know.
    return { home, decide: createDecision({ config: known, home, clock, actions: undefined }) };
  }

  async function watchable(port: number): Promise<string> {
    const { http } = config;
    const server = await startWatchServer(
      {
        ...{ host: http.host, port, token: http.token, readToken: http.read_token },
        ...{ metricsPublic: http.metrics_public, maxBodyBytes: http.max_body_bytes },
        maxConnections: http.max_connections,
      },
      {
        log,
        operations: {
          health: health.report,
          isReady: health.isReady,
          metrics: (accept) => expose(registry, accept),
        },
      },
    );
    releases.defer(() => server.close());
    return server.url;
  }
}

/** What an operator can do with what is planned. */
export interface ScheduleTools {
  list(): Promise<readonly Schedule[]>;
  /** @returns false where there is none */
  cancel(id: string): Promise<boolean>;
  close(): void;
}

/** @throws an error that names the reason when Redis is not reached within 5 seconds */
export async function openScheduleTools(
  config: Config,
  { redisUrl, signal }: { redisUrl: string; signal: AbortSignal },
): Promise<ScheduleTools> {
  const { bridge } = config;
  const key = config.streams.output;
  const places = await reachPlaces(redisUrl, { keys: [key], signal });
  const schedules = createSchedules({
    redis: places.at(key),
    keys: bridgeKeys({ keyPrefix: prefixOfRoom('bridge', config), group: bridge.group }),
    consumer: bridge.consumer,
    output: bridge.output,
    most: bridge.max_schedules,
    rememberSeconds: bridge.remember_seconds,
    maxEntries: bridge.output_entries,
  });
  return { list: schedules.list, cancel: schedules.remove, close: places.close };
}
