import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { LiveEvent } from '../events/live-events.ts';
import type { Access } from './access.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';

/** Clients that listen to this process at a time. */
const MOST_CLIENTS = 32;
/** Bytes that wait for a client; one that is further behind is cut. */
const MOST_WAITING = 1024 * 1024;
/** Milliseconds between two signs of life, for whatever stands between and closes what is silent. */
const HEARTBEAT_MS = 15_000;

/** `GET /api/v1/events`: what happens, as server-sent events, for as long as the client stays. */
export function addEventsRoute(
  server: FastifyInstance,
  { operations, access }: { operations: Operations; access: Access },
): void {
  const clients = new Set<ServerResponse>();

  server.addHook('preClose', async () => {
    for (const client of clients) client.end();
  });

  server.get('/api/v1/events', {
    config: {
      api: {
        summary: 'What happens and what is recognised, live',
        answer: { description: 'server-sent events', type: 'text/event-stream' },
        problems: [429],
      },
    },
    exposeHeadRoute: false,
    onRequest: async (request, reply) => access.require(request, reply),
    handler: (_, reply) => {
      if (clients.size >= MOST_CLIENTS) {
        reply.header('retry-after', '10');
        throw new Problem(429, `${MOST_CLIENTS} clients listen already`);
      }
      const { raw } = reply;
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) raw.setHeader(name, value);
      }
      raw.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      const write = (text: string): void => {
        // Whoever does not keep up would have us keep all of it.
        if (raw.writableLength > MOST_WAITING) raw.destroy();
        else raw.write(text);
      };
      write(': listening\n\n');
      clients.add(raw);
      const end = operations.events.subscribe((event) => write(encodeEvent(event)));
      const heartbeat = setInterval(() => write(': alive\n\n'), HEARTBEAT_MS);
      raw.once('close', () => {
        clearInterval(heartbeat);
        clients.delete(raw);
        end();
      });
    },
  });
}

function encodeEvent({ name, data }: LiveEvent): string {
  // Whatever stands on a stream of Redis, a name ends no line.
  const word = /^\w+$/.test(name) ? name : 'event';
  return `event: ${word}\ndata: ${JSON.stringify(data)}\n\n`;
}
