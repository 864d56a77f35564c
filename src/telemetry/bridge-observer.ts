import type { BridgeEvents } from '../bridge/bridge.ts';
import type { BridgeHealth } from './bridge-health.ts';
import type { BridgeMetrics } from './bridge-metrics.ts';
import type { Logger } from './log.ts';

/** Turns what happens on the bridge into metrics, health and log lines. No word that was said is in them. */
export function createBridgeObserver({
  metrics,
  health,
  log,
}: {
  metrics: BridgeMetrics;
  health: BridgeHealth;
  log: Logger;
}): BridgeEvents {
  const part = 'bridge';
  /** The reason last logged for each operation in trouble: the same one again would only fill the log. */
  const troubled = new Map<string, string>();
  return {
    unreadable(entry, reason) {
      metrics.unreadable();
      log.warn({ event: 'unreadable_intent', entry, reason });
    },
    failed(what, reason) {
      metrics.failed();
      log.error({ event: 'trouble', part, operation: what, reason });
    },
    trouble(operation, reason) {
      health.trouble(operation, reason);
      if (troubled.get(operation) === reason) return;
      troubled.set(operation, reason);
      log.error({ event: 'trouble', part, operation, reason });
    },
    recovered(operation) {
      health.recovered(operation);
      if (troubled.delete(operation)) log.info({ event: 'recovered', part, operation });
    },
    executed(statuses) {
      metrics.executed(statuses);
      log.debug({ event: 'executed', statuses });
    },
    called: metrics.called,
  };
}
