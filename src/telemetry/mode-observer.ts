import { Gauge, type Registry } from 'prom-client';
import type { EventStream } from '../events/event-stream.ts';
import { isCheaper, MODES, type Mode } from '../intent/mode.ts';
import type { ModeEvents } from '../mode/modes.ts';
import type { Health } from './health.ts';
import type { Logger } from './log.ts';

/** @param mode asked at every scrape */
export function createModeMetric(registry: Registry, mode: () => Mode): void {
  new Gauge({
    name: 'llm_mode',
    help: 'The operating mode: 1 for the one that holds, 0 for the others.',
    labelNames: ['mode'],
    registers: [registry],
    collect() {
      const current = mode();
      for (const each of MODES) this.set({ mode: each }, each === current ? 1 : 0);
    },
  });
}

/** Turns what becomes of the mode into health, log lines and one event for all replicas. */
export function createModeObserver({
  health,
  log,
  stream,
}: {
  health: Health;
  log: Logger;
  stream: EventStream;
}): ModeEvents {
  return {
    changed({ from, mode, by, reason }) {
      const line = { event: 'mode', mode, from, by, reason };
      if (isCheaper(mode, from)) log.warn(line);
      else log.info(line);
    },
    announced: ({ from, mode, by, reason }) =>
      stream.add('mode_changed', { mode, from, by, reason: reason || undefined }),
    trouble(operation, message) {
      health.degraded('mode', operation, message);
      log.warn({ event: 'trouble', part: 'mode', operation, reason: message });
    },
    recovered(operation) {
      health.mended('mode', operation);
      log.info({ event: 'recovered', part: 'mode', operation });
    },
  };
}
