import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { MODES } from '../intent/mode.ts';
import type { Access } from './access.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';

const SETTINGS = [...MODES, 'auto'] as const;

const modeRequest = z.strictObject({
  mode: z.enum(SETTINGS, { error: `expected one of ${SETTINGS.join(', ')}` }),
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
      api: { summary: 'What may be asked of models', answer: { description: 'the mode, and why it holds' } },
    },
    handler: async () => operations.mode.current(),
  });

  server.put('/api/v1/mode', {
    config: {
      api: {
        summary: 'Set it for all replicas; auto takes that back',
        body: { schema: modeRequest, types: ['application/json'] },
        answer: { description: 'the mode that holds then' },
        problems: [503],
      },
    },
    ...guarded,
    handler: async (request, reply) => {
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
