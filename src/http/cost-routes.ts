import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { encodeCostReport, REPORT_BY } from '../intent/cost-report.ts';
import { formatDollars } from '../intent/money.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Access } from './access.ts';
import { dollars } from './answer-schema.ts';
import { checked } from './checked.ts';
import type { Operations } from './operations.ts';
import { orUnavailable } from './patience.ts';
import { Problem } from './problem.ts';

const query = z.strictObject({
  from: z.string().max(20).optional(),
  to: z.string().max(20).optional(),
  by: z.enum(REPORT_BY, `expected one of ${REPORT_BY.join(', ')}`).default('day'),
});

const sums = z.object({
  metered: z.int().describe('calls whose provider told what they took'),
  unknown: z.int().describe('calls that may have been billed unseen'),
  free: z.int().describe('tries that nobody charged for'),
  prompt_tokens: z.int(),
  cached_tokens: z.int().describe('part of prompt_tokens'),
  written_tokens: z.int().describe("part of prompt_tokens, put into the provider's cache"),
  completion_tokens: z.int(),
  cost_usd: dollars,
  unsure_usd: dollars.describe('part of cost_usd: what the unknown ones can have cost at most'),
});

const name = z.string().optional();

const costAnswer = z.object({
  from: z.string().describe('the first day, such as 2026-11-01'),
  to: z.string().describe('the last day'),
  time_zone: z.string().describe('whose calendar ends days'),
  by: z.enum(REPORT_BY),
  rows: z
    .array(
      sums.extend({
        ...{ day: name, month: name, model: name, provider: name, origin: name, variant: name },
      }),
    )
    .describe('each with its name under that of by'),
  total: sums,
  unaccounted_usd: z.number().describe('what counts as spent beyond the calls'),
  utterances: z.object({
    ...{ all: z.int(), cache: z.int(), llm: z.int(), rules: z.int(), none: z.int() },
    asked: z.int().describe('a model was asked about so many'),
  }),
  per_1000_utterances_usd: dollars.nullable(),
  average_usd: dollars.nullable().describe('an utterance that a model was asked about'),
  target_usd: dollars.describe('what that should be at most'),
  saved_usd: z.object({ cache: dollars, rules: dollars.nullable().describe('an estimate') }),
  projection: z
    .object({ month: z.string(), spent_usd: dollars, expected_usd: dollars, limit_usd: dollars })
    .nullable()
    .describe('of the present month, where the report goes up to the present day'),
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
        answer: { description: 'a report', schema: costAnswer },
        problems: [503],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request, reply): Promise<z.output<typeof costAnswer>> => {
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
