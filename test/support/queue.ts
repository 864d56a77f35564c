import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Fields } from './model-service.ts';
import { type HeaderFields, postIntent } from './post-intent.ts';

/** So that a breaker does not decide how long a test takes. */
export const SOON_AGAIN = { LLM_INTENT_LLM__BREAKER__OPEN_MS: '200' };

/** `POST /intent` of what waits where no model can be asked. */
export function postPatiently(url: string, body: Fields, headers?: HeaderFields): Promise<Response> {
  return postIntent(url, { processing_mode: 'queue_if_unavailable', ...body }, headers);
}

export async function statusOf(url: string, queueId: unknown): Promise<Fields> {
  return (await (await fetch(`${url}/api/v1/status/${queueId}`)).json()) as Fields;
}

/** A call as it came. */
export interface Call {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Somebody who wants to be called, on loopback. @param answer what a call meets: a status and headers; 204 without it */
export async function startListener(
  answer: (
    call: Call,
    index: number,
  ) => { status: number; headers?: Record<string, string> } | 'silence' = () => ({
    status: 204,
  }),
) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const call = { path: request.url ?? '', headers: request.headers, body: await text(request) };
    calls.push(call);
    const told = answer(call, calls.length - 1);
    if (told !== 'silence') response.writeHead(told.status, told.headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}
