import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Recognition } from '../intent/recognition.ts';
import { encodeObject } from '../intent/recognition-codec.ts';
import type { Access } from './access.ts';
import { recognitionAnswer } from './answer-schema.ts';
import { checked } from './checked.ts';
import { hangUpSignal } from './hang-up.ts';
import { answerOf, idempotencyKey } from './idempotency.ts';
import { intentRequest, transcriptOf } from './intent-request.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';

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
        body: { schema: intentRequest, types: ['application/json'] },
        answer: { description: 'what was understood', schema: recognitionAnswer },
      },
    },
    // Before the body is parsed: who may not ask learns nothing about what is wrong with it.
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request, reply) => {
      if (request.body === undefined) throw new Problem(400, 'the body is empty: expected {"text": "..."}');
      const asked = checked(intentRequest, request.body);
      const { cache_mode: cacheMode } = asked;
      const { headers } = request;
      const transcript = transcriptOf(asked, { headers, defaultLanguage: operations.defaultLanguage });
      const recognise = async (signal: AbortSignal): Promise<object> => {
        const recognized = await operations.recognise(transcript, {
          signal,
          ...(cacheMode && { cacheMode }),
        });
        tellRetryAfter(recognized.recognition, reply);
        return encodeObject(recognized);
      };
      const key = idempotencyKey(headers['idempotency-key']);
      if (key === undefined) return recognise(hangUpSignal(reply));
      // Whoever hangs up and asks again shall find what was paid for, so it is brought to its end.
      const once = await operations.idempotency.once(key, {
        request: JSON.stringify(asked),
        run: () => recognise(new AbortController().signal),
      });
      return answerOf(once, reply);
    },
  });
}

/** Answered all the same, by rules: a model may say more then. */
function tellRetryAfter({ retryAfterMs }: Recognition, reply: FastifyReply): void {
  if (retryAfterMs === undefined || !Number.isFinite(retryAfterMs)) return;
  reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
}
