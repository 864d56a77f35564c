import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createLiveEvents, type LiveEvent } from '../../src/events/live-events.ts';
import { startServiceHere } from '../support/command.ts';
import { serveHttp } from '../support/http.ts';
import { postIntent } from '../support/post-intent.ts';
import { openRedis } from '../support/processor.ts';
import { ownName, whereRedisIs } from '../support/shared.ts';

/** Listens until the test ends. */
async function listen(url: string, headers: Record<string, string> = {}) {
  const leave = new AbortController();
  onTestFinished(() => leave.abort());
  const response = await fetch(`${url}/api/v1/events`, { headers, signal: leave.signal });
  let heard = '';
  const over = (async () => {
    const decoder = new TextDecoder();
    for await (const piece of response.body ?? []) heard += decoder.decode(piece, { stream: true });
  })();
  over.catch(() => undefined);
  return { response, over, leave: () => leave.abort(), heard: () => heard };
}

test('tells each recognition, on the streams or by HTTP, and what happens besides', async () => {
  const name = ownName();
  const environment = {
    ...{ ...whereRedisIs(name), KEY_PREFIX: `${name}:`, INPUT_STREAM: `${name}:in` },
    ...{ OUTPUT_STREAM: `${name}:out`, DLQ_STREAM: `${name}:dlq`, LEASE_MS: '600' },
  };
  const service = await startServiceHere(environment);
  await service.logged('ownership');
  const { response, heard, over } = await listen(service.url);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const redis = openRedis();
  const waiting = async (): Promise<number> =>
    String(await redis.client('LIST'))
      .split('\n')
      .filter((client) => client.includes('name=llm-intent:live') && client.includes('cmd=xread')).length;
  await expect.poll(waiting).toBeGreaterThanOrEqual(2);
  await redis.xadd(`${name}:in`, '*', 'transcript', 'zapal światło', 'room', 'salon');
  await expect
    .poll(heard)
    .toMatch(/event: recognition\ndata: \{.*"intent":"light.turn_on".*"confidence":[\d.]+/);
  await postIntent(service.url, { text: 'zgaś światło', room: 'salon' });
  await expect.poll(heard).toMatch(/event: recognition\ndata: \{.*"intent":"light.turn_off"/);
  await redis.xadd(`${name}:events`, '*', 'event', 'budget_threshold', 'percent', '80');
  await expect.poll(heard).toContain('event: budget_threshold\ndata: {"percent":"80"}\n\n');
  const stopped = service.stop();
  await over;
  expect(await stopped).toBe(0);
});

function open() {
  const redis = openRedis();
  const keyPrefix = `${ownName()}:`;
  const failures: string[] = [];
  let connections = 0;
  const live = createLiveEvents({
    ...{ keyPrefix, output: `${keyPrefix}out` },
    connect: () => {
      connections += 1;
      return openRedis();
    },
    failed: ({ message }) => failures.push(message),
  });
  return { redis, keyPrefix, failures, live, connections: () => connections };
}

test('asks Redis for nothing while nobody listens, and once for all who do', async () => {
  const { live, connections } = open();
  expect(connections()).toBe(0);
  const ends = [live.subscribe(() => undefined), live.subscribe(() => undefined)];
  expect(connections()).toBe(2);
  for (const end of ends) end();
  live.subscribe(() => undefined)();
  expect(connections()).toBe(4);
});

/** A server whose listeners are told what the test wants. */
async function serveListeners() {
  const listeners = new Set<(event: LiveEvent) => void>();
  const { url } = await serveHttp({
    events: {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  });
  return { url, listeners };
}

test('a name on the stream that is no word begins no line of its own', async () => {
  const { url, listeners } = await serveListeners();
  const { heard, leave } = await listen(url);
  await expect.poll(() => listeners.size).toBe(1);
  for (const tell of listeners) tell({ name: 'a\ndata: b', data: { text: 'one\n\ntwo' } });
  await expect.poll(heard).toContain('event: event\ndata: {"text":"one\\n\\ntwo"}\n\n');
  leave();
  await expect.poll(() => listeners.size).toBe(0);
});

test('a client that does not read is cut, and others go on hearing', async () => {
  const { url, listeners } = await serveListeners();
  const { hostname, port } = new URL(url);
  const deaf = connect({ host: hostname, port: Number(port) });
  deaf.pause();
  deaf.on('error', () => undefined);
  deaf.write('GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const { heard } = await listen(url);
  await expect.poll(() => listeners.size).toBe(2);
  const text = 'a'.repeat(10_000);
  await expect
    .poll(
      () => {
        for (const tell of listeners) for (let n = 0; n < 20; n += 1) tell({ name: 'noise', data: { text } });
        return listeners.size;
      },
      { timeout: 20_000, interval: 10 },
    )
    .toBe(1);
  for (const tell of listeners) tell({ name: 'last', data: {} });
  await expect.poll(heard).toContain('event: last');
  deaf.resume();
  await once(deaf, 'close');
});

test('so many may listen, and no more', async () => {
  const { url } = await serveHttp({ events: { subscribe: () => () => undefined } });
  for (let client = 0; client < 32; client += 1) await listen(url);
  const { response } = await listen(url);
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '10']);
});

test('nobody hears what is said at home without the token, and HEAD is none of it', async () => {
  const { url } = await serveHttp({}, { token: 'a-long-secret' });
  expect((await listen(url)).response.status).toBe(401);
  const head = await fetch(`${url}/api/v1/events`, { method: 'HEAD' });
  expect([head.status, head.headers.get('allow')]).toEqual([405, 'GET']);
});
