import { expect, test } from 'vitest';
import type { Operations } from '../../../src/http/operations.ts';
import { serveHttp } from '../../support/http.ts';

/** A server that is asked about limits only. */
async function serve(limits: Operations['limits'], token?: string): Promise<string> {
  const server = await serveHttp({ limits }, { token });
  return `${server.url}/api/v1/limits`;
}

const NO_LIMIT = { limit: Number.POSITIVE_INFINITY, left: Number.POSITIVE_INFINITY, endsInMs: 0 };
const LIMITS: ReturnType<Operations['limits']> = {
  origins: {
    show: async () => [
      {
        origin: 'anna',
        windows: { minute: { limit: 60, left: 3, endsInMs: 1500 }, hour: NO_LIMIT, day: NO_LIMIT },
      },
    ],
    waiting: () => 7,
  },
  isShared: () => false,
};

test('tells what each origin has left, and null where there is no limit', async () => {
  const response = await fetch(await serve(() => LIMITS));
  expect(response.status).toBe(200);
  const noLimit = { limit: null, left: null, resets_in_seconds: null };
  expect(await response.json()).toEqual({
    shared: false,
    waiting: 7,
    origins: [
      {
        origin: 'anna',
        minute: { limit: 60, left: 3, resets_in_seconds: 2 },
        hour: noLimit,
        day: noLimit,
      },
    ],
  });
});

test('tells nobody who lives here without the token', async () => {
  const url = await serve(() => LIMITS, 'a-long-secret');
  const refused = await fetch(url);
  expect(refused.status).toBe(401);
  expect(await refused.text()).not.toContain('anna');
  const headers = { authorization: 'Bearer a-long-secret' };
  expect((await fetch(url, { headers })).status).toBe(200);
});

test('says that there are none where no model is asked', async () => {
  const response = await fetch(await serve(() => undefined));
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ detail: 'there are no limits: no model is asked' });
});
