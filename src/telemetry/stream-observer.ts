import type { StreamEvents } from '../stream/stream-events.ts';
import { type Health, SESSION } from './health.ts';
import type { Logger } from './log.ts';
import type { StreamMetrics } from './stream-metrics.ts';

/** What succeeds around a session, whether the session gets anywhere or not. */
const AROUND_A_SESSION = new Set(['acquire the stream', 'renew the lease', 'trim']);

/** Turns what happens on an input stream into metrics, health and log lines. No transcript is ever logged. */
export function createStreamObserver(
  stream: string,
  { metrics, health, log }: { metrics: StreamMetrics; health: Health; log: Logger },
): StreamEvents {
  const streamLog = log.child({ stream });
  /** The message last logged for each operation in trouble: the same one again would only fill the log. */
  const troubled = new Map<string, string>();
  // Watched from here on: where nothing is ever heard, that is to show as well.
  health.heard(stream);
  metrics.owner(stream, false);
  health.ownership(stream, 'standby');

  return {
    ownership(state) {
      health.ownership(stream, state);
      metrics.owner(stream, state === 'owner');
      if (state === 'standby') troubled.clear();
      streamLog.info({ event: 'ownership', state });
    },
    interrupted(error) {
      health.trouble(stream, SESSION, error.message);
      streamLog.warn({ event: 'interrupted', reason: error.message });
    },
    reclaimed(count) {
      metrics.reclaimed(count);
      streamLog.info({ event: 'reclaimed', count });
    },
    published: (recognized) => metrics.recognized(recognized),
    skipped: (reason) => metrics.skipped(reason),
    deadLettered({ id, reason, traceId }) {
      metrics.deadLettered(reason);
      streamLog.warn({ event: 'dead_letter', message_id: id, trace_id: traceId, reason });
    },
    failed({ id, attempt, error, traceId }) {
      metrics.failed();
      streamLog.error({ event: 'failed', message_id: id, trace_id: traceId, attempt, defect: error });
      streamLog.debug({ event: 'failure', message_id: id, trace_id: traceId, err: error });
    },
    trouble(operation, { message }) {
      health.trouble(stream, operation, message);
      if (troubled.get(operation) === message) return;
      troubled.set(operation, message);
      streamLog.error({ event: 'trouble', operation, reason: message });
    },
    recovered(operation) {
      health.heard(stream);
      health.recovered(stream, operation);
      if (!AROUND_A_SESSION.has(operation)) health.recovered(stream, SESSION);
      if (troubled.delete(operation)) streamLog.info({ event: 'recovered', operation });
    },
  };
}
