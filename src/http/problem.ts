import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply } from 'fastify';

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
    default: {
      const status = 'statusCode' in error ? error.statusCode : undefined;
      return status !== undefined && status >= 400 && status < 500
        ? new Problem(status, STATUS_CODES[status] ?? 'the request cannot be served')
        : undefined;
    }
  }
}

export function sendProblem(reply: FastifyReply, { statusCode, message }: Problem): FastifyReply {
  return reply
    .code(statusCode)
    .type('application/problem+json')
    .send({ type: 'about:blank', title: STATUS_CODES[statusCode], status: statusCode, detail: message });
}
