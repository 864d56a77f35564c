import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { runCommand } from '../support/command.ts';
import { serveHttp } from '../support/http.ts';
import { openModes, type TestModes } from '../support/modes.ts';
import { whereRedisIs } from '../support/shared.ts';

/** A replica, and a server in front of it. */
async function serve(token?: string): Promise<TestModes & { readonly url: string }> {
  const replica = await openModes();
  const server = await serveHttp({ mode: replica.modes }, { token });
  return { ...replica, url: `${server.url}/api/v1/mode` };
}

function put(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

test('by HTTP: tells the mode and its reason, sets it for all replicas, and takes it back', async () => {
  const { url, keyPrefix, wants, mode } = await serve();
  const other = await openModes({ keyPrefix });
  expect(await (await fetch(url)).json()).toEqual({
    ...{ mode: 'full', by: 'automatic', reason: '', operator: 'auto' },
    since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  const set = await put(url, { mode: 'rules-only' });
  expect(set.status).toBe(200);
  expect(await set.json()).toMatchObject({ mode: 'rules-only', by: 'operator', operator: 'rules-only' });
  expect(await (await fetch(url)).json()).toMatchObject({ mode: 'rules-only' });
  await expect.poll(() => other.mode()).toBe('rules-only');
  wants('economy');
  expect(await (await put(url, { mode: 'auto' })).json()).toMatchObject({
    by: 'automatic',
    operator: 'auto',
  });
  await expect.poll(mode).toBe('economy');
});

test.each([
  ['an unknown mode', { mode: 'fast' }],
  ['no mode', {}],
  ['more than a mode', { mode: 'full', force: true }],
  ['a list', ['full']],
])('by HTTP: %s changes nothing and is told what there is', async (_, body) => {
  const { url, mode } = await serve();
  const response = await put(url, body);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    detail: expect.stringContaining('full, economy, rules-only, auto'),
  });
  expect(mode()).toBe('full');
});

test('by HTTP: needs the token where there is one', async () => {
  const { url, mode } = await serve('a-long-secret');
  expect((await fetch(url)).status).toBe(401);
  expect((await put(url, { mode: 'economy' })).status).toBe(401);
  expect(mode()).toBe('full');
  const response = await put(url, { mode: 'economy' }, { authorization: 'Bearer a-long-secret' });
  expect([response.status, mode()]).toEqual([200, 'economy']);
});

test('by HTTP: says when nobody follows, and when to try again', async () => {
  const { url, leave, mode } = await serve();
  await leave();
  const response = await put(url, { mode: 'economy' });
  expect([response.status, response.headers.get('retry-after'), mode()]).toEqual([503, '1', 'full']);
});

test('by the command line: one command sets it, and one takes it back', async () => {
  const { keyPrefix, mode, wants } = await openModes();
  const run = (...words: string[]) =>
    runCommand(['mode', ...words], { ...whereRedisIs(keyPrefix.slice(0, -1)), KEY_PREFIX: keyPrefix });

  expect(await run()).toEqual({ code: 0, output: 'full\n', errors: '' });
  const set = await run('rules-only');
  expect(set).toMatchObject({ code: 0, errors: expect.stringContaining('"llm-intent mode auto"') });
  expect(set.output).toMatch(/^rules-only: an operator set it at \d{4}-/);
  await expect.poll(mode).toBe('rules-only');
  expect(JSON.parse((await run('--json')).output)).toMatchObject({ mode: 'rules-only', by: 'operator' });

  expect(await run('auto', '--json')).toEqual({
    ...{ code: 0, errors: '' },
    output: '{"mode":"full","by":"automatic","reason":"","operator":"auto"}\n',
  });
  await expect.poll(mode).toBe('full');
  wants('economy');
  await expect.poll(mode).toBe('economy');
  expect((await run()).output).toMatch(/^economy: \S+ wants economy\n$/);
});

test('by the command line: says what is wrong with a name, and which Redis is missing', async () => {
  const unknown = await runCommand(['mode', 'fast'], whereRedisIs());
  expect(unknown).toMatchObject({
    code: 2,
    output: '',
    errors: expect.stringContaining('full, economy, rules-only, auto'),
  });
  const nowhere = await runCommand(['mode', 'economy'], { KEY_PREFIX: randomUUID() });
  expect(nowhere).toMatchObject({ code: 2, errors: expect.stringContaining('REDIS_URL') });
});
