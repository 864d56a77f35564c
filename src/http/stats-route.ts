import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { encodeStatistics, STATISTICS_DAYS } from '../intent/statistics.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Access } from './access.ts';
import { checked } from './checked.ts';
import type { Operations } from './operations.ts';
import { orUnavailable } from './patience.ts';

const query = z.strictObject({ days: z.coerce.number().int().min(1).max(STATISTICS_DAYS).default(7) });

/** `GET /api/v1/stats`: what was recognised how in the last days. */
export function addStatsRoute(
  server: FastifyInstance,
  { operations, access, log }: { operations: Operations; access: Access; log: Logger },
): void {
  server.get('/api/v1/stats', {
    config: {
      api: {
        summary: 'What was recognised how in the last days',
        query,
        answer: { description: 'counts' },
        problems: [503],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request, reply) => {
      const { days } = checked(query, request.query);
      const statistics = await orUnavailable(operations.stats(days), {
        ...{ reply, log, event: 'stats_failed' },
        detail: 'Redis, which keeps what was counted, does not answer; try again',
      });
      return encodeStatistics(statistics);
    },
  });
}
