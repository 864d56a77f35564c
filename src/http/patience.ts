import type { FastifyReply } from 'fastify';
import type { Logger } from '../telemetry/log.ts';
import { Problem } from './problem.ts';

/** Milliseconds a client waits for Redis. */
const PATIENCE_MS = 5000;

/**
 * Waits for what Redis has to say, for some seconds.
 *
 * @param event what the log is told about a failure: `costs_failed`
 * @param detail what the client is told: what does not answer, and what to do
 * @throws Problem 503 where it fails or takes too long: what was asked for may still be done
 */
export async function orUnavailable<Answer>(
  answer: Promise<Answer>,
  {
    reply,
    log,
    event,
    detail,
  }: { readonly reply: FastifyReply; readonly log: Logger; readonly event: string; readonly detail: string },
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    log.error({ event, err: error });
    reply.header('retry-after', '1');
    throw new Problem(503, detail);
  } finally {
    clearTimeout(timer);
  }
}
