import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { formatDollars } from '../intent/money.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Access } from './access.ts';
import { dollars } from './answer-schema.ts';
import type { CacheOperations, Operations } from './operations.ts';
import { Problem } from './problem.ts';

const statsAnswer = z.object({
  backend: z.enum(['redis', 'sqlite', 'memory']),
  entries: z
    .int()
    .nullable()
    .describe('null: nobody can tell at the moment, or nothing stands behind the process'),
  local: z.object({ entries: z.int(), bytes: z.int() }).describe('what this process holds'),
  hits: z.object({
    local: z.int(),
    shared: z.int(),
    joined: z.int().describe('calls not made because the same one was under way'),
  }),
  misses: z.int(),
  stores: z.int(),
  corrupted: z.int().describe('entries that could not be read'),
  saved_usd: dollars,
});
const clearedAnswer = z.object({ cleared: z.int() });

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
        answer: { description: 'counts', schema: statsAnswer },
        problems: [404],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (): Promise<z.output<typeof statsAnswer>> => {
      const { backend, entries, local, counts } = await cache().stats();
      const { local: inProcess, shared, joined, saved, ...others } = counts;
      return {
        backend,
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
        answer: { description: 'how many were cleared', schema: clearedAnswer },
        problems: [404, 503],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (_, reply): Promise<z.output<typeof clearedAnswer>> => {
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
