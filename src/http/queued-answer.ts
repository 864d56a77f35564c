import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ModelUnavailable } from '../intent/model-unavailable.ts';
import { encodeObject } from '../intent/recognition-codec.ts';
import { type intentRequest, transcriptOf, USUAL_PRIORITY } from './intent-request.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';

/** What is answered to a request that waits until a model can be asked. */
export const queuedAnswer = z.object({
  queue_id: z.string(),
  status_url: z.string().describe('where to look, on this server'),
  retry_after: z.int().describe('seconds after which to look'),
});

export function isQueued(answer: unknown): answer is z.output<typeof queuedAnswer> {
  return queuedAnswer.safeParse(answer).success;
}

/** Seconds after which somebody looks again who knows nothing better: an outage that is over soon ends within these. */
const LOOK_AGAIN_SECONDS = 5;
/** A limit that ends in hours is no reason not to look before. */
const LONGEST_SECONDS = 60;

/**
 * Understands a request, or has it wait where it asks for that and no model can be asked.
 *
 * @param key of an `Idempotency-Key`: one waits once
 * @param retryAfter told in how many seconds a model may say more, or there may be room
 * @throws Problem for who may not be called back, and where it can neither be answered by a model nor wait
 */
export async function understandOrQueue(
  asked: z.output<typeof intentRequest>,
  {
    operations,
    headers,
    signal,
    key,
    retryAfter = () => undefined,
  }: {
    readonly operations: Operations;
    readonly headers: FastifyRequest['headers'];
    readonly signal: AbortSignal;
    readonly key?: string | undefined;
    readonly retryAfter?: (seconds: number) => unknown;
  },
): Promise<object> {
  const { cache_mode: cacheMode, callback_url: callbackUrl, processing_mode: processingMode } = asked;
  if (callbackUrl !== undefined) {
    const problem = await operations.queue.callbackProblem(callbackUrl);
    if (problem !== undefined) throw new Problem(422, `callback_url: ${problem}`);
  }
  const transcript = transcriptOf(asked, { headers, defaultLanguage: operations.defaultLanguage });
  try {
    const recognized = await operations.recognise(transcript, {
      signal,
      ...(cacheMode && { cacheMode }),
      ...(processingMode === 'queue_if_unavailable' && { mayQueue: true }),
    });
    // Answered all the same, by rules: a model may say more then.
    const seconds = secondsOf(recognized.recognition.retryAfterMs);
    if (seconds !== undefined) retryAfter(seconds);
    return encodeObject(recognized);
  } catch (error) {
    if (!(error instanceof ModelUnavailable)) throw error;
    const { priority = USUAL_PRIORITY } = asked;
    const added = await operations.queue.add(
      {
        ...{ transcript, priority },
        ...(cacheMode && { cacheMode }),
        ...(callbackUrl !== undefined && { callbackUrl }),
        ...(key !== undefined && { key: `${key} ${JSON.stringify(asked)}` }),
      },
      error.reason,
    );
    switch (added.kind) {
      case 'full':
        retryAfter(LOOK_AGAIN_SECONDS);
        throw new Problem(503, 'no model can be asked for now, and as many requests wait as may; try later');
      case 'unavailable':
        retryAfter(1);
        throw new Problem(
          503,
          'no model can be asked for now, and Redis, where requests wait, does not answer',
        );
      default:
        return {
          queue_id: added.queueId,
          status_url: `/api/v1/status/${added.queueId}`,
          retry_after: Math.min(secondsOf(error.retryAfterMs) ?? LOOK_AGAIN_SECONDS, LONGEST_SECONDS),
        };
    }
  }
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined || !Number.isFinite(ms) ? undefined : Math.max(1, Math.ceil(ms / 1000));
}
