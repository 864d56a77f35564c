import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Operations } from '../../src/http/operations.ts';
import type { HttpServer } from '../../src/http/serve.ts';
import { type HttpOptions, startHttpServer } from '../../src/http/server.ts';
import { logShape } from '../../src/telemetry/log.ts';

const notAsked = (): never => {
  throw new Error('this test asks for something else');
};

/** What no test asks for unless it says how that is answered. */
export const UNASKED: Operations = {
  health: notAsked,
  isReady: notAsked,
  metrics: notAsked,
  recognise: notAsked,
  defaultLanguage: 'pl',
  costs: notAsked,
  cache: () => undefined,
  limits: () => undefined,
  models: () => undefined,
  mode: { current: notAsked, set: notAsked },
  idempotency: { once: notAsked },
  queue: { add: notAsked, find: notAsked, callbackProblem: notAsked },
  events: { subscribe: notAsked },
  stats: notAsked,
  deadLetters: { list: notAsked, replay: notAsked },
};

/** Starts the HTTP server on any free port of loopback; it is closed when the test ends. */
export async function serveHttp(
  operations: Partial<Operations>,
  { logged, ...options }: Partial<HttpOptions> & { readonly logged?: (line: string) => void } = {},
): Promise<HttpServer> {
  const server = await startHttpServer(
    {
      ...{ host: '127.0.0.1', port: 0, token: undefined, metricsPublic: true, maxBodyBytes: 65_536 },
      ...options,
    },
    {
      operations: { ...UNASKED, ...operations },
      log: logged ? pino({ ...logShape, level: 'info' }, { write: logged }) : pino({ level: 'silent' }),
    },
  );
  onTestFinished(() => server.close());
  return server;
}
