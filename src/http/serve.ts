import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { isLoopback } from '../loopback.ts';
import type { Logger } from '../telemetry/log.ts';
import { type Access, createAccess } from './access.ts';
import { HungUp } from './hang-up.ts';
import { logFailure } from './log-failure.ts';
import { Problem, refuseClient, sendProblem, toProblem } from './problem.ts';
import { listRoutes, type RouteList } from './route-list.ts';

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
  /** Bytes of a request's body, at most. */
  readonly maxBodyBytes: number;
}

/** No answer is a page, is kept by a proxy, or is for the pages of others: there is no CORS. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
/** Milliseconds a client may take to send its request. */
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
  { host, port, token, readToken, recognizeToken, maxBodyBytes }: ServeOptions,
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
  const routes = listRoutes(server);
  server.addHook('onRequest', async (_, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  server.setNotFoundHandler((request, reply) => {
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

  function answerError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    // Nobody is there any more to be told.
    if (error instanceof HungUp) return reply.hijack();
    const problem = toProblem(error);
    if (!problem) logFailure(log, request.routeOptions.url, error);
    return sendProblem(reply, problem ?? new Problem(500, 'something went wrong here; the log tells what'));
  }
}
