import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

interface Asked {
  /** `POST /api/v1/processors/register` */
  readonly what: string;
  readonly body: unknown;
}

interface FakeAnswer {
  readonly status: number;
  readonly body?: string;
}

export interface FakeOrchestrator {
  readonly url: string;
  /** What it was asked, in order. */
  readonly asked: readonly Asked[];
  /** How often it was asked something. */
  times(what: string): number;
  /** What it knows by now, by id. */
  readonly processors: ReadonlySet<string>;
  /** Has forgotten everybody. */
  forget(): void;
  /** Decides for each question that comes; undefined: as an orchestrator would; `silence`: no answer at all. */
  misbehave(decide: (what: string) => FakeAnswer | 'silence' | undefined): void;
  down(): Promise<void>;
  up(): Promise<void>;
}

/** The orchestrator's list of processors, as its pipeline describes it, on a port of its own. */
export async function startFakeOrchestrator(): Promise<FakeOrchestrator> {
  const asked: Asked[] = [];
  const processors = new Set<string>();
  let misbehave: (what: string) => FakeAnswer | 'silence' | undefined = () => undefined;
  let server: Server;
  let port = 0;

  function answer(what: string, body: { id?: string; processor_id?: string } | undefined): FakeAnswer {
    const [method = '', path = ''] = what.split(' ');
    const name = decodeURIComponent(path.replace(/^\/api\/v1\/processors\//, ''));
    if (what === 'POST /api/v1/processors/register') {
      const id = String(body?.id);
      if (processors.has(id)) return { status: 409 };
      processors.add(id);
      return { status: 201, body: JSON.stringify({ id }) };
    }
    const known = name === 'heartbeat' ? String(body?.processor_id) : name;
    if (!processors.has(known)) return { status: 404 };
    if (method === 'DELETE') processors.delete(known);
    return { status: method === 'DELETE' ? 204 : 200 };
  }

  async function up(): Promise<void> {
    server = createServer(async (request, response) => {
      const what = `${request.method} ${request.url}`;
      const body = request.headers['content-length'] ? await json(request) : undefined;
      asked.push({ what, body });
      const given = misbehave(what) ?? answer(what, body as { id?: string } | undefined);
      if (given === 'silence') return;
      response.writeHead(given.status, { 'content-type': 'application/json' }).end(given.body);
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  }
  async function down(): Promise<void> {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  await up();
  onTestFinished(down);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    times: (what) => asked.filter((one) => one.what === what).length,
    processors,
    forget: () => processors.clear(),
    misbehave(decide) {
      misbehave = decide;
    },
    down,
    up,
  };
}
