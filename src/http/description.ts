import type { z } from 'zod';
import type { Scope } from './access.ts';

/** Headers of an answer that say more than its body. */
export type AnswerHeader = 'Retry-After' | 'Location' | 'Idempotency-Replayed';

interface AnswerDescription {
  readonly description: string;
  /** `application/json` where it is not said. */
  readonly type?: string;
  readonly schema?: z.ZodType;
  /** Those it may have. */
  readonly headers?: readonly AnswerHeader[];
}

/** What the description of all routes says about one of them. */
export interface RouteDescription {
  readonly summary: string;
  /** Nobody needs a token for it. */
  readonly isOpen?: true;
  /** Any of which opens it, where it is not what the method tells: `read` for looking, `admin` for anything else. */
  readonly scope?: Scope | readonly Scope[];
  /** What stands in its path. */
  readonly parameters?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  /** By media type. */
  readonly body?: Readonly<Record<string, z.ZodType>>;
  readonly answer: AnswerDescription;
  /** Of other statuses than 200 that are no problem, by status. */
  readonly others?: Readonly<Record<number, AnswerDescription>>;
  /** Statuses of its problems, besides those that any route may have. */
  readonly problems?: readonly number[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    api?: RouteDescription;
  }
}
