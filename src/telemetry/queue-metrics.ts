import { Counter, Gauge, type Registry } from 'prom-client';
import type { QueueEvents } from '../queue/queue-events.ts';
import type { QueueStatus } from '../queue/queued-request.ts';
import type { QueueDepth } from '../queue/request-queue.ts';
import { createAskedGauge, shared } from './asked-gauge.ts';

type CallOutcome = Parameters<QueueEvents['called']>[0]['outcome'];
/** What became of a request: it waits, it ended, or as many waited as may. */
type QueueOutcome = Exclude<QueueStatus, 'processing'> | 'refused';

const OUTCOMES = Object.keys({
  queued: 0,
  refused: 0,
  completed: 0,
  failed: 0,
  expired: 0,
} satisfies Record<QueueOutcome, 0>) as QueueOutcome[];
const CALLS = Object.keys({ delivered: 0, again: 0, given_up: 0 } satisfies Record<CallOutcome, 0>);

/** What Prometheus is told about requests that wait for a model. */
export interface QueueMetrics {
  request(outcome: QueueOutcome): void;
  called(outcome: CallOutcome): void;
}

/**
 * @param depth asked at every scrape; undefined is unknown, and not 0
 * @param waiting asked at every scrape: transcripts of this process that wait until a limit is free again
 */
export function createQueueMetrics(
  registry: Registry,
  { depth, waiting }: { depth: () => Promise<QueueDepth | undefined>; waiting: () => number },
): QueueMetrics {
  const registers = [registry];
  const depthNow = shared(depth);
  const requests = new Counter({
    name: 'llm_queue_requests_total',
    help: 'Requests that were to wait for a model, by what became of them; "refused": as many waited as may.',
    labelNames: ['outcome'],
    registers,
  });
  const calls = new Counter({
    name: 'llm_queue_callbacks_total',
    help: 'Calls that told what became of a request, by how they ended; "again": they are repeated.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of OUTCOMES) requests.inc({ outcome }, 0);
  for (const outcome of CALLS) calls.inc({ outcome }, 0);
  new Gauge({
    name: 'llm_queue_depth',
    help: 'What waits; "requests": for a model, of all replicas together, NaN where Redis cannot tell; "limits": transcripts of this process, until a limit of whoever asked is free again.',
    labelNames: ['queue'],
    registers,
    async collect() {
      this.set({ queue: 'requests' }, (await depthNow())?.waiting ?? Number.NaN);
      this.set({ queue: 'limits' }, waiting());
    },
  });
  createAskedGauge(registry, {
    name: 'llm_queue_oldest_seconds',
    help: 'Age of the oldest request that waits for a model; 0 where none does, NaN where Redis cannot tell.',
    ask: async () => (await depthNow())?.oldestSeconds,
  });
  return {
    request: (outcome) => requests.inc({ outcome }),
    called: (outcome) => calls.inc({ outcome }),
  };
}
