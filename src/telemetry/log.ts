import { isatty } from 'node:tty';
import { type Logger, type LoggerOptions, pino } from 'pino';
import { defectOf } from './defect.ts';
import { readableLine } from './readable-line.ts';

export type { Logger } from 'pino';

/** What must not be in the log even where somebody hands it to it, at the top or one below. */
const PRIVATE = [
  'transcript',
  'text',
  'said',
  'response_text',
  'authorization',
  'api_key',
  'token',
  'password',
];
const HIDDEN = '[hidden]';

/**
 * Writes one JSON line where something happened: `event` says what, in one word. On a terminal, for a person.
 *
 * @param level least important level that is written
 * @param secrets that are struck out wherever they turn up
 * @param toStandardError for commands whose standard output is their result
 */
export function createLog({
  level,
  processorId,
  secrets = [],
  toStandardError = false,
}: {
  level: string;
  processorId: string;
  secrets?: readonly string[];
  toStandardError?: boolean;
}): Logger {
  const fd = toStandardError ? 2 : 1;
  const strike = withoutSecrets(secrets);
  const show = isatty(fd) ? readableLine : (line: string) => line;
  return pino(
    {
      ...logShape,
      level,
      base: { service: 'llm-intent', processor_id: processorId },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => show(strike(line)) },
    },
    // Written at once: a line that tells why the process ends must not end with it.
    pino.destination({ fd, sync: true }),
  );
}

/** What every log of ours leaves out. */
export const logShape: Pick<LoggerOptions, 'redact' | 'serializers'> = {
  redact: { paths: PRIVATE.flatMap((name) => [name, `*.${name}`]), censor: HIDDEN },
  serializers: { defect: defectOf },
};

/** @returns strikes secrets out of a line of JSON, as they are written there */
function withoutSecrets(secrets: readonly string[]): (line: string) => string {
  const written = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  return (line) => written.reduce((left, secret) => left.replaceAll(secret, HIDDEN), line);
}
