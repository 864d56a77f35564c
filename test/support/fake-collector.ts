import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { readJsonSpans } from './json-spans.ts';
import { readProtobufSpans } from './protobuf-spans.ts';
import type { ReceivedSpan } from './received-span.ts';
import { readThriftSpans } from './thrift-spans.ts';

/** What takes spans in place of a collector, or of Jaeger's. */
export interface FakeCollector {
  readonly url: string;
  /** All that came, in the order in which it did. */
  readonly spans: readonly ReceivedSpan[];
  /** Bodies and headers, as they came. */
  readonly raw: readonly string[];
  requests(): number;
  /** From now on it takes them, refuses them, or says nothing. */
  behave(how: 'takes' | 'refuses' | 'silent'): void;
}

const READERS: Readonly<Record<string, (body: Buffer) => ReceivedSpan[]>> = {
  '/v1/traces application/x-protobuf': readProtobufSpans,
  '/v1/traces application/json': readJsonSpans,
  '/api/traces application/x-thrift': readThriftSpans,
};

/** Starts one on any free port; it ends with the test. */
export async function startFakeCollector(): Promise<FakeCollector> {
  const spans: ReceivedSpan[] = [];
  const raw: string[] = [];
  const silent = new Set<ServerResponse>();
  let behaviour: Parameters<FakeCollector['behave']>[0] = 'takes';
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    const packed = await buffer(request);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed;
    if (behaviour === 'silent') {
      silent.add(response);
      return;
    }
    if (behaviour === 'refuses') {
      response.writeHead(503).end();
      return;
    }
    const read = READERS[`${request.url} ${request.headers['content-type']}`];
    if (!read) {
      response.writeHead(415).end();
      return;
    }
    raw.push(body.toString('latin1'), JSON.stringify(request.headers));
    spans.push(...read(body));
    response.writeHead(200, { 'content-type': request.headers['content-type'] }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    raw,
    requests: () => requests,
    behave(how) {
      behaviour = how;
    },
  };
}
