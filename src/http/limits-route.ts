import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { OriginStatus } from '../limits/origin-limits.ts';
import type { Access } from './access.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';

const window = z.object({
  limit: z.number().nullable().describe('calls of a model; null: no limit'),
  left: z.number().nullable(),
  resets_in_seconds: z.int().nullable(),
});
const limitsAnswer = z.object({
  shared: z.boolean().describe('false: Redis is away, and this is what this process alone has counted since'),
  waiting: z.int().describe('how many wait at the moment'),
  origins: z.array(z.object({ origin: z.string(), minute: window, hour: window, day: window })),
});

/**
 * `GET /api/v1/limits`: what each origin that asked lately has left. `Retry-After` tells when the first of those that have
 * nothing left may ask again.
 */
export function addLimitsRoute(
  server: FastifyInstance,
  { operations, access }: { operations: Operations; access: Access },
): void {
  server.get('/api/v1/limits', {
    config: {
      api: {
        summary: 'What each origin has left',
        answer: { description: 'limits', schema: limitsAnswer, headers: ['Retry-After'] },
        problems: [404],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (_, reply): Promise<z.output<typeof limitsAnswer>> => {
      const limits = operations.limits();
      if (!limits) throw new Problem(404, 'there are no limits: no model is asked');
      const origins = await limits.origins.show();
      const soonest = Math.min(...origins.map(freeInMs).filter((ms) => ms > 0));
      if (Number.isFinite(soonest)) reply.header('retry-after', String(Math.ceil(soonest / 1000)));
      return {
        shared: limits.isShared(),
        waiting: limits.origins.waiting(),
        origins: origins.map(({ origin, windows: { minute, hour, day } }) => ({
          origin,
          minute: encodeWindow(minute),
          hour: encodeWindow(hour),
          day: encodeWindow(day),
        })),
      };
    },
  });
}

/** Milliseconds until it may ask again; 0 where it may now, infinite where it never may. */
function freeInMs({ windows }: OriginStatus): number {
  const usedUp = Object.values(windows).filter(({ left }) => left <= 0);
  return Math.max(
    0,
    ...usedUp.map(({ limit, endsInMs }) => (limit === 0 ? Number.POSITIVE_INFINITY : endsInMs)),
  );
}

/** JSON has no infinite number: null is no limit, and no window that would have to end. */
function encodeWindow({ limit, left, endsInMs }: OriginStatus['windows']['minute']): z.output<typeof window> {
  const finite = (many: number): number | null => (Number.isFinite(many) ? many : null);
  return {
    limit: finite(limit),
    left: finite(left),
    resets_in_seconds: endsInMs > 0 ? Math.ceil(endsInMs / 1000) : null,
  };
}
