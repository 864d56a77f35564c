import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { encodeStatistics, STATISTICS_DAYS } from '../intent/statistics.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Access } from './access.ts';
import { checked } from './checked.ts';
import type { Operations } from './operations.ts';
import { orUnavailable } from './patience.ts';

const query = z.strictObject({ days: z.coerce.number().int().min(1).max(STATISTICS_DAYS).default(7) });

const counts = z.record(z.string(), z.int());

const statsAnswer = z.object({
  from: z.string().describe('the first day, such as 2026-11-21'),
  to: z.string().describe('the last day'),
  time_zone: z.string().describe('whose calendar ends days'),
  transcripts: z.int().describe('answered'),
  average_ms: z.number().nullable().describe('from reading a transcript to its answer'),
  by_status: counts,
  by_source: counts,
  by_language: counts,
  by_intent: counts,
  by_fallback_reason: counts,
});

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
        answer: { description: 'counts', schema: statsAnswer },
        problems: [503],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request, reply): Promise<z.output<typeof statsAnswer>> => {
      const { days } = checked(query, request.query);
      const statistics = await orUnavailable(operations.stats(days), {
        ...{ reply, log, event: 'stats_failed' },
        detail: 'Redis, which keeps what was counted, does not answer; try again',
      });
      return encodeStatistics(statistics);
    },
  });
}
