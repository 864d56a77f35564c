import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { isLoopback } from '../loopback.ts';
import type { Logger } from '../telemetry/log.ts';
import { type Access, createAccess } from './access.ts';
import { HungUp } from './hang-up.ts';
import { logFailure } from './log-failure.ts';
import { Problem, refuseClient, sendProblem, toProblem } from './problem.ts';
import { listRoutes, type RouteList } from './route-list.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

export interface HttpServer {
  /** Where it listens: `http://127.0.0.1:8005`. */
  readonly url: string;
  /** Takes no more requests and waits for those under way, for at most 3 seconds. */
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Of all scopes. */
  readonly token: string | undefined;
  readonly readToken?: string | undefined;
  readonly recognizeToken?: string | undefined;
  /** Bytes of a request's body, at most, where a route does not say otherwise. */
  readonly maxBodyBytes: number;
  /** At once; one more is closed without an answer. */
  readonly maxConnections: number;
}

/** Milliseconds a client may take to send its request, where a route does not take its own time. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Milliseconds between two looks at who has taken longer. */
const SLOW_CLIENT_CHECK_MS = 1000;
/** Milliseconds that requests under way may take to end when the server closes. */
const CLOSE_TIMEOUT_MS = 3000;

/**
 * Serves routes over HTTP: who may ask, what is answered where something is wrong, and how it ends are the same for all.
 *
 * @throws an error that names the address when it cannot listen there
 */
export async function serve(
  { host, port, token, readToken, recognizeToken, maxBodyBytes, maxConnections }: ServeOptions,
  {
    log,
    addRoutes,
  }: {
    log: Logger;
    addRoutes: (server: FastifyInstance, common: { access: Access; routes: RouteList }) => void;
  },
): Promise<HttpServer> {
  const server = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Node exchanges the two timeouts where that of the head is the longer one, which by default is a minute.
    http: { headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: SLOW_CLIENT_CHECK_MS },
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseClient,
    frameworkErrors: answerError,
  });
  // A form or plain text is what a web page can send without being asked; JSON is not.
  server.removeContentTypeParser('text/plain');
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    // Many clients name the type of every body, also of none.
    (request, body, done) => (body === '' ? done(null, undefined) : parseJson(request, body, done)),
  );
  const routes = listRoutes(server);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    // Before the body is looked at: what is wrong with it does not matter here.
    if (!request.is404) return;
    const methods = routes.methodsOf(request.url);
    if (methods.length === 0) throw new Problem(404, 'there is no such route');
    reply.header('allow', methods.join(', '));
    throw new Problem(405, `this route takes ${methods.join(', ')}`);
  });
  server.setErrorHandler(answerError);

  const access = createAccess({
    tokens: { admin: token, read: readToken, recognize: recognizeToken },
    anonymous: !isLoopback(host),
  });
  addRoutes(server, { access, routes });

  limitConnections();
  const url = await server.listen({ host, port });
  return {
    url,
    async close() {
      // Node no longer looks for slow clients once it closes: one that never ends its request would be waited for.
      const late = setTimeout(() => server.server.closeAllConnections(), CLOSE_TIMEOUT_MS);
      await server.close();
      clearTimeout(late);
    },
  };

  function limitConnections(): void {
    const { server: listener } = server;
    listener.maxConnections = maxConnections;
    let isTold = false;
    listener.on('drop', () => {
      // Whoever knocks on a full house knocks again and again.
      if (!isTold) log.warn({ event: 'connections_refused', limit: maxConnections });
      isTold = true;
    });
    listener.on('connection', () => {
      isTold = false;
    });
  }

  function answerError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    // Nobody is there any more to be told.
    if (error instanceof HungUp) return reply.hijack();
    const problem = toProblem(error);
    if (!problem) logFailure(log, request.routeOptions.url, error);
    return sendProblem(reply, problem ?? new Problem(500, 'something went wrong here; the log tells what'));
  }
}
