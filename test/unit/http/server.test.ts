import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import type { Operations } from '../../../src/http/operations.ts';
import type { HttpServer } from '../../../src/http/serve.ts';
import { type HttpOptions, startHttpServer } from '../../../src/http/server.ts';
import type { HealthReport } from '../../../src/telemetry/health.ts';
import type { LoadReport } from '../../../src/telemetry/load.ts';
import { ON_LOOPBACK, UNASKED } from '../../support/http.ts';

const HEALTHY: HealthReport & LoadReport = {
  status: 'healthy',
  service: 'llm-intent',
  version: '0.0.0',
  config_version: '0123456789ab',
  redis: 'connected',
  mode: 'rules-only',
  mode_reason: 'no model is asked',
  providers: {},
  budget: null,
  streams: { 'voice:transcribed': 'owner' },
  troubles: {},
  capacity_used: 0.1,
  frames_processed: 12,
  avg_processing_time_ms: 1.5,
  errors_last_minute: 0,
};

/** Recognises by echoing what it was asked, so that a test sees what arrived. */
const echo: Operations = {
  ...UNASKED,
  health: () => HEALTHY,
  isReady: () => true,
  metrics: async () => ({ contentType: 'text/plain', body: 'up 1\n' }),
  recognise: async (transcript) => ({
    transcript,
    recognition: { meaning: { status: 'unclear', responseText: 'Nie rozumiem.' }, source: 'none' },
    latencyMs: 1.5,
    processorId: 'test',
    processedAt: '2026-11-21T08:00:00.000Z',
  }),
};

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(
  options: Partial<HttpOptions> = {},
  operations: Partial<Operations> = {},
): Promise<HttpServer> {
  server = await startHttpServer(
    { ...ON_LOOPBACK, ...options },
    { operations: { ...echo, ...operations }, log: pino({ level: 'silent' }) },
  );
  return server;
}

async function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server?.url}/intent`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** A request with a Host header of one's own, which fetch does not allow. */
async function rawRequest(head: string, body = ''): Promise<string> {
  const { hostname, port } = new URL(server?.url ?? '');
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
  return text(socket);
}

describe('POST /intent', () => {
  test('answers with the output fields, numbers as numbers', async () => {
    await start();
    const response = await post({
      text: 'zapal światło',
      room: 'salon',
      user: 'anna',
      session_id: 's',
      language: 'pl-PL',
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      schema_version: '1',
      frame_id: expect.stringMatching(/^http-/),
      transcript: 'zapal światło',
      language: 'pl-PL',
      room: 'salon',
      user: 'anna',
      session_id: 's',
      status: 'unclear',
      intent: 'none',
      response_text: 'Nie rozumiem.',
      source: 'none',
      latency_ms: 1.5,
      processor_id: 'test',
      processed_at: '2026-11-21T08:00:00.000Z',
    });
  });

  test('continues the trace of the caller', async () => {
    let seen: unknown;
    await start(
      {},
      {
        recognise: (transcript, options) => {
          seen = transcript.trace;
          return echo.recognise(transcript, options);
        },
      },
    );
    await post({ text: 'a' }, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
    expect(seen).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' });
  });

  test.each([
    ['no JSON', '{"text": ', 400, /not valid JSON/],
    ['an empty body', '', 400, /the body is empty/],
    ['no text', {}, 422, /text/],
    ['blank text', { text: ' \u200b ' }, 422, /text: expected words/],
    ['text over 4 KiB', { text: 'ł'.repeat(3000) }, 422, /at most 4096 bytes/],
    ['a field that does not exist', { text: 'a', rom: 'salon' }, 422, /rom/],
    [
      'a callback that is no address',
      { text: 'a', callback_url: 'a' },
      422,
      /^callback_url: expected an address/,
    ],
    ['a priority that is too high', { text: 'a', priority: 11 }, 422, /^priority: /],
    ['a priority below zero', { text: 'a', priority: -1 }, 422, /^priority: /],
    ['a priority in between', { text: 'a', priority: 1.5 }, 422, /^priority: /],
    ['a priority in words', { text: 'a', priority: 'high' }, 422, /^priority: /],
    ['a mode of processing that is none', { text: 'a', processing_mode: 'later' }, 422, /^processing_mode: /],
    ['a cache mode that is none', { text: 'a', cache_mode: 'maybe' }, 422, /cache_mode/],
    ['a language that is none', { text: 'a', language: 'po polsku' }, 422, /BCP 47/],
    ['a body that is too large', { text: 'a'.repeat(70_000) }, 413, /too large/],
  ])('refuses %s as problem details', async (_what, body, status, detail) => {
    await start();
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({
      type: 'about:blank',
      status,
      detail: expect.stringMatching(detail),
    });
  });

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'application/xml'])(
    'tells a client that sends %s what to add',
    async (type) => {
      await start();
      const response = await post('{"text": "a"}', { 'content-type': type });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({
        detail: expect.stringContaining("'content-type: application/json'"),
      });
    },
  );

  test('refuses a request without any body as malformed', async () => {
    await start();
    const response = await fetch(`${server?.url}/intent`, { method: 'POST' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('the body is empty') });
  });

  test.each(['on', 'dedupe-only', 'off'])('takes the cache mode %s', async (mode) => {
    await start();
    expect((await post({ text: 'a', cache_mode: mode })).status).toBe(200);
  });

  test('says nothing about the inside when something unexpected happens', async () => {
    await start({}, { recognise: () => Promise.reject(new Error('ECONNREFUSED /secret/path sk-key')) });
    const response = await post({ text: 'a' });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/secret|sk-key|ECONN|at /);
  });
});

describe('without a token, on loopback', () => {
  test('a web page that points its own name here is refused', async () => {
    await start();
    const body = '{"text":"a"}';
    const head = (host: string): string =>
      `POST /intent HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json`;
    expect(await rawRequest(head('evil.example:8005'), body)).toMatch(/^HTTP\/1.1 403 /);
    expect(await rawRequest(head('127.0.0.1.evil.example'), body)).toMatch(/^HTTP\/1.1 403 /);
    for (const host of ['localhost', 'localhost:8005', '127.0.0.1:8005', '[::1]:8005']) {
      expect(await rawRequest(head(host), body)).toMatch(/^HTTP\/1.1 200 /);
    }
  });

  test('it learns no details of the health either', async () => {
    await start();
    expect(await rawRequest('GET /health HTTP/1.1\r\nHost: evil.example')).toMatch(
      /\r\n\r\n\{"status":"healthy"\}$/,
    );
    expect(await (await fetch(`${server?.url}/health`)).json()).toEqual(HEALTHY);
  });

  test('it learns no metrics where they are closed', async () => {
    await start({ metricsPublic: false });
    expect(await rawRequest('GET /metrics HTTP/1.1\r\nHost: evil.example')).toMatch(/^HTTP\/1.1 403 /);
    expect((await fetch(`${server?.url}/metrics`)).status).toBe(200);
  });
});

describe('with a token', () => {
  const token = 'a-secret-token';

  test('whoever has none learns nothing about what is wrong with a request', async () => {
    await start({ token });
    for (const body of ['{', 'a'.repeat(70_000), '{"rom":"salon"}']) {
      const response = await post(body);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({
        detail: expect.stringContaining('authorization: Bearer'),
      });
    }
    expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(401);
  });

  test('its name for this machine does not matter, and the name alone opens nothing', async () => {
    await start({ token });
    const head = 'POST /intent HTTP/1.1\r\nContent-Type: application/json\r\nHost: ';
    const body = '{"text":"a"}';
    expect(await rawRequest(`${head}localhost`, body)).toMatch(/^HTTP\/1.1 401 /);
    const allowed = `${head}intent.example\r\nAuthorization: bearer ${token}`;
    expect(await rawRequest(allowed, body)).toMatch(/^HTTP\/1.1 200 /);
  });

  test('it is not taken from the address or the body', async () => {
    await start({ token });
    const body = JSON.stringify({ text: 'a', token, access_token: token });
    const headers = { 'content-type': 'application/json', cookie: `token=${token}` };
    const address = `${server?.url}/intent?access_token=${token}&token=${token}`;
    expect((await fetch(address, { method: 'POST', headers, body })).status).toBe(401);
  });

  test('only who presents it is served', async () => {
    await start({ token });
    for (const authorization of ['', 'Bearer', 'Bearer wrong-token', `Basic ${token}`, `Bearer ${token}x`]) {
      const response = await post({ text: 'a' }, authorization ? { authorization } : {});
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
    }
    expect((await post({ text: 'a' }, { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  test('liveness, readiness and metrics stay open, and health tells its bare status', async () => {
    await start({ token });
    for (const path of ['/healthz', '/ready', '/metrics']) {
      expect((await fetch(`${server?.url}${path}`)).status).toBe(200);
    }
    expect(await (await fetch(`${server?.url}/health`)).json()).toEqual({ status: 'healthy' });
  });

  test('metrics can be closed', async () => {
    await start({ token, metricsPublic: false });
    expect((await fetch(`${server?.url}/metrics`)).status).toBe(401);
    const response = await fetch(`${server?.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    expect(await response.text()).toBe('up 1\n');
  });
});

describe('health', () => {
  test('tells how busy it is to whoever has no token only where that is open', async () => {
    await start({ token: 'long-enough', loadPublic: true });
    expect(await (await fetch(`${server?.url}/health`)).json()).toEqual({
      ...{ status: 'healthy', capacity_used: 0.1, frames_processed: 12 },
      ...{ avg_processing_time_ms: 1.5, errors_last_minute: 0 },
    });
  });

  test('is 200 while degraded and 503 when unhealthy', async () => {
    let status: HealthReport['status'] = 'degraded';
    await start({}, { health: () => ({ ...HEALTHY, status }), isReady: () => false });
    expect((await fetch(`${server?.url}/health`)).status).toBe(200);
    status = 'unhealthy';
    for (const path of ['/health', '/ready']) {
      const { status, headers } = await fetch(`${server?.url}${path}`);
      expect([path, status, headers.get('retry-after')]).toEqual([path, 503, '5']);
    }
    expect((await fetch(`${server?.url}/healthz`)).status).toBe(200);
  });
});

test('an unknown route is a 404 as problem details', async () => {
  await start();
  const response = await fetch(`${server?.url}/nowhere`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ status: 404, detail: 'there is no such route' });
});

test.each([
  ['POST', '/api/v1/providers/openai/test', 404],
  ['POST', '/api/v1/dead-letters/1-0/replay', 404],
  ['DELETE', '/api/v1/cache', 404],
])('%s %s takes a type of JSON without a body for none', async (method, path, status) => {
  await start({}, { deadLetters: { ...UNASKED.deadLetters, replay: async () => undefined } });
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${server?.url}${path}`, { method, headers })).status).toBe(status);
});

describe('a wrong method', () => {
  test.each([
    ['DELETE', '/health', 'GET, HEAD'],
    ['POST', '/api/v1/mode', 'GET, HEAD, PUT'],
    ['GET', '/api/v1/dead-letters/1-0/replay?x=1', 'POST'],
    ['GET', '/%69ntent', 'POST'],
    ['QUERY', '/intent', 'POST'],
    ['PROPFIND', '/intent', 'POST'],
  ])('%s %s is told what the route takes', async (method, path, allowed) => {
    await start();
    const response = await fetch(`${server?.url}${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allowed);
    expect(await response.json()).toMatchObject({ status: 405, detail: `this route takes ${allowed}` });
  });

  test('is told so before anything about the body', async () => {
    await start();
    for (const [method, path, status] of [
      ['PUT', '/intent', 405],
      ['QUERY', '/nowhere', 404],
      ['POST', '/nowhere', 404],
    ] as const) {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${server?.url}${path}`, { method, headers, body: '{' });
      expect([method, path, response.status]).toEqual([method, path, status]);
    }
  });

  test('on no route is a 404, though it looks like one', async () => {
    await start();
    for (const path of [
      '/health/',
      '/api/v1/dead-letters//replay',
      '/api/v1/dead-letters/1/2/replay',
      '/%',
    ]) {
      expect((await fetch(`${server?.url}${path}`, { method: 'PUT' })).status).toBeOneOf([400, 404]);
    }
  });
});

test('HEAD tells what GET would, without it', async () => {
  await start();
  const response = await fetch(`${server?.url}/health`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  expect(await response.text()).toBe('');
});

test.each(['/health', '/nowhere', '/api/v1/mode'])(
  'no answer of %s is kept, framed or guessed at',
  async (path) => {
    await start({ token: 'a-secret-token' });
    const { headers } = await fetch(`${server?.url}${path}`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('access-control-allow-origin')).toBeNull();
  },
);

test('an address in use is an error that names it', async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  await expect(
    startHttpServer({ ...ON_LOOPBACK, port }, { operations: echo, log: pino({ level: 'silent' }) }),
  ).rejects.toThrow(`127.0.0.1:${port}`);
});
