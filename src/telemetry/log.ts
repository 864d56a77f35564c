import type { Writable } from 'node:stream';
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
 * @param secrets that are struck out wherever they turn up; more may be added later
 * @param output standard output, or error for commands whose output is their result
 */
export function createLog({
  level,
  processorId,
  secrets = new Set(),
  output = process.stdout,
}: {
  level: string;
  processorId: string;
  secrets?: ReadonlySet<string>;
  output?: Writable & { readonly isTTY?: boolean; readonly fd?: number };
}): Logger {
  const strike = withoutSecrets(secrets);
  const show = output.isTTY ? readableLine : (line: string) => line;
  return pino(
    {
      ...logShape,
      level,
      base: { service: 'llm-intent', processor_id: processorId },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => show(strike(line)) },
    },
    // Written at once where it can be: a line that tells why the process ends must not end with it.
    output.fd === undefined ? output : pino.destination({ fd: output.fd, sync: true }),
  );
}

/** What every log of ours leaves out. */
export const logShape: Pick<LoggerOptions, 'redact' | 'serializers'> = {
  redact: { paths: PRIVATE.flatMap((name) => [name, `*.${name}`]), censor: HIDDEN },
  serializers: { defect: defectOf },
};

/** @returns strikes secrets out of a line of JSON, as they are written there */
function withoutSecrets(secrets: ReadonlySet<string>): (line: string) => string {
  let written: readonly string[] = [];
  return (line) => {
    if (written.length !== secrets.size) {
      // The longest first: one may be a part of another.
      written = [...secrets]
        .map((secret) => JSON.stringify(secret).slice(1, -1))
        .toSorted((one, other) => other.length - one.length);
    }
    return written.reduce((left, secret) => left.replaceAll(secret, HIDDEN), line);
  };
}
