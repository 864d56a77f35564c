import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { encodeCostReport, REPORT_BY } from '../intent/cost-report.ts';
import { formatDollars } from '../intent/money.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Access } from './access.ts';
import { checked } from './checked.ts';
import type { Operations } from './operations.ts';
import { orUnavailable } from './patience.ts';
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
    config: {
      api: {
        summary: 'Where the money of some days went',
        query,
        answer: { description: 'a report' },
        problems: [503],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request, reply) => {
      const asked = checked(query, request.query);
      const report = await orUnavailable(operations.costs(asked), {
        ...{ reply, log, event: 'costs_failed' },
        detail: 'the books of what was spent do not answer; try again',
      });
      if ('mistake' in report) throw new Problem(422, report.mistake);
      return encodeCostReport(report, (amount) => Number(formatDollars(amount)));
    },
  });
}
