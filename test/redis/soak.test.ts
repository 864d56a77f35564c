import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { createAnswerBooks } from '../../bench/soak/answer-books.ts';
import { startCallers } from '../../bench/soak/callers.ts';
import type { Replica } from '../../bench/soak/replica.ts';
import { hearAnswers, startSpeaker } from '../../bench/soak/speaker.ts';
import { takeSample } from '../../bench/soak/watch.ts';
import { toFields } from '../../src/redis/fields.ts';
import { startOwnRedis } from '../support/own-redis.ts';

// The soak itself takes an hour; here it meets services that do wrong, and has to say so.

const STREAMS = ['voice:0', 'voice:1'];
const OUTPUT = 'understood';

/** Says something in two rooms by turns. */
function twoRooms() {
  let said = 0;
  return {
    next() {
      said += 1;
      return {
        text: `sentence ${said}`,
        language: 'en' as const,
        room: said % 2 === 0 ? 'salon' : 'kuchnia',
      };
    },
  };
}

/** Says at least so much, and ends. @returns the books, and a service that answers what it is told to */
async function saying(redis: Redis, least: number) {
  const books = createAnswerBooks();
  const trouble: Error[] = [];
  const failed = (error: Error): void => void trouble.push(error);
  const ending = new AbortController();
  const heard = hearAnswers({
    ...{ redis: redis.duplicate(), stream: OUTPUT, books, failed, signal: ending.signal },
  });
  onTestFinished(async () => {
    ending.abort();
    await heard;
    expect(trouble).toEqual([]);
  });
  const speaker = startSpeaker({
    ...{ redis, streams: STREAMS, speech: twoRooms(), perSecond: 200, books, failed },
  });
  await expect.poll(async () => books.counts.said).toBeGreaterThanOrEqual(least);
  await speaker.stop();
  const answers = new Map<string, readonly string[]>();
  for (const stream of STREAMS) {
    for (const [id, flat] of await redis.xrange(stream, '-', '+')) {
      const { frame_id: frameId = '', room = '' } = toFields(flat);
      const source = ['source_stream', stream, 'source_message_id', id];
      const fields = ['frame_id', frameId, 'room', room, 'status', 'recognized', 'source', 'rules'];
      answers.set(frameId, [...source, ...fields]);
    }
  }
  return {
    books,
    async publish(frameIds: readonly string[]): Promise<void> {
      for (const frameId of frameIds) await redis.xadd(OUTPUT, '*', ...(answers.get(frameId) ?? []));
      await expect.poll(async () => books.counts.answered).toBe(frameIds.length);
    },
    all: [...answers.keys()],
  };
}

test('a service that answers everything once and in order has nothing wrong with it', async () => {
  const { redis } = await startOwnRedis();
  const { books, publish, all } = await saying(redis, 20);
  await publish(all);
  expect([books.open, books.complaints(), books.lost()]).toEqual([0, [], []]);
  // A room speaks on one stream.
  expect(new Set(all.map((frameId) => frameId.split('#')[0]))).toEqual(new Set(['salon', 'kuchnia']));
});

test('a service that loses, doubles and mixes up answers is told of each', async () => {
  const { redis } = await startOwnRedis();
  const { books, publish, all } = await saying(redis, 20);
  const salon = all.filter((frameId) => frameId.startsWith('salon'));
  const rest = all.filter((frameId) => !frameId.startsWith('salon'));
  const [first = '', second = '', third = '', ...others] = salon;
  const last = others.pop() ?? '';
  await publish([...rest, first, third, second, first, ...others]);
  expect(books.complaints()).toEqual([
    `${third} was answered before ${second}`,
    expect.stringMatching(new RegExp(`^${first} .* was answered twice$`)),
  ]);
  expect(books.lost()).toEqual([expect.stringMatching(new RegExp(`^${last} .* has no answer$`))]);
});

test('a look at Redis tells what waits, who reads, and what lies there for good', async () => {
  const { redis } = await startOwnRedis();
  for (const stream of STREAMS) {
    await redis.xgroup('CREATE', stream, 'group', '0', 'MKSTREAM');
    for (let index = 0; index < 3; index += 1) await redis.xadd(stream, '*', 'transcript', 'x');
  }
  await redis.xreadgroup('GROUP', 'group', 'one', 'COUNT', 2, 'STREAMS', 'voice:0', '>');
  await redis.xreadgroup('GROUP', 'group', 'two', 'COUNT', 1, 'STREAMS', 'voice:0', '>');
  await redis.hset('ours:v1:days:2026-11-21', { one: 1, two: 2 });
  await redis.hset('ours:v1:days:2026-11-22', { one: 1 });
  await redis.set('ours:v1:of:3609b226-43ac-8553-ea55-36d3a80757b2', 'x');
  await redis.set('ours:v1:passing', 'x', 'PX', 60_000);
  const look = { at: 0, redis, streams: STREAMS, group: 'group', replicas: [], looksAtKeys: true };
  const { redis: seen, lasting } = await takeSample(look);
  expect(seen).toMatchObject({ consumers: 2, pending: 3, lag: 3, keys: 6 });
  expect(Object.fromEntries(lasting ?? [])).toEqual({
    'voice:0': { keys: 1, elements: 3 },
    'voice:1': { keys: 1, elements: 3 },
    'ours:v1:days:*': { keys: 2, elements: 3 },
    'ours:v1:of:*': { keys: 1, elements: 1 },
  });
});

/** Something that speaks HTTP and is called a replica. */
async function replicaThat(answer: (path: string, response: ServerResponse) => void): Promise<Replica> {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    answer(request.url ?? '', response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const never = (): never => {
    throw new Error('nobody starts or stops it');
  };
  return {
    ...{ name: 'first', url: () => `http://127.0.0.1:${port}`, pid: () => 7, metrics: async () => undefined },
    ...{ start: never, kill: never, stop: never, set: never },
    ...{ complaints: () => [], warnings: () => new Map() },
  };
}

/** Lets programs call it until something was counted, and looks after what waits. */
async function calling(
  replica: Replica,
  until: (callers: ReturnType<typeof startCallers>) => boolean,
): Promise<ReturnType<typeof startCallers>> {
  const callers = startCallers({ replicas: [replica], speech: twoRooms(), perSecond: 20 });
  await expect.poll(async () => until(callers)).toBe(true);
  await callers.finish(2500);
  await callers.stop();
  return callers;
}

test('programs that are answered, wait and are answered, and hear of it have nothing to complain of', async () => {
  let asked = 0;
  const replica = await replicaThat((path, response) => {
    if (path === '/api/v1/events') {
      response.write('event: recognition\ndata: {}\n\nevent: recognition\ndata: {}\n\n');
      return;
    }
    asked += 1;
    if (path.startsWith('/api/v1/status/')) response.end('{"status":"completed"}');
    else response.writeHead(asked % 2 ? 200 : 202).end(JSON.stringify({ queue_id: `q${asked}` }));
  });
  const callers = await calling(
    replica,
    ({ counts }) => counts.answered > 2 && counts.completed > 2 && counts.heard > 2,
  );
  expect([callers.complaints(), callers.waiting]).toEqual([[], 0]);
});

test.for([
  ['a defect', 500, '{"title":"Internal Server Error"}', /^first answered 500: /],
  ['no JSON', 200, '<html>', /^first did not answer \/intent and was there: /],
  [
    'a request that waited and failed',
    202,
    '{"queue_id":"q1"}',
    /^the request q1 that waited ended as failed$/,
  ],
] as const)('programs complain of %s', async ([, status, body, complaint]) => {
  const replica = await replicaThat((path, response) => {
    if (path.startsWith('/api/v1/status/')) response.end('{"status":"failed"}');
    else response.writeHead(path === '/intent' ? status : 503).end(body);
  });
  const callers = await calling(replica, (one) => one.complaints().length > 0);
  expect(callers.complaints()[0]).toMatch(complaint);
});
