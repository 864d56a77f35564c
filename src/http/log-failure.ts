import type { Logger } from '../telemetry/log.ts';

/** Tells of a defect of ours that a request met. Its message may repeat what was said, and is for who debugs. */
export function logFailure(log: Logger, route: string | undefined, error: unknown): void {
  const defect = error instanceof Error ? error : new Error(String(error));
  log.error({ event: 'request_failed', route, defect });
  log.debug({ event: 'failure', route, err: defect });
}
