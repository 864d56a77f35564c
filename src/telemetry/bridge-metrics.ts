import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Backlog, CallOutcome } from '../bridge/bridge.ts';
import type { ExecutedStatus } from '../bridge/executed.ts';
import { createAskedGauge, shared } from './asked-gauge.ts';

/** What Prometheus is told about the bridge to Home Assistant. */
export interface BridgeMetrics {
  executed(statuses: readonly ExecutedStatus[]): void;
  called(outcome: CallOutcome, ms: number): void;
  failed(): void;
  unreadable(): void;
}

// From what a lamp takes beside the machine to the ten seconds after which Home Assistant is asked no more.
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const STATUSES = Object.keys({
  done: 0,
  failed: 0,
  skipped: 0,
  scheduled: 0,
  answered: 0,
} satisfies Record<ExecutedStatus, 0>);

/**
 * @param isConnected to Home Assistant; asked at every scrape
 * @param backlog asked at every scrape; undefined is unknown, and not 0
 */
export function createBridgeMetrics(
  registry: Registry,
  { isConnected, backlog }: { isConnected: () => boolean; backlog: () => Promise<Backlog> },
): BridgeMetrics {
  const registers = [registry];
  const actions = new Counter({
    name: 'bridge_actions_total',
    help: 'Actions and questions that came over the stream or became due, by what became of them.',
    labelNames: ['status'],
    registers,
  });
  const calls = new Histogram({
    name: 'bridge_call_duration_seconds',
    help: 'Time that Home Assistant took for an action, by how that ended.',
    labelNames: ['outcome'],
    buckets: SECONDS,
    registers,
  });
  const failures = new Counter({
    name: 'bridge_failures_total',
    help: 'Failed tries to work on an entry or on something planned; they are repeated.',
    registers,
  });
  const unreadable = new Counter({
    name: 'bridge_unreadable_total',
    help: 'Entries of the stream of intents that no service of ours wrote.',
    registers,
  });
  new Gauge({
    name: 'bridge_home_assistant_connected',
    help: '1 where Home Assistant is there and has told its states.',
    registers,
    collect() {
      this.set(isConnected() ? 1 : 0);
    },
  });
  const now = shared(backlog);
  const ask = (name: string, what: keyof Backlog, help: string): void =>
    createAskedGauge(registry, { name, help, ask: async () => (await now())[what] });
  ask('bridge_stream_lag', 'lag', 'Entries of the stream of intents not delivered to the bridge yet.');
  ask('bridge_stream_pending', 'pending', 'Entries delivered to the bridge and not settled.');
  ask('bridge_stream_oldest_entry_seconds', 'oldestSeconds', 'Age of the oldest of them; 0 without any.');
  ask('bridge_schedules', 'planned', 'Actions that are planned for later, timers included.');
  // What never happened is 0: what appears out of nothing is no increase for Prometheus.
  for (const status of STATUSES) actions.inc({ status }, 0);
  calls.zero({ outcome: 'done' });

  return {
    executed(statuses) {
      for (const status of statuses) actions.inc({ status });
    },
    called: (outcome, ms) => calls.observe({ outcome }, ms / 1000),
    failed: () => failures.inc(),
    unreadable: () => unreadable.inc(),
  };
}
