import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply } from 'fastify';
import { mayGoOn } from './own-time.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { streamsOver } from './stream-answer.ts';

export const MEDIA_TYPE = 'application/problem+json';

/** An answer to a request that cannot be served, as RFC 9457 problem details. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly statusCode: number;

  /** @param detail what is wrong and what to do, for the person who sent the request */
  constructor(statusCode: number, detail: string) {
    super(detail);
    this.statusCode = statusCode;
  }
}

/**
 * What the client is told about an error. Only our own words leave: no stack, no path, no text of an upstream.
 *
 * @returns undefined for an error nobody expected, a 500 that belongs into the log
 */
export function toProblem(error: FastifyError | Error): Problem | undefined {
  if (error instanceof Problem) return error;
  switch ('code' in error ? error.code : undefined) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem(415, "the body must be JSON: add the header 'content-type: application/json'");
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem(413, 'the body is too large');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem(400, 'the body is not valid JSON');
    case 'FST_ERR_BAD_URL':
      return new Problem(400, 'the address is not valid');
    default: {
      const status = 'statusCode' in error ? error.statusCode : undefined;
      return status !== undefined && status >= 400 && status < 500
        ? new Problem(status, STATUS_CODES[status] ?? 'the request cannot be served')
        : undefined;
    }
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // What has no valid address meets none of the hooks.
  return reply.code(problem.statusCode).headers(SECURITY_HEADERS).type(MEDIA_TYPE).send(describe(problem));
}

const TOO_SLOWLY = 'ERR_HTTP_REQUEST_TIMEOUT';

/**
 * Answers what is no HTTP, came too slowly or has a head without end, and ends its connection. None of these becomes
 * a request that a route could answer.
 */
export function refuseClient({ code }: { readonly code?: string }, socket: Socket): void {
  if (code === TOO_SLOWLY && mayGoOn(socket)) return;
  // Who is being answered already would take it for a part of that.
  if (!socket.writable || streamsOver(socket)) {
    socket.destroy();
    return;
  }
  const problem = clientProblem(code);
  const body = JSON.stringify(describe(problem));
  const head = [
    `HTTP/1.1 ${problem.statusCode} ${STATUS_CODES[problem.statusCode]}`,
    `content-type: ${MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function clientProblem(code: string | undefined): Problem {
  switch (code) {
    case TOO_SLOWLY:
      return new Problem(408, 'the request came too slowly');
    case 'HPE_HEADER_OVERFLOW':
      return new Problem(431, 'the head of the request is too large');
    default:
      return new Problem(400, 'this is not HTTP/1.1');
  }
}

/** As it is written, in an answer of its own or in a line of one. */
export function describe({ statusCode, message }: Problem): object {
  return { type: 'about:blank', title: STATUS_CODES[statusCode], status: statusCode, detail: message };
}
