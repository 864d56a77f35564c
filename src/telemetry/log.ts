import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/**
 * Writes one JSON line where something happened: `event` says what, in one word.
 *
 * @param level least important level that is written
 * @param toStandardError for commands whose standard output is their result
 */
export function createLog({
  level,
  processorId,
  toStandardError = false,
}: {
  level: string;
  processorId: string;
  toStandardError?: boolean;
}): Logger {
  return pino(
    {
      level,
      base: { service: 'llm-intent', processor_id: processorId },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Written at once: a line that tells why the process ends must not end with it.
    pino.destination({ fd: toStandardError ? 2 : 1, sync: true }),
  );
}
