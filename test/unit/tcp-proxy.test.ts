import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startTcpProxy } from '../support/tcp-proxy.ts';

/** A server that answers `x` with `reply to x`, and a proxy before it. */
async function proxiedServer() {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (request) => {
      requests.push(request.toString());
      socket.write(`reply to ${request}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await startTcpProxy({ port: (server.address() as AddressInfo).port });
  onTestFinished(async () => {
    await proxy.close();
    server.close();
    for (const socket of sockets) {
      socket.destroy();
    }
  });
  return { proxy, requests, sockets };
}

/** A client of a port; `received` grows, `ended` turns true. */
async function client(port: number) {
  const socket = connect(port, '127.0.0.1');
  const state = { socket, received: '', ended: false };
  socket.on('data', (data) => {
    state.received += data.toString();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    state.ended = true;
  });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return state;
}

const eventually = (assertion: () => void) => vi.waitFor(assertion, { timeout: 2000, interval: 5 });

test('passes everything on, both ways', async () => {
  const { proxy, requests } = await proxiedServer();
  const { socket, ...rest } = await client(proxy.port);
  expect(rest.ended).toBe(false);
  const other = await client(proxy.port);
  other.socket.write('one');
  await eventually(() => expect(other.received).toBe('reply to one'));
  expect(requests).toEqual(['one']);
  expect(proxy.connections()).toBe(2);
  socket.end();
  other.socket.end();
  await eventually(() => expect(proxy.connections()).toBe(0));
});

test('lets the request through and loses the whole reply', async () => {
  const { proxy, requests } = await proxiedServer();
  const state = await client(proxy.port);
  proxy.cutReplies({ afterBytes: 0 });
  state.socket.write('one');
  await eventually(() => expect(state.ended).toBe(true));
  expect(state.received).toBe('');
  expect(requests).toEqual(['one']);
});

test('tears a reply apart, counting from when it was told to', async () => {
  const { proxy } = await proxiedServer();
  const state = await client(proxy.port);
  state.socket.write('one');
  await eventually(() => expect(state.received).toBe('reply to one'));
  proxy.cutReplies({ afterBytes: 3 });
  state.socket.write('two');
  await eventually(() => expect(state.ended).toBe(true));
  expect(state.received).toBe('reply to onerep');
});

test('cuts as many connections as it was told to, and no more', async () => {
  const { proxy, requests } = await proxiedServer();
  proxy.cutReplies({ afterBytes: 0, times: 1 });
  const first = await client(proxy.port);
  first.socket.write('one');
  await eventually(() => expect(first.ended).toBe(true));
  const second = await client(proxy.port);
  second.socket.write('two');
  await eventually(() => expect(second.received).toBe('reply to two'));
  expect(requests).toEqual(['one', 'two']);
});

test('cuts by chance, with the chance given', async () => {
  const { proxy } = await proxiedServer();
  const chances = [0.5, 0.1];
  proxy.cutReplies({ probability: 0.2, random: () => chances.shift() ?? 1 });
  const state = await client(proxy.port);
  state.socket.write('one');
  await eventually(() => expect(state.received).toBe('reply to one'));
  state.socket.write('two');
  await eventually(() => expect(state.ended).toBe(true));
  expect(state.received).toBe('reply to one');
});

test('lets replies pass again once told to', async () => {
  const { proxy } = await proxiedServer();
  proxy.cutReplies({ afterBytes: 0 });
  proxy.cutReplies(undefined);
  const state = await client(proxy.port);
  state.socket.write('one');
  await eventually(() => expect(state.received).toBe('reply to one'));
});

test('swallows both ways, accepts on, and passes again afterwards', async () => {
  const { proxy, requests, sockets } = await proxiedServer();
  const before = await client(proxy.port);
  before.socket.write('one');
  await eventually(() => expect(before.received).toBe('reply to one'));
  proxy.blackhole(true);
  before.socket.write('lost');
  const during = await client(proxy.port);
  during.socket.write('lost');
  for (const socket of sockets) {
    socket.write('unheard');
  }
  await sleep(100);
  expect(requests).toEqual(['one']);
  expect([before.received, during.received]).toEqual(['reply to one', '']);
  expect([before.ended, during.ended]).toEqual([false, false]);

  proxy.blackhole(false);
  during.socket.write('two');
  await eventually(() => expect(during.received).toBe('reply to two'));
});

test('refuses connections and ends the open ones, then takes new ones on the same port', async () => {
  const { proxy } = await proxiedServer();
  const before = await client(proxy.port);
  await proxy.refuse(true);
  await eventually(() => expect(before.ended).toBe(true));
  await expect(client(proxy.port)).rejects.toThrow(/ECONNREFUSED/);
  await proxy.refuse(false);
  const after = await client(proxy.port);
  after.socket.write('one');
  await eventually(() => expect(after.received).toBe('reply to one'));
});

test('ends the connection where the target is gone', async () => {
  const { proxy: target } = await proxiedServer();
  const proxy = await startTcpProxy({ port: target.port });
  onTestFinished(() => proxy.close());
  await target.close();
  const state = await client(proxy.port);
  await eventually(() => expect(state.ended).toBe(true));
});

test('closes with connections open, also when told twice', async () => {
  const { proxy } = await proxiedServer();
  const state = await client(proxy.port);
  await proxy.close();
  await proxy.close();
  await eventually(() => expect(state.ended).toBe(true));
});
