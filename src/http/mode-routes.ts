import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { MODES } from '../intent/mode.ts';
import type { Access } from './access.ts';
import { moment } from './answer-schema.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';

const SETTINGS = [...MODES, 'auto'] as const;

const modeRequest = z.strictObject({
  mode: z.enum(SETTINGS, { error: `expected one of ${SETTINGS.join(', ')}` }),
});

const modeAnswer = z.object({
  mode: z.enum(MODES),
  by: z.enum(['operator', 'automatic']),
  reason: z.string().describe('for a person; empty in full that nobody set'),
  operator: z.string().describe('what an operator set: a mode, or auto'),
  since: moment.describe('UTC, ISO 8601: since when it holds here'),
});

/** `GET` and `PUT /api/v1/mode`; `auto` takes back what was put. */
export function addModeRoutes(
  server: FastifyInstance,
  { operations, access }: { operations: Operations; access: Access },
): void {
  const guarded = {
    onRequest: async (...[request, reply]: Parameters<Access['require']>) => access.require(request, reply),
  };

  server.get('/api/v1/mode', {
    ...guarded,
    config: {
      api: {
        summary: 'What may be asked of models',
        answer: { description: 'the mode, and why it holds', schema: modeAnswer },
      },
    },
    handler: async (): Promise<z.output<typeof modeAnswer>> => operations.mode.current(),
  });

  server.put('/api/v1/mode', {
    config: {
      api: {
        summary: 'Set it for all replicas; auto takes that back',
        body: { 'application/json': modeRequest },
        answer: { description: 'the mode that holds then', schema: modeAnswer },
        problems: [503],
      },
    },
    ...guarded,
    handler: async (request, reply): Promise<z.output<typeof modeAnswer>> => {
      const parsed = modeRequest.safeParse(request.body ?? {});
      if (!parsed.success) {
        throw new Problem(
          422,
          `expected {"mode": "..."} with one of ${SETTINGS.join(', ')}, and nothing else`,
        );
      }
      const set = await operations.mode.set(parsed.data.mode);
      if (!set) {
        reply.header('retry-after', '1');
        throw new Problem(503, 'Redis, which keeps the mode, does not answer: nobody follows yet; try again');
      }
      return set;
    },
  });
}
