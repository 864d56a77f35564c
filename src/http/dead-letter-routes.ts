import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Mistake } from '../intent/mistake.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Access } from './access.ts';
import { moment } from './answer-schema.ts';
import { checked } from './checked.ts';
import type { Operations } from './operations.ts';
import { orUnavailable } from './patience.ts';
import { Problem } from './problem.ts';

const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
const letterParameters = z.strictObject({
  id: z.string().regex(/^\d{1,20}-\d{1,20}$/, 'expected an id as listed, such as 1795250000000-0'),
});

const listAnswer = z.object({
  dead_letters: z.array(
    z.object({
      id: z.string(),
      source_stream: z.string().optional(),
      source_id: z.string().optional(),
      group: z.string().optional(),
      consumer: z.string().optional(),
      reason: z.string().optional().describe('such as missing_transcript, invalid_utf8, oversize, failed'),
      error_type: z.string().optional(),
      error: z.string().optional().describe('what is wrong with the entry'),
      attempts: z.number().optional(),
      failed_at: moment.optional(),
      frame_id: z.string().optional(),
      payload: z.unknown().optional().describe('the original fields'),
      payload_start: z.string().optional().describe('of an entry too large to be kept'),
      traceparent: z.string().optional(),
    }),
  ),
});
const replayAnswer = z.object({
  id: z.string(),
  replayed_as: z.string().describe('the id of the new entry'),
});

/** `GET /api/v1/dead-letters` and `POST /api/v1/dead-letters/{id}/replay`. */
export function addDeadLetterRoutes(
  server: FastifyInstance,
  { operations, access, log }: { operations: Operations; access: Access; log: Logger },
): void {
  const { deadLetters } = operations;

  server.get('/api/v1/dead-letters', {
    config: {
      api: {
        summary: 'Entries that could not be answered, the newest first',
        query: listQuery,
        answer: { description: 'dead letters', schema: listAnswer },
        problems: [503],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request, reply): Promise<z.output<typeof listAnswer>> => {
      const { limit } = checked(listQuery, request.query);
      const letters = await orUnavailable(deadLetters.list(limit), {
        ...{ reply, log, event: 'dead_letters_failed' },
        detail: 'Redis, which keeps the dead letters, does not answer; try again',
      });
      return { dead_letters: letters.map(encodeLetter) };
    },
  });

  server.post('/api/v1/dead-letters/:id/replay', {
    config: {
      api: {
        summary: 'Put one back onto the stream it came from',
        parameters: letterParameters,
        answer: { description: 'the id of the new entry', schema: replayAnswer },
        problems: [404, 409, 503],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request, reply): Promise<z.output<typeof replayAnswer>> => {
      const { id } = checked(letterParameters, request.params);
      const replayed = await orUnavailable(
        deadLetters.replay(id).catch((error: unknown) => {
          if (error instanceof Mistake) return error;
          throw error;
        }),
        {
          ...{ reply, log, event: 'dead_letter_replay_failed' },
          detail: 'Redis does not answer: it may be replayed all the same; look at the list and try again',
        },
      );
      if (replayed instanceof Mistake) throw new Problem(409, replayed.message);
      if (replayed === undefined) throw new Problem(404, `there is no dead letter ${id}`);
      return { id, replayed_as: replayed };
    },
  });
}

/** Without the error of a defect of ours, which may name anything: the command line shows it. */
function encodeLetter({
  id,
  fields: { error, payload, attempts, ...fields },
}: Awaited<ReturnType<Operations['deadLetters']['list']>>[number]): z.output<
  typeof listAnswer
>['dead_letters'][number] {
  return {
    id,
    ...fields,
    ...(attempts !== undefined && { attempts: Number(attempts) }),
    ...(error !== undefined && OUR_WORDS.has(fields['reason'] ?? '') && { error }),
    ...(payload !== undefined && { payload: parsed(payload) }),
  };
}

/** Reasons whose errors say what is wrong with an entry. */
const OUR_WORDS: ReadonlySet<string> = new Set(['missing_transcript', 'invalid_utf8', 'oversize']);

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
