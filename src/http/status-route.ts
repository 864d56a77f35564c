import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Access } from './access.ts';
import { moment, recognitionAnswer } from './answer-schema.ts';
import { checked } from './checked.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';

const parameters = z.strictObject({ queue_id: z.string().describe('as it was told') });
/** Whatever else is asked for was never told to anybody. */
const QUEUE_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Also what whoever wants to be called is sent. */
const statusAnswer = z.object({
  queue_id: z.string(),
  status: z.enum(['queued', 'processing', 'completed', 'failed', 'expired']),
  priority: z.int(),
  attempts: z.int().describe('how often a model was asked about it'),
  reason: z.string().describe('why it could not be answered at once'),
  created_at: moment,
  expires_at: moment,
  started_at: moment.optional(),
  ended_at: moment.optional(),
  result: recognitionAnswer.partial({ transcript: true }).optional(),
  error: z.string().optional(),
  callback: z.enum(['pending', 'delivered', 'given_up']).optional(),
});

/** `GET /api/v1/status/{queue_id}`: what became of a request that waits. */
export function addStatusRoute(
  server: FastifyInstance,
  { operations, access }: { operations: Operations; access: Access },
): void {
  server.get('/api/v1/status/:queue_id', {
    config: {
      api: {
        summary: 'What became of a request that waits, for a day after its end',
        scope: ['read', 'recognize'],
        parameters,
        answer: {
          description: 'where it is, and the result of one that is completed',
          schema: statusAnswer,
          headers: ['Retry-After'],
        },
        problems: [404, 503],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request, reply) => {
      const { queue_id: queueId } = checked(parameters, request.params);
      const found = QUEUE_ID.test(queueId) ? await operations.queue.find(queueId) : undefined;
      if (found === 'unavailable') {
        reply.header('retry-after', '1');
        throw new Problem(503, 'Redis, where requests wait, does not answer; try again');
      }
      if (!found)
        throw new Problem(404, 'there is no such request, or it is no longer known what became of it');
      if (found['status'] === 'queued' || found['status'] === 'processing') reply.header('retry-after', '5');
      return found;
    },
  });
}
