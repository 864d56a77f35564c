import type { EventStream } from '../events/event-stream.ts';
import type { QueueEvents } from '../queue/queue-events.ts';
import type { Health } from './health.ts';
import type { Logger } from './log.ts';
import type { QueueMetrics } from './queue-metrics.ts';

/** Turns what happens to requests that wait into events, metrics, health and log lines. No word of them is in it. */
export function createQueueObserver({
  metrics,
  events,
  health,
  log,
}: {
  metrics: QueueMetrics;
  events: Pick<EventStream, 'add'>;
  health: Pick<Health, 'degraded' | 'mended'>;
  log: Logger;
}): QueueEvents {
  const part = 'queue';
  const troubles = new Set<string>();
  return {
    status({ queueId, status, priority, attempts }) {
      const about = { status, priority: String(priority), attempts: String(attempts) };
      events.add('queue_status', { queue_id: queueId, ...about });
      if (status === 'completed' || status === 'failed' || status === 'expired') metrics.request(status);
      if (status === 'failed') log.error({ event: 'queue_failed', queue_id: queueId, attempts });
    },
    failed({ queueId, failures, error }) {
      // Its message may repeat what was said.
      log.error({ event: 'queue_request_failed', queue_id: queueId, failures, defect: error });
      log.debug({ event: 'failure', part, queue_id: queueId, err: error });
    },
    called({ queueId, outcome, problem }) {
      metrics.called(outcome);
      if (problem === undefined) return;
      log.warn({ event: 'callback_failed', queue_id: queueId, outcome, reason: problem });
    },
    interrupted: ({ message }) => log.warn({ event: 'interrupted', part, reason: message }),
    trouble(operation, { message }) {
      if (troubles.has(operation)) return;
      troubles.add(operation);
      health.degraded(part, operation, message);
      log.warn({ event: 'trouble', part, operation, reason: message });
    },
    recovered(operation) {
      if (!troubles.delete(operation)) return;
      health.mended(part, operation);
      log.info({ event: 'recovered', part, operation });
    },
  };
}
