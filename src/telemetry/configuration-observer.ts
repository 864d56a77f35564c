import { Gauge, type Registry } from 'prom-client';
import type { EventStream } from '../events/event-stream.ts';
import type { ConfigurationEvents } from '../reload/follow-configuration.ts';
import type { Logger } from './log.ts';

const PART = 'configuration';

/** What the health of a process can tell of its configuration. */
interface ConfigurationHealth {
  /** From now on this one runs. */
  configured(version: string): void;
  /** Something can be done without for now. */
  degraded(part: string, operation: string, message: string): void;
  mended(part: string, operation: string): void;
}

/**
 * Turns what becomes of changed files into health, metrics, log lines and an event.
 *
 * @param events absent where a process adds none
 */
export function createConfigurationObserver({
  registry,
  health,
  log,
  events,
}: {
  registry: Registry;
  health: ConfigurationHealth;
  log: Logger;
  events?: EventStream;
}): ConfigurationEvents {
  const registers = [registry];
  const info = new Gauge({
    name: 'intent_config_info',
    help: 'Always 1; the label tells which version of the configuration runs, the same where the files are the same.',
    labelNames: ['version'],
    registers,
  });
  const isSuccessful = new Gauge({
    name: 'intent_config_last_reload_successful',
    help: 'Whether what the files say runs: 0 while it cannot, and what ran before goes on.',
    registers,
  });
  const successAt = new Gauge({
    name: 'intent_config_last_reload_success_timestamp_seconds',
    help: 'When the configuration was last read and found in order, in seconds since 1970.',
    registers,
  });
  let told: readonly string[] = [];

  return {
    running({ version, isNew, waiting }) {
      health.configured(version);
      health.mended(PART, 'reload');
      info.reset();
      info.set({ version }, 1);
      isSuccessful.set(1);
      successAt.setToCurrentTime();
      log.info({ event: isNew ? 'configuration_changed' : 'configuration', version });
      if (isNew) events?.add('configuration_changed', { version });
      // Whoever edits a file again need not hear of the same fields again.
      if (waiting.length > 0 && waiting.join() !== told.join()) {
        log.warn({ event: 'restart_needed', fields: waiting });
      }
      told = waiting;
    },
    refused(reasons) {
      isSuccessful.set(0);
      health.degraded(
        PART,
        'reload',
        'what the files say cannot be run: what ran before goes on; the log tells why',
      );
      log.error({ event: 'configuration_refused', reasons });
    },
    unwatched({ message }) {
      log.warn({ event: 'trouble', part: PART, operation: 'watch the files', reason: message });
    },
  };
}
