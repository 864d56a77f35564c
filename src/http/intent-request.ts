import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseTraceparent } from '../intent/trace-parent.ts';
import type { Transcript } from '../intent/transcript.ts';
import { MAX_TRANSCRIPT_BYTES } from '../intent/transcript-codec.ts';

const label = z
  .string()
  .trim()
  .min(1)
  .max(256)
  .regex(/^\P{Cc}*$/u, 'expected no control characters')
  .optional();

/** Of a request that waits and says no priority. */
export const USUAL_PRIORITY = 5;

/** What is said, by whom and where; as `POST /intent` takes it, and each line of a batch. */
export const intentRequest = z.strictObject({
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
  processing_mode: z
    .enum(['immediate', 'queue_if_unavailable'])
    .optional()
    .describe('whether rules answer at once where no model can be asked, or it waits until one can'),
  priority: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe('of one that waits; the highest goes first; default 5'),
  cache_mode: z.enum(['on', 'dedupe-only', 'off']).optional(),
  callback_url: z
    .url({ protocol: /^https?$/, error: 'expected an address like https://host/path' })
    .max(2048)
    .refine((address) => {
      const parsed = URL.parse(address);
      return parsed?.username === '' && parsed.password === '';
    }, 'expected an address without a user or password')
    .optional()
    .describe('who is told, by POST, of the end of one that waited'),
});

/** @param headers of the request, for the caller's trace */
export function transcriptOf(
  { text, room, user, session_id: sessionId, language }: z.output<typeof intentRequest>,
  {
    headers: { traceparent, tracestate },
    defaultLanguage,
  }: { readonly headers: FastifyRequest['headers']; readonly defaultLanguage: string },
): Transcript {
  const trace =
    typeof traceparent === 'string'
      ? parseTraceparent(traceparent, typeof tracestate === 'string' ? tracestate : undefined)
      : undefined;
  return {
    text,
    frameId: `http-${randomUUID()}`,
    language: language ?? defaultLanguage,
    ...(room !== undefined && { room }),
    ...(user !== undefined && { user }),
    ...(sessionId !== undefined && { sessionId }),
    ...(trace && { trace }),
  };
}
