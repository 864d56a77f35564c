import { expect, test } from 'vitest';
import { ModelUnavailable } from '../../../src/intent/model-unavailable.ts';
import { serveHttp, UNASKED } from '../../support/http.ts';
import { postPatiently } from '../../support/queue.ts';

const ID = '0f0e0d0c-0b0a-4908-8706-050403020100';
const queue = { ...UNASKED.queue, find: async () => undefined };

test.each([ID, 'nobody', '%2e%2e', `${ID}0`, 'a'.repeat(90)])('%j is known to nobody', async (id) => {
  const { url } = await serveHttp({ queue });
  const response = await fetch(`${url}/api/v1/status/${id}`);
  expect([response.status, await response.json()]).toMatchObject([404, { title: 'Not Found' }]);
});

test('it is not known where Redis does not answer, and that is said', async () => {
  const { url } = await serveHttp({ queue: { ...queue, find: async () => 'unavailable' } });
  const response = await fetch(`${url}/api/v1/status/${ID}`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
});

test('who may have something understood may look, and who may look', async () => {
  const tokens = { token: 'of-all-scopes', readToken: 'for-looking', recognizeToken: 'for-transcripts' };
  const { url } = await serveHttp(
    { queue: { ...queue, find: async () => ({ queue_id: ID, status: 'queued' }) } },
    tokens,
  );
  const asked = async (token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return (await fetch(`${url}/api/v1/status/${ID}`, { headers })).status;
  };
  for (const token of Object.values(tokens)) expect([token, await asked(token)]).toEqual([token, 200]);
  expect([await asked(), await asked('of-nobody')]).toEqual([401, 401]);
});

test('one that still waits says when to look again', async () => {
  const { url } = await serveHttp({
    queue: { ...queue, find: async () => ({ queue_id: ID, status: 'queued' }) },
  });
  expect((await fetch(`${url}/api/v1/status/${ID}`)).headers.get('retry-after')).toBe('5');
});

test('where it can neither be answered by a model nor wait, that is said', async () => {
  const recognise = async (): Promise<never> => {
    throw new ModelUnavailable('circuit_open');
  };
  const add = async () => ({ kind: 'unavailable' as const });
  const { url } = await serveHttp({ recognise, queue: { ...queue, add } });
  const response = await postPatiently(url, { text: 'zapal' });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
});
