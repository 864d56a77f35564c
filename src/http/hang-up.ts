import type { FastifyReply } from 'fastify';

/** Why an answer is given up: nobody is there any more to hear it. */
export class HungUp extends Error {
  override readonly name = 'HungUp';
}

/**
 * Aborted, with a `HungUp`, when the client closes the connection before it has its answer. The framework's own signal is
 * aborted once the body is read.
 */
export function hangUpSignal({ raw }: FastifyReply): AbortSignal {
  const leave = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) leave.abort(new HungUp('the client has closed the connection'));
  });
  return leave.signal;
}
