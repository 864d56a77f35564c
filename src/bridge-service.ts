import type { Redis } from 'ioredis';
import { startBridge } from './bridge/bridge.ts';
import { bridgeKeys } from './bridge/bridge-keys.ts';
import { createSchedules, type Schedule } from './bridge/schedules.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { createDecision } from './decision.ts';
import { connectHomeAssistant } from './home-assistant/connect.ts';
import { loadHome } from './lexicon/home-document.ts';
import { connected, openConnection } from './redis/connection.ts';
import type { Logger } from './telemetry/log.ts';
import { startTracing } from './telemetry/tracing.ts';
import { version } from './version.ts';

export interface BridgeService {
  /** Resolves with the reason when going on is in vain. */
  readonly givenUp: Promise<Error>;
  stop(): Promise<void>;
}

/**
 * Connects the stream of intents to Home Assistant; resolves when Redis is reached. Home Assistant may come later.
 *
 * @param address of Home Assistant, and the token for it
 * @param signal gives up the start
 * @throws DocumentError for a home or a policy with mistakes; any other error says what to do
 */
export async function startBridgeService({
  config,
  redisUrl,
  address,
  log,
  signal,
}: {
  config: Config;
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
  const home = await loadHome(config.files.home);
  // Held to the home alone: which actions may be understood is the service's to know.
  const decide = createDecision({ config, home, clock, actions: undefined });

  const releases = new AsyncDisposableStack();
  const tracing = await startTracing(config.tracing, {
    origin: { service: 'llm-intent-bridge', instance: bridge.consumer, version },
    log,
  });
  releases.defer(() => tracing.stop());
  const connect = (name: string): Redis => {
    const redis = openConnection({
      url: redisUrl,
      name: `llm-intent:bridge:${name}`,
      events: toldOnce(log, name),
    });
    releases.defer(() => redis.disconnect());
    return redis;
  };
  try {
    const [redis, reader] = [connect('commands'), connect('reader')];
    await Promise.all([connected(redis, signal), connected(reader, signal)]);
    const assistant = connectHomeAssistant({
      ...address,
      timeoutMs: config.home_assistant.timeout_ms,
      events: {
        lost: (reason) => log.error({ event: 'home_assistant_lost', reason }),
        ready: (version) => log.info({ event: 'home_assistant_ready', version }),
      },
    });
    releases.defer(() => assistant.close());
    const running = startBridge({
      ...{ redis, reader, assistant, home, decide, clock },
      settings: {
        input: streams.output,
        output: bridge.output,
        outputEntries: bridge.output_entries,
        group: bridge.group,
        consumer: bridge.consumer,
        keyPrefix: config.redis.key_prefix,
        rememberSeconds: bridge.remember_seconds,
        graceSeconds: bridge.grace_seconds,
        maxSchedules: bridge.max_schedules,
        defaultLanguage: config.recognition.language_default,
        timeZone: config.time_zone,
      },
      events: {
        unreadable: (entry, reason) => log.warn({ event: 'unreadable_intent', entry, reason }),
        trouble: (operation, reason) => log.error({ event: 'trouble', part: 'bridge', operation, reason }),
        executed: (actions) => log.debug({ event: 'executed', actions }),
      },
    });
    releases.defer(() => running.stop());
    log.info({ event: 'ready', input: streams.output, output: bridge.output, home_assistant: address.url });
    return { givenUp: assistant.givenUp, stop: () => releases.disposeAsync() };
  } catch (error) {
    await releases.disposeAsync();
    throw error;
  }
}

/** What an operator can do with what is planned. */
export interface ScheduleTools {
  list(): Promise<readonly Schedule[]>;
  /** @returns false where there is none */
  cancel(id: string): Promise<boolean>;
  close(): void;
}

/** Milliseconds that Redis may take to be reached. */
const CONNECT_TIMEOUT_MS = 5000;

/** @throws an error that names the reason when Redis is not reached within 5 seconds */
export async function openScheduleTools(
  config: Config,
  { redisUrl, signal }: { redisUrl: string; signal: AbortSignal },
): Promise<ScheduleTools> {
  const { bridge } = config;
  let reason = 'no answer';
  const events = {
    lost: ({ message }: Error) => {
      reason = message;
    },
    ready: () => undefined,
  };
  const redis = openConnection({ url: redisUrl, name: 'llm-intent:tools', events });
  try {
    await connected(redis, AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]));
  } catch (error) {
    redis.disconnect();
    signal.throwIfAborted();
    throw new Error(`cannot reach Redis: ${reason}`, { cause: error });
  }
  const schedules = createSchedules({
    redis,
    keys: bridgeKeys({ keyPrefix: config.redis.key_prefix, group: bridge.group }),
    consumer: bridge.consumer,
    output: bridge.output,
    most: bridge.max_schedules,
    rememberSeconds: bridge.remember_seconds,
    maxEntries: bridge.output_entries,
  });
  return { list: schedules.list, cancel: schedules.remove, close: () => redis.disconnect() };
}

/** Logs a lost connection once, however often it is tried again. */
function toldOnce(log: Logger, connection: string): { lost: (error: Error) => void; ready: () => void } {
  let lost = false;
  return {
    lost({ message: reason }) {
      if (!lost) log.error({ event: 'redis_lost', connection, reason });
      lost = true;
    },
    ready() {
      if (lost) log.info({ event: 'redis_back', connection });
      lost = false;
    },
  };
}
