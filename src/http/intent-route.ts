import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { encodeObject } from '../intent/recognition-codec.ts';
import { parseTraceparent } from '../intent/trace-parent.ts';
import type { Transcript } from '../intent/transcript.ts';
import { MAX_TRANSCRIPT_BYTES } from '../intent/transcript-codec.ts';
import type { Access } from './access.ts';
import { checked } from './checked.ts';
import { hangUpSignal } from './hang-up.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';

const label = z
  .string()
  .trim()
  .min(1)
  .max(256)
  .regex(/^\P{Cc}*$/u, 'expected no control characters')
  .optional();

const intentRequest = z.strictObject({
  text: z
    .string()
    .refine((text) => /[^\s\p{C}\p{Z}]/u.test(text), 'expected words')
    .refine(
      (text) => Buffer.byteLength(text) <= MAX_TRANSCRIPT_BYTES,
      `expected at most ${MAX_TRANSCRIPT_BYTES} bytes`,
    ),
  room: label,
  user: label,
  session_id: label,
  language: z
    .string()
    .max(35)
    .regex(/^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i, 'expected a BCP 47 tag such as pl or en-US')
    .optional(),
  // Rules always answer, so there is nothing to queue for: both modes come to the same.
  processing_mode: z.enum(['immediate', 'queue_if_unavailable']).optional(),
  cache_mode: z.enum(['on', 'dedupe-only', 'off']).optional(),
  callback_url: z.never({ error: 'not available in this version' }).optional(),
});

/** `POST /intent`: one transcript in, its output fields as JSON out. */
export function addIntentRoute(
  server: FastifyInstance,
  { operations, access }: { operations: Operations; access: Access },
): void {
  server.post('/intent', {
    // Before the body is parsed: who may not ask learns nothing about what is wrong with it.
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request, reply) => {
      if (request.body === undefined) throw new Problem(400, 'the body is empty: expected {"text": "..."}');
      const asked = checked(intentRequest, request.body);
      const { text, room, user, session_id: sessionId, language, cache_mode: cacheMode } = asked;
      const { traceparent, tracestate } = request.headers;
      const trace =
        typeof traceparent === 'string'
          ? parseTraceparent(traceparent, typeof tracestate === 'string' ? tracestate : undefined)
          : undefined;
      const transcript: Transcript = {
        text,
        frameId: `http-${randomUUID()}`,
        language: language ?? operations.defaultLanguage,
        ...(room !== undefined && { room }),
        ...(user !== undefined && { user }),
        ...(sessionId !== undefined && { sessionId }),
        ...(trace && { trace }),
      };
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
