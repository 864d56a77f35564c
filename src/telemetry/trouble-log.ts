import type { Logger } from './log.ts';

/**
 * Log lines about a part that has trouble and can be done without for now.
 *
 * @param part as lines name it: `events`
 */
export function createTroubleLog(
  log: Logger,
  part: string,
): { trouble(operation: string, reason: string): void; recovered(operation: string): void } {
  return {
    trouble: (operation, reason) => log.warn({ event: 'trouble', part, operation, reason }),
    recovered: (operation) => log.info({ event: 'recovered', part, operation }),
  };
}
