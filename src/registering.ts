import { hostname } from 'node:os';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { startRegistration } from './orchestrator/registration.ts';
import type { StreamNames } from './stream/stream-names.ts';
import type { Logger } from './telemetry/log.ts';
import { createTroubleLog } from './telemetry/trouble-log.ts';

/**
 * Keeps the service known to the orchestrator of a vision pipeline, where the configuration names one.
 *
 * @param url where the service listens; others reach it there unless the configuration says otherwise
 * @returns undefined where there is no orchestrator
 */
export function register({
  config: { orchestrator, processor_id: id },
  url,
  streams: [first],
  status,
  log,
  clock,
}: {
  readonly config: Config;
  readonly url: string;
  readonly streams: readonly StreamNames[];
  readonly status: Parameters<typeof startRegistration>[0]['status'];
  readonly log: Logger;
  readonly clock: Clock;
}): { stop(): Promise<void> } | undefined {
  if (orchestrator.url === undefined || !first) return undefined;
  const address = (orchestrator.endpoint ?? reachableAt(url)).replace(/\/+$/, '');
  const part = 'orchestrator';
  return startRegistration({
    url: orchestrator.url,
    describe: {
      ...{ id, queue: first.input, resultStream: first.output },
      ...{ endpoint: `${address}/intent`, healthEndpoint: `${address}/health` },
    },
    status,
    now: clock.now,
    events: {
      registered: () => log.info({ event: 'registered', part, processor_id: id }),
      ...createTroubleLog(log, part),
    },
  });
}

/** Where others reach what listens on every address: by the name of this machine. Without a slash at its end. */
function reachableAt(url: string): string {
  const address = new URL(url);
  if (address.hostname === '0.0.0.0' || address.hostname === '[::]') address.hostname = hostname();
  return address.origin;
}
