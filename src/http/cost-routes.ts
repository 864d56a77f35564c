import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { encodeCostReport, REPORT_BY } from '../intent/cost-report.ts';
import { formatDollars } from '../intent/money.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Access } from './access.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';

const query = z.strictObject({
  from: z.string().max(20).optional(),
  to: z.string().max(20).optional(),
  by: z.enum(REPORT_BY, `expected one of ${REPORT_BY.join(', ')}`).default('day'),
});

/** `GET /api/v1/costs`: where the money of some days went. */
export function addCostRoutes(
  server: FastifyInstance,
  { operations, access, log }: { operations: Operations; access: Access; log: Logger },
): void {
  server.get('/api/v1/costs', {
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request, reply) => {
      const asked = query.safeParse(request.query);
      if (!asked.success) {
        const complaints = asked.error.issues.map(({ path, message }) => [...path, message].join(': '));
        throw new Problem(422, complaints.join('; '));
      }
      const report = await operations.costs(asked.data).catch((error: unknown) => {
        log.error({ event: 'costs_failed', err: error });
        reply.header('retry-after', '1');
        throw new Problem(503, 'the books of what was spent do not answer; try again');
      });
      if ('mistake' in report) throw new Problem(422, report.mistake);
      return encodeCostReport(report, (amount) => Number(formatDollars(amount)));
    },
  });
}
