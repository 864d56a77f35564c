import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../loopback.ts';
import { Problem } from './problem.ts';

/** Who may do more than look whether the service lives. */
export interface Access {
  /** True for a request that may recognise, change, spend, or see details. */
  isTrusted(request: FastifyRequest): boolean;
  /** @throws Problem 401 or 403, saying what is missing, for any other request */
  require(request: FastifyRequest, reply: FastifyReply): void;
}

/**
 * With a token, whoever presents it is trusted. Without one the service listens on loopback and trusts what
 * addresses it as loopback: a web page that had its own name point here is told apart by its Host header.
 *
 * @param anonymous the operator let everybody in beyond loopback
 */
export function createAccess({
  token,
  anonymous,
}: {
  token: string | undefined;
  anonymous: boolean;
}): Access {
  const expected = token === undefined ? undefined : digest(token);

  function isTrusted({ headers, method }: FastifyRequest): boolean {
    if (expected) {
      const presented = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
      return presented !== undefined && timingSafeEqual(digest(presented), expected);
    }
    return anonymous || (isLoopbackHost(headers.host ?? '') && !isOfAnotherSite(method, headers));
  }

  return {
    isTrusted,
    require(request, reply) {
      if (isTrusted(request)) return;
      if (!expected && isLoopbackHost(request.headers.host ?? '')) {
        throw new Problem(403, 'without a token this service takes no orders from a page of another site');
      }
      if (!expected) {
        throw new Problem(
          403,
          'without a token this service answers only to localhost: address it as localhost',
        );
      }
      reply.header('www-authenticate', 'Bearer realm="llm-intent"');
      throw new Problem(401, "a token is needed: add the header 'authorization: Bearer <HTTP_TOKEN>'");
    },
  };
}

/** @param header value of a Host header: a name or address, perhaps with a port */
function isLoopbackHost(header: string): boolean {
  return isLoopback(header.replace(/:\d+$/, ''));
}

/**
 * Whether a browser says that a page sent it which is not ours. Some requests it sends without asking first, those with no
 * body among them; their answers it keeps to itself, so looking harms nobody.
 */
function isOfAnotherSite(method: string, headers: FastifyRequest['headers']): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return true;
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Digests have one length, so comparing them takes the same time for every guess. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
