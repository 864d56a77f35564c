import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Access } from './access.ts';
import { recognitionAnswer } from './answer-schema.ts';
import { checked } from './checked.ts';
import { hangUpSignal } from './hang-up.ts';
import { answerOf, idempotencyKey } from './idempotency.ts';
import { intentRequest } from './intent-request.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';
import { isQueued, queuedAnswer, understandOrQueue } from './queued-answer.ts';

/** `POST /intent`: one transcript in, its output fields as JSON out. */
export function addIntentRoute(
  server: FastifyInstance,
  { operations, access }: { operations: Operations; access: Access },
): void {
  server.post('/intent', {
    config: {
      api: {
        summary: 'Understand one transcript, once for each Idempotency-Key in 24 hours',
        headers: z.object({ 'Idempotency-Key': z.string().max(255).optional() }),
        problems: [409, 503],
        scope: 'recognize',
        body: { 'application/json': intentRequest },
        answer: {
          description: 'what was understood',
          schema: recognitionAnswer,
          headers: ['Retry-After', 'Idempotency-Replayed'],
        },
        others: {
          202: {
            description: 'it waits until a model can be asked',
            schema: queuedAnswer,
            headers: ['Location', 'Retry-After', 'Idempotency-Replayed'],
          },
        },
      },
    },
    // Before the body is parsed: who may not ask learns nothing about what is wrong with it.
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request, reply) => {
      if (request.body === undefined) throw new Problem(400, 'the body is empty: expected {"text": "..."}');
      const asked = checked(intentRequest, request.body);
      const { headers } = request;
      const key = idempotencyKey(headers['idempotency-key']);
      const answer = (signal: AbortSignal): Promise<object> =>
        understandOrQueue(asked, {
          ...{ operations, headers, signal, key },
          retryAfter: (seconds) => reply.header('retry-after', String(seconds)),
        });
      // Whoever hangs up and asks again shall find what was paid for, so it is brought to its end.
      const told =
        key === undefined
          ? await answer(hangUpSignal(reply))
          : answerOf(
              await operations.idempotency.once(key, {
                request: JSON.stringify(asked),
                run: () => answer(new AbortController().signal),
                // A Redis that another one stands in for may have lost what was queued, and kept what was answered.
                holds: async (given, ageMs) =>
                  !isQueued(given) || !(await operations.queue.isLost(given.queue_id, ageMs)),
              }),
              reply,
            );
      if (isQueued(told)) {
        reply.code(202).header('location', told.status_url).header('retry-after', String(told.retry_after));
      }
      return told;
    },
  });
}
