import type { Redis } from 'ioredis';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { createCallBack, hostOf, problemOfAddress } from './queue/call-back.ts';
import { createMayReach } from './queue/public-address.ts';
import type { QueueEvents } from './queue/queue-events.ts';
import { queueKeys } from './queue/queue-keys.ts';
import type { QueueParts } from './queue/queue-parts.ts';
import { encodeRecord } from './queue/queued-request.ts';
import { createRequestQueue, type RequestQueue } from './queue/request-queue.ts';
import { type QueueWorker, startQueueWorker } from './queue/worker.ts';
import type { TroubleEvents } from './redis/quick-answers.ts';

/** Requests that wait until a model can be asked. */
export interface Queueing extends Omit<RequestQueue, 'find'> {
  /** As it is told over HTTP; undefined for one that nobody knows. */
  find(queueId: string): Promise<Readonly<Record<string, unknown>> | undefined | 'unavailable'>;
  /** What is wrong with being called there, for whoever asked for it; undefined where nothing is. */
  callbackProblem(url: string): Promise<string | undefined>;
  /** Begins to work on what waits, in turn with other replicas. */
  start(run: QueueParts['run']): QueueWorker;
}

/** Milliseconds that looking up a name may take before a request is refused. */
const LOOK_UP_MS = 1500;

/** @param counted told of each that waits from now on, and of each for which there was no room */
export function openQueueing({
  config: { queue, redis: where, streams },
  redis,
  silenceMs,
  events,
  trouble,
  counted,
  clock,
}: {
  readonly config: Config;
  readonly redis: Redis;
  readonly silenceMs: number;
  readonly events: QueueEvents;
  readonly trouble: TroubleEvents;
  readonly counted: (outcome: 'queued' | 'refused') => void;
  readonly clock: Clock;
}): Queueing {
  const { secret, hosts, private_networks: networks, timeout_ms: timeoutMs, tries } = queue.callback;
  const mayReach = createMayReach(networks);
  const listed = hosts && new Set(hosts.map((host) => host.toLowerCase()));
  const mayCall = (host: string): boolean => listed === undefined || listed.has(host);
  const keptMs = queue.result_seconds * 1000;
  let worker: QueueWorker | undefined;
  const requests = createRequestQueue({
    ...{ redis, keyPrefix: where.key_prefix, events: trouble, clock },
    ...{ ttlMs: queue.ttl_seconds * 1000, keptMs, most: queue.max_waiting },
  });

  return {
    ...requests,
    async add(request, reason) {
      const told = await requests.add(request, reason);
      if (told.kind === 'full') counted('refused');
      if (told.kind !== 'queued') return told;
      counted('queued');
      events.status({ queueId: told.queueId, status: 'queued', priority: request.priority, attempts: 0 });
      worker?.wake('request');
      return told;
    },
    async find(queueId) {
      const found = await requests.find(queueId);
      return typeof found === 'object' ? encodeRecord(queueId, found) : found;
    },
    async callbackProblem(url) {
      if (secret === undefined) return 'not available: there is no queue.callback.secret to sign calls with';
      if (!mayCall(hostOf(url))) return 'expected a host that is in queue.callback.hosts';
      return problemOfAddress(url, { mayReach, timeoutMs: LOOK_UP_MS });
    },
    start(run) {
      worker = startQueueWorker({
        ...{ redis, keys: queueKeys(where.key_prefix), run, events, clock },
        consumer: streams.consumer,
        callBack:
          secret === undefined ? undefined : createCallBack({ secret, timeoutMs, mayCall, mayReach, clock }),
        settings: {
          ...{ leaseMs: streams.lease_ms, silenceMs, drainMs: streams.drain_ms, keptMs },
          ...{ concurrency: queue.concurrency, maxFailures: queue.max_failures, callTries: tries },
        },
      });
      return worker;
    },
  };
}
