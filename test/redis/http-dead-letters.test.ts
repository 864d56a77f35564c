import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDeadLetters } from '../../src/stream/dead-letters.ts';
import { serveHttp } from '../support/http.ts';
import { connectShared, ownName } from '../support/shared.ts';

let redis: Redis;
beforeAll(() => {
  redis = connectShared();
});
afterAll(() => redis.quit());

/** A server in front of some dead letters, and how to bury one. */
async function serve(token?: string) {
  const stream = `${ownName()}:dlq`;
  const input = `${stream}:in`;
  const { url } = await serveHttp({ deadLetters: createDeadLetters({ redis, stream }) }, { token });
  return {
    ...{ stream, input, route: `${url}/api/v1/dead-letters` },
    bury: async (fields: Readonly<Record<string, string>>): Promise<string> =>
      String(await redis.xadd(stream, '*', ...Object.entries({ source_stream: input, ...fields }).flat())),
  };
}

const replay = (route: string, id: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${route}/${id}/replay`, { method: 'POST', headers });

test('lists the newest first, as many as asked for, each with what was sent', async () => {
  const { route, bury } = await serve();
  const first = await bury({
    reason: 'oversize',
    error: 'more than 4096 bytes',
    payload: '{"transcript":"a"}',
  });
  const second = await bury({ reason: 'oversize', attempts: '1', payload: '{"transcript":"b"}' });
  const response = await fetch(route);
  expect(response.status).toBe(200);
  const { dead_letters: letters } = (await response.json()) as { dead_letters: object[] };
  expect(letters).toMatchObject([
    { id: second, reason: 'oversize', attempts: 1, payload: { transcript: 'b' } },
    { id: first, error: 'more than 4096 bytes', payload: { transcript: 'a' } },
  ]);
  expect(await (await fetch(`${route}?limit=1`)).json()).toMatchObject({ dead_letters: [{ id: second }] });
});

test('tells nothing of the inside, which the error of a defect may name', async () => {
  const { route, bury } = await serve();
  await bury({ reason: 'failed', error_type: 'Error', error: 'ENOENT /secret/path', payload: 'no JSON' });
  const told = await (await fetch(route)).text();
  expect(told).toContain('"error_type":"Error"');
  expect(told).not.toContain('secret');
});

test('puts a letter back onto its stream, once', async () => {
  const { route, input, stream, bury } = await serve();
  const id = await bury({ reason: 'failed', payload: '{"transcript":"zapal światło"}' });
  const response = await replay(route, id);
  const [[entry, fields] = []] = await redis.xrange(input, '-', '+');
  expect([response.status, await response.json()]).toEqual([200, { id, replayed_as: entry }]);
  expect(fields).toEqual(['transcript', 'zapal światło']);
  expect(await redis.xlen(stream)).toBe(0);
  expect((await replay(route, id)).status).toBe(404);
});

test('leaves a letter alone that no entry can be made of, and says why', async () => {
  const { route, stream, input, bury } = await serve();
  const ids = [
    await bury({ payload: '{"transcript":' }),
    await bury({ payload: '{}' }),
    await bury({ payload_start: 'transcript aaaa' }),
  ];
  await redis.set(input, 'no stream');
  ids.push(await bury({ payload: '{"transcript":"a"}' }));
  for (const id of ids) {
    const response = await replay(route, id);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining(`the dead letter ${id}`) });
  }
  expect(await redis.xlen(stream)).toBe(ids.length);
});

test.each(['1-2-3', 'nonsense', '%2A', '-', '999999999999999999999999-0'])(
  'takes %s for no id, and touches nothing',
  async (id) => {
    const { route } = await serve();
    const response = await replay(route, id);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('expected an id') });
  },
);

test.each(['limit=0', 'limit=101', 'limit=many', 'limit=1&limit=2', 'count=3'])(
  'refuses to list by ?%s',
  async (query) => {
    const { route } = await serve();
    expect((await fetch(`${route}?${query}`)).status).toBe(422);
  },
);

test('tells nobody what was said, and replays nothing, without the token', async () => {
  const { route, stream, bury } = await serve('a-long-secret');
  const id = await bury({ payload: '{"transcript":"a"}' });
  expect((await fetch(route)).status).toBe(401);
  expect((await replay(route, id)).status).toBe(401);
  expect(await redis.xlen(stream)).toBe(1);
  expect((await replay(route, id, { authorization: 'Bearer a-long-secret' })).status).toBe(200);
});

test('says when Redis does not answer, and what that means', async () => {
  const gone = async (): Promise<never> => {
    throw new Error('connect ECONNREFUSED 10.0.0.1');
  };
  const { url } = await serveHttp({ deadLetters: { list: gone, replay: gone } });
  for (const response of [
    await fetch(`${url}/api/v1/dead-letters`),
    await replay(`${url}/api/v1/dead-letters`, '1-0'),
  ]) {
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.text()).not.toContain('10.0.0.1');
  }
});
