import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { createConnections, type FetchOptions } from '../../../src/llm/connections.ts';

/** A server of its own, and a way to ask it. */
async function connect(listener: RequestListener): Promise<{
  ask(init?: RequestInit & Partial<Pick<FetchOptions, 'written' | 'leave'>>): Promise<Response>;
  readonly sockets: ReadonlySet<Socket>;
  readonly url: string;
}> {
  const sockets = new Set<Socket>();
  const server = createServer(listener).listen(0, '127.0.0.1');
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server, 'listening');
  const connections = createConnections({ connectMs: 1000 });
  onTestFinished(async () => {
    await connections.close();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat?beta=1`;
  return { url, sockets, ask: (init = {}) => connections.fetch(url, init) };
}

/** Until a request has been handed on to where it waits for its connection; nothing is sent before a turn of the event loop. */
async function onItsWay(): Promise<void> {
  for (let steps = 0; steps < 10; steps += 1) await Promise.resolve();
}

test('a request goes out as it was given, and its answer comes back whole, over one connection', async () => {
  const heard: unknown[] = [];
  const { ask, sockets } = await connect(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    heard.push({ method, url, key: headers.authorization, body: Buffer.concat(chunks).toString() });
    response.writeHead(200, { 'content-type': 'application/json', 'x-twice': ['1', '2'] });
    response.write('{"ok":');
    await sleep(20);
    response.end('"żółw"}');
  });
  let written = 0;
  const init = {
    method: 'POST',
    headers: new Headers({ authorization: 'Bearer key' }),
    body: '{"said":"zażółć"}',
    written: () => {
      written += 1;
    },
  };
  for (let index = 0; index < 2; index += 1) {
    const response = await ask(init);
    expect(response.ok).toBe(true);
    expect(response.headers.get('x-twice')).toBe('1, 2');
    expect(await response.json()).toEqual({ ok: 'żółw' });
    // A connection is free again a turn later; money is set aside for longer than that.
    await turn();
  }
  const asked = { method: 'POST', url: '/v1/chat?beta=1', key: 'Bearer key', body: '{"said":"zażółć"}' };
  expect(heard).toEqual([asked, asked]);
  expect(written).toBe(2);
  expect(sockets.size).toBe(1);
});

test.each([204, 304, 404, 503])('an answer of %d without a body is one', async (status) => {
  const { ask } = await connect((_, response) => response.writeHead(status).end());
  const response = await ask();
  expect(response.status).toBe(status);
  expect(await response.text()).toBe('');
});

test('what comes ahead of an answer is no part of it', async () => {
  const { ask } = await connect((_, response) => {
    response.writeEarlyHints({ link: '</style>; rel=preload' });
    response.writeHead(200, { 'x-final': 'yes' }).end('here');
  });
  const response = await ask();
  expect([...response.headers.keys()]).not.toContain('link');
  expect(response.headers.get('x-final')).toBe('yes');
  expect(await response.text()).toBe('here');
});

test('an answer with a status that is none, or in a coding that was not asked for, is none', async () => {
  const codings: unknown[] = [];
  const { ask } = await connect((request, response) => {
    codings.push(request.headers['accept-encoding']);
    if (codings.length === 1) response.writeHead(999).end();
    else response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}'));
  });
  await expect(ask()).rejects.toMatchObject({ code: 'UNREADABLE_ANSWER', message: '999 is no status' });
  await expect(ask()).rejects.toMatchObject({
    code: 'UNREADABLE_ANSWER',
    message: expect.stringContaining('gzip'),
  });
  expect(codings).toEqual(['identity', 'identity']);
});

test('the key goes to no other address', async () => {
  const other = await connect((_, response) => response.end('stolen'));
  const { ask } = await connect((_, response) => response.writeHead(307, { location: other.url }).end());
  expect((await ask({ method: 'POST', headers: { authorization: 'Bearer key' } })).status).toBe(307);
  expect(other.sockets.size).toBe(0);
});

test('an answer without end is given up', async () => {
  const { ask, sockets } = await connect((_, response) => {
    const more = (): void => {
      while (response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  });
  await expect(ask()).rejects.toMatchObject({ code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
  await expect.poll(() => sockets.size).toBe(0);
});

test('who no longer waits gives the connection up, before the head and within the body', async () => {
  for (const begins of [false, true]) {
    const { ask, sockets } = await connect((_, response) => {
      if (begins) response.writeHead(200).write('{');
    });
    const leaving = new AbortController();
    const asked = ask({ leave: Promise.resolve(leaving.signal) });
    await expect.poll(() => sockets.size).toBe(1);
    await sleep(50);
    leaving.abort(new Error('nobody waits'));
    await expect(asked).rejects.toThrow('nobody waits');
    await expect.poll(() => sockets.size).toBe(0);
  }
});

test('who leaves before anything was sent has sent nothing', async () => {
  let heard = 0;
  const { ask } = await connect((_, response) => {
    heard += 1;
    response.end();
  });
  let written = 0;
  const leaving = new AbortController();
  const asked = ask({
    leave: Promise.resolve(leaving.signal),
    written: () => {
      written += 1;
    },
  });
  await onItsWay();
  leaving.abort(new Error('nobody waits'));
  await expect(asked).rejects.toThrow('nobody waits');
  await ask();
  expect([heard, written]).toEqual([1, 0]);
});

test('who leaves before anything was sent leaves the connection to others', async () => {
  const { ask, sockets } = await connect((_, response) => response.end());
  await ask();
  await turn();
  const [socket] = sockets;
  const leaving = new AbortController();
  const asked = ask({ leave: Promise.resolve(leaving.signal) });
  await onItsWay();
  leaving.abort(new Error('nobody waits'));
  await expect(asked).rejects.toThrow('nobody waits');
  await sleep(20);
  await ask();
  expect([...sockets]).toEqual([socket]);
});

test('who has left already opens no connection', async () => {
  const { ask, sockets } = await connect((_, response) => response.end());
  await expect(ask({ leave: Promise.resolve(AbortSignal.abort(new Error('gone'))) })).rejects.toThrow('gone');
  await sleep(50);
  expect(sockets.size).toBe(0);
});
