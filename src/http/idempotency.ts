import type { FastifyReply } from 'fastify';
import type { AnsweredOnce } from '../redis/answer-once.ts';
import { Problem } from './problem.ts';

/** The value of an `Idempotency-Key` header, if there is one. @throws Problem 422 for what is none */
export function idempotencyKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  throw new Problem(
    422,
    'Idempotency-Key: expected up to 255 visible ASCII characters without spaces, such as a UUID',
  );
}

/** @returns what was answered. @throws Problem for what cannot be answered under this key, or not now */
export function answerOf(once: AnsweredOnce, reply: FastifyReply): unknown {
  switch (once.kind) {
    case 'answer':
      if (once.isReplay) reply.header('idempotency-replayed', 'true');
      return once.answer;
    case 'other request':
      throw new Problem(422, 'this Idempotency-Key was used for another request; take a new one');
    case 'under way':
      reply.header('retry-after', '1');
      throw new Problem(409, 'a request with this Idempotency-Key is still under way; try again');
    case 'unavailable':
      reply.header('retry-after', '1');
      throw new Problem(503, 'Redis, which remembers keys, does not answer; try again, or without the key');
  }
}
