import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../loopback.ts';
import { Problem } from './problem.ts';

/** What somebody may do: look, have something understood, or all that there is. */
export type Scope = 'read' | 'recognize' | 'admin';

/** The token of each scope that has one. That of `admin` opens everything. */
export type Tokens = Readonly<Partial<Record<Scope, string | undefined>>>;

/** Who may do more than look whether the service lives. */
export interface Access {
  /** True for a request that may do what its route does, or see details. */
  isTrusted(request: FastifyRequest): boolean;
  /** @throws Problem 401 or 403, saying what is missing, for a request that may not do what its route does */
  require(request: FastifyRequest, reply: FastifyReply): void;
}

/**
 * With a token of all scopes, whoever presents one is trusted as far as it goes. Without one nobody is who comes from a web page that is not ours,
 * and the service listens on loopback and trusts what addresses it as loopback: a page that had its own name point here is told apart by its Host
 * header.
 *
 * @param anonymous the operator let everybody in beyond loopback, by whatever name
 */
export function createAccess({ tokens, anonymous }: { tokens: Tokens; anonymous: boolean }): Access {
  const digests = Object.entries(tokens).flatMap(([scope, token]) =>
    token === undefined ? [] : [{ scope: scope as Scope, digest: digest(token) }],
  );
  const expected = tokens.admin !== undefined;

  function scopesOf(authorization: string): Scope[] {
    const presented = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (presented === undefined) return [];
    const found = digest(presented);
    return digests.filter((known) => timingSafeEqual(found, known.digest)).map(({ scope }) => scope);
  }

  function isTrusted(request: FastifyRequest): boolean {
    const { headers } = request;
    if (expected) {
      const scopes = scopesOf(headers.authorization ?? '');
      return scopes.includes('admin') || scopesFor(request).some((scope) => scopes.includes(scope));
    }
    return (anonymous || isLoopbackHost(headers.host ?? '')) && !isOfAnotherSite(request);
  }

  return {
    isTrusted,
    require(request, reply) {
      if (isTrusted(request)) return;
      if (!expected && (anonymous || isLoopbackHost(request.headers.host ?? ''))) {
        throw new Problem(403, 'without a token this service serves no page of another site');
      }
      if (!expected) {
        throw new Problem(
          403,
          'without a token this service answers only to localhost: address it as localhost',
        );
      }
      if (scopesOf(request.headers.authorization ?? '').length > 0) {
        const needed = scopesFor(request).join(' or ');
        throw new Problem(403, `this token is not for that: it takes one of the scope ${needed}`);
      }
      reply.header('www-authenticate', 'Bearer realm="llm-intent"');
      throw new Problem(401, "a token is needed: add the header 'authorization: Bearer <HTTP_TOKEN>'");
    },
  };
}

/** What it takes to be served, one of these: to look, where the route does not say more and nothing is changed. */
function scopesFor({ method, routeOptions }: FastifyRequest): readonly Scope[] {
  return [
    routeOptions.config.api?.scope ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'admin'),
  ].flat();
}

/** @param header value of a Host header: a name or address, perhaps with a port */
function isLoopbackHost(header: string): boolean {
  return isLoopback(header.replace(/:\d+$/, ''));
}

/**
 * Whether a browser says that a page sent it which is not ours. Some requests it sends without asking first, those with no
 * body among them: the page cannot read their answers, but what they order is done, and what they take is taken. A person
 * who follows a link there only looks.
 */
function isOfAnotherSite({ method, headers }: FastifyRequest): boolean {
  const { origin, host, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': place } = headers;
  if (origin !== undefined && (URL.parse(origin)?.host ?? 'nobody tells') !== host) return true;
  if (method === 'GET' && mode === 'navigate' && place === 'document') return false;
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Digests have one length, so comparing them takes the same time for every guess. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
