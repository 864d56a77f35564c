import type { z } from 'zod';
import type { Scope } from './access.ts';

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
  readonly body?: { readonly schema: z.ZodType; readonly types: readonly string[] };
  readonly answer: {
    readonly description: string;
    /** `application/json` where it is not said. */
    readonly type?: string;
    readonly schema?: z.ZodType;
  };
  /** Of 202, where it may come to that. */
  readonly accepted?: { readonly description: string; readonly schema: z.ZodType };
  /** Statuses of its problems, besides those that any route may have. */
  readonly problems?: readonly number[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    api?: RouteDescription;
  }
}
