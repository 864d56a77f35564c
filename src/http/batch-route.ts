import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Logger } from '../telemetry/log.ts';
import type { Access } from './access.ts';
import { problemAnswer, recognitionAnswer } from './answer-schema.ts';
import type { SentItem } from './batch-items.ts';
import { checked } from './checked.ts';
import { HungUp, hangUpSignal } from './hang-up.ts';
import { intentRequest } from './intent-request.ts';
import { logFailure } from './log-failure.ts';
import type { Operations } from './operations.ts';
import { takeOwnTime } from './own-time.ts';
import { describe, Problem } from './problem.ts';
import { queuedAnswer, understandOrQueue } from './queued-answer.ts';
import { MOST_BYTES, MOST_ITEMS, NDJSON, readItems, TOO_MUCH } from './read-batch.ts';
import { startStream } from './stream-answer.ts';

/** Batches under way in this process. */
const MOST_BATCHES = 4;
/** Milliseconds for which a client may read nothing. */
const STALL_MS = 30_000;
/** Items after which others get their turn. */
const ITEMS_A_TURN = 8;

const READY = Symbol('the next answer is ready');

type Asked = z.output<typeof intentRequest>;

const query = z.strictObject({ concurrency: z.coerce.number().int().min(1).max(32).default(8) });

/** `POST /intent/batch`: many transcripts in, a line for each out, in their order. */
export function addBatchRoute(
  server: FastifyInstance,
  { operations, access, log }: { operations: Operations; access: Access; log: Logger },
): void {
  let underWay = 0;

  async function answerTo(
    asked: Asked,
    { headers, signal }: { headers: FastifyRequest['headers']; signal: AbortSignal },
  ): Promise<object> {
    try {
      return await understandOrQueue(asked, { operations, headers, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Problem) return { error: describe(error) };
      logFailure(log, '/intent/batch', error);
      return { error: describe(new Problem(500, 'something went wrong here; the log tells what')) };
    }
  }

  // In a room of its own, because bodies are read otherwise here.
  void server.register(async (room) => {
    room.removeAllContentTypeParsers();
    for (const type of ['application/json', ...NDJSON]) {
      room.addContentTypeParser(type, async (_: FastifyRequest, payload: FastifyRequest['raw']) => payload);
    }

    room.post('/intent/batch', {
      config: {
        api: {
          summary: 'Understand up to 10,000 transcripts, as lines or as an array',
          scope: 'recognize',
          query,
          body: {
            ...Object.fromEntries(NDJSON.map((type) => [type, intentRequest])),
            'application/json': z.array(intentRequest).max(MOST_ITEMS),
          },
          answer: {
            description:
              'a line for each in its order, as soon as it is ready: its index, and what was understood, where it waits, or the problem as error',
            type: 'application/x-ndjson',
            schema: recognitionAnswer
              .extend({ ...queuedAnswer.shape, error: problemAnswer })
              .partial()
              .extend({ index: z.int() }),
          },
          problems: [408, 429],
        },
      },
      onRequest: async (request, reply) => access.require(request, reply),
      handler: async (request, reply) => {
        const { concurrency } = checked(query, request.query);
        if (!request.body) throw new Problem(400, 'the body is empty: expected {"text": "..."} on each line');
        if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) throw new Problem(413, TOO_MUCH);
        if (underWay >= MOST_BATCHES) {
          reply.header('retry-after', '1');
          throw new Problem(429, `${MOST_BATCHES} batches are under way already; wait until one is done`);
        }
        underWay += 1;
        try {
          const signal = hangUpSignal(reply);
          const waiting: Promise<object>[] = [];
          const time = takeOwnTime(request.raw, reply.raw);
          const items = readItems(request.body as FastifyRequest['raw'], {
            ...{ contentType: request.headers['content-type'], signal },
            isAwaited: () => waiting.length > 0,
          });
          const first = await items.next();
          // Before anything is answered, a body that is none at all can be refused as such.
          if (first?.kind === 'malformed' || first?.kind === 'too slow') {
            // Nobody would time what may still come.
            if (time.isPastUsual || first.kind === 'too slow') reply.header('connection', 'close');
            throw new Problem(first.kind === 'malformed' ? 400 : 408, first.detail);
          }
          const answer = startStream(reply, {
            ...{ contentType: 'application/x-ndjson', stallMs: STALL_MS, signal },
          });
          const inOrder = createOrder();
          let index = 0;
          const writeNext = async (): Promise<void> => {
            const told = await waiting.shift();
            await answer.write(`${JSON.stringify({ index, ...told })}\n`);
            index += 1;
            if (index % ITEMS_A_TURN === 0) await turn();
          };
          let coming: Promise<SentItem | undefined> | undefined = Promise.resolve(first);
          while (coming || waiting.length > 0) {
            const hasRoom = waiting.length < concurrency;
            // An answer does not wait for whoever is slow to send more.
            const came = coming && hasRoom ? await Promise.race([coming, ...whenReady(waiting)]) : READY;
            if (came === READY) {
              await writeNext();
            } else if (came === undefined) {
              coming = undefined;
            } else {
              const told = answered(came, (asked) =>
                inOrder(asked, () => answerTo(asked, { headers: request.headers, signal })),
              );
              coming = items.next();
              // Whoever waits for an earlier one hears of it in time.
              for (const later of [told, coming]) later.catch(() => undefined);
              waiting.push(told);
            }
          }
          answer.end();
        } catch (error) {
          if (error instanceof HungUp || !reply.raw.headersSent) throw error;
          logFailure(log, '/intent/batch', error);
          reply.raw.destroy();
        } finally {
          underWay -= 1;
        }
      },
    });
  });
}

/** Resolves with the first of them; nothing where there is none. */
function whenReady([first]: readonly Promise<object>[]): Promise<typeof READY>[] {
  return first ? [first.then(() => READY)] : [];
}

/** What comes of an item: what is wrong with it, where something is. */
async function answered(item: SentItem, answer: (asked: Asked) => Promise<object>): Promise<object> {
  let asked: Asked;
  try {
    asked = checked(intentRequest, sentValue(item));
  } catch (error) {
    if (error instanceof Problem) return { error: describe(error) };
    throw error;
  }
  return answer(asked);
}

/** @throws Problem for what is no item */
function sentValue(item: SentItem): unknown {
  switch (item.kind) {
    case 'item':
      try {
        return JSON.parse(item.json);
      } catch {
        throw new Problem(400, 'this is not valid JSON');
      }
    case 'oversize':
      throw new Problem(413, 'this item is too large');
    case 'malformed':
      throw new Problem(400, `${item.detail}; nothing after this was read`);
    case 'too many':
      throw new Problem(413, TOO_MUCH);
    case 'too slow':
      throw new Problem(408, `${item.detail}; nothing after this was read`);
  }
}

/** What is said in one room is understood in its order: it may go on from what was said before. */
function createOrder(): <Result>(asked: Asked, run: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return async ({ room, session_id: sessionId }, run) => {
    const lane = room ?? sessionId;
    if (lane === undefined) return run();
    const mine = (last.get(lane) ?? Promise.resolve()).then(run, run);
    last.set(lane, mine);
    try {
      return await mine;
    } finally {
      if (last.get(lane) === mine) last.delete(lane);
    }
  };
}
