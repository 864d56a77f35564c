import type { FastifyInstance } from 'fastify';
import { formatDollars } from '../intent/money.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Access } from './access.ts';
import type { CacheOperations, Operations } from './operations.ts';
import { Problem } from './problem.ts';

/** Milliseconds a client waits for the others to be cleared. */
const CLEAR_LIMIT_MS = 5000;

/** `GET /api/v1/cache/stats` and `DELETE /api/v1/cache`. */
export function addCacheRoutes(
  server: FastifyInstance,
  { operations, access, log }: { operations: Operations; access: Access; log: Logger },
): void {
  function cache(): CacheOperations {
    const kept = operations.cache();
    if (!kept) throw new Problem(404, 'there is no cache: no model is asked, so there is nothing to keep');
    return kept;
  }

  server.get('/api/v1/cache/stats', {
    config: {
      api: {
        summary: 'What the cache holds and what it was good for',
        answer: { description: 'counts' },
        problems: [404],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async () => {
      const { backend, entries, local, counts } = await cache().stats();
      const { local: inProcess, shared, joined, saved, ...others } = counts;
      return {
        backend,
        // Null: nobody can tell at the moment, or nothing stands behind the process.
        entries: entries ?? null,
        local,
        hits: { local: inProcess, shared, joined },
        ...others,
        saved_usd: Number(formatDollars(saved)),
      };
    },
  });

  server.delete('/api/v1/cache', {
    config: {
      api: {
        summary: 'Forget every answer, in every replica',
        answer: { description: 'how many were cleared' },
        problems: [404, 503],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (_, reply) => {
      const kept = cache();
      try {
        return { cleared: await kept.clear(AbortSignal.timeout(CLEAR_LIMIT_MS)) };
      } catch (error) {
        log.error({ event: 'cache_clear_failed', err: error });
        reply.header('retry-after', '1');
        throw new Problem(
          503,
          'only this process was cleared: what stands behind it does not answer; try again',
        );
      }
    },
  });
}
