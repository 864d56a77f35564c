import { pino } from 'pino';
import { onTestFinished, type TestContext } from 'vitest';
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
  version: '1.2.3',
  costs: notAsked,
  cache: () => undefined,
  limits: () => undefined,
  models: () => undefined,
  mode: { current: notAsked, set: notAsked },
  idempotency: { once: notAsked },
  queue: { add: notAsked, find: notAsked, isLost: notAsked, callbackProblem: notAsked },
  events: { subscribe: notAsked },
  stats: notAsked,
  deadLetters: { list: notAsked, replay: notAsked },
};

/** A server on any free port of loopback, for everybody there. */
export const ON_LOOPBACK: HttpOptions = {
  host: '127.0.0.1',
  port: 0,
  token: undefined,
  metricsPublic: true,
  maxBodyBytes: 65_536,
  maxConnections: 500,
};

/**
 * Starts the HTTP server on any free port of loopback; it is closed when the test ends.
 *
 * @param options.atEnd the context's own `onTestFinished`, for tests that run at the same time
 */
export async function serveHttp(
  operations: Partial<Operations>,
  {
    logged,
    atEnd = onTestFinished,
    ...options
  }: Partial<HttpOptions> & {
    readonly logged?: (line: string) => void;
    readonly atEnd?: TestContext['onTestFinished'];
  } = {},
): Promise<HttpServer> {
  const server = await startHttpServer(
    { ...ON_LOOPBACK, ...options },
    {
      operations: { ...UNASKED, ...operations },
      log: logged ? pino({ ...logShape, level: 'info' }, { write: logged }) : pino({ level: 'silent' }),
    },
  );
  atEnd(() => server.close());
  return server;
}
