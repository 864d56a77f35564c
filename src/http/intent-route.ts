import type { FastifyInstance } from 'fastify';
import { encodeObject } from '../intent/recognition-codec.ts';
import type { Access } from './access.ts';
import { recognitionAnswer } from './answer-schema.ts';
import { checked } from './checked.ts';
import { hangUpSignal } from './hang-up.ts';
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
        summary: 'Understand one transcript',
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
      const signal = hangUpSignal(reply);
      const recognized = await operations.recognise(transcript, {
        signal,
        ...(cacheMode && { cacheMode }),
      });
      const { retryAfterMs = Number.POSITIVE_INFINITY } = recognized.recognition;
      // Answered all the same, by rules: a model may say more then.
      if (retryAfterMs !== Number.POSITIVE_INFINITY) {
        reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
      }
      return encodeObject(recognized);
    },
  });
}
