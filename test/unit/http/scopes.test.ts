import { expect, test } from 'vitest';
import type { Operations } from '../../../src/http/operations.ts';
import { serveHttp } from '../../support/http.ts';

const TOKENS = {
  token: 'the-admin-token',
  readToken: 'the-read-token',
  recognizeToken: 'the-recognize-token',
};

const recognise: Operations['recognise'] = async (transcript) => ({
  transcript,
  recognition: { meaning: { status: 'unclear', responseText: '' }, source: 'none' },
  ...{ latencyMs: 1, processorId: 'test', processedAt: '2026-11-21T08:00:00.000Z' },
});

async function ask(route: string, token: string, tokens: Partial<typeof TOKENS> = TOKENS): Promise<Response> {
  const [method = '', path = ''] = route.split(' ');
  const { url } = await serveHttp({ recognise }, tokens);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = path.endsWith('/batch') ? '[{"text":"a"}]' : '{"text":"a"}';
  return fetch(url + path, { method, headers, ...(method === 'POST' && { body }) });
}

const LOOKS = ['GET /api/v1/providers', 'GET /docs', 'GET /api/v1/openapi.json'];
const RECOGNISES = ['POST /intent', 'POST /intent/batch'];
const CHANGES = ['POST /api/v1/providers/openai/test', 'DELETE /api/v1/cache'];

test.each([
  ['the-read-token', LOOKS, [...RECOGNISES, ...CHANGES]],
  ['the-recognize-token', RECOGNISES, [...LOOKS, ...CHANGES]],
  ['the-admin-token', [...LOOKS, ...RECOGNISES, ...CHANGES], []],
])('%s opens what it is for, and says what else would take', async (token, open, closed) => {
  for (const route of open) expect([route, (await ask(route, token)).status]).not.toContain(403);
  for (const route of closed) {
    const response = await ask(route, token);
    expect([route, response.status]).toEqual([route, 403]);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('one of the scope') });
  }
});

test.each([...LOOKS, ...RECOGNISES, ...CHANGES])(
  '%s is closed to a token that nobody gave out',
  async (route) => {
    expect((await ask(route, 'undefined')).status).toBe(401);
    expect((await ask(route, 'the-read-token', { token: TOKENS.token })).status).toBe(401);
  },
);
