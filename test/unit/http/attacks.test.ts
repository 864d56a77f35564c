import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { HttpServer } from '../../../src/http/serve.ts';
import { startHttpServer } from '../../../src/http/server.ts';
import { recogniseRequest } from '../../../src/recognise-request.ts';
import { createHealth } from '../../../src/telemetry/health.ts';
import { createLoad } from '../../../src/telemetry/load.ts';
import { createPropagatingTracerProvider } from '../../../src/telemetry/propagation.ts';
import { loadUnderstanding } from '../../../src/understanding.ts';
import { ON_LOOPBACK, serveHttp, UNASKED } from '../../support/http.ts';

const config = await loadConfig({});
const understanding = await loadUnderstanding(config);
const health = createHealth({ version: '0.0.0', clock: systemClock, silenceLimitMs: 60_000 });
health.connection('commands', true);
health.started();

beforeAll(() => {
  trace.setGlobalTracerProvider(createPropagatingTracerProvider());
});
afterAll(() => trace.disable());

const load = createLoad({ capacityUsed: () => 0, clock: systemClock });

let server: HttpServer;
let problems: string[];
beforeEach(async () => {
  problems = [];
  server = await startHttpServer(ON_LOOPBACK, {
    log: pino({ level: 'error' }, { write: (line) => void problems.push(line) }),
    operations: {
      ...UNASKED,
      health: () => ({ ...health.report(), ...load.report() }),
      isReady: () => health.isReady(),
      metrics: async () => ({ contentType: 'text/plain', body: '' }),
      recognise: (transcript, { signal }) => recogniseRequest(transcript, { understanding, config, signal }),
    },
  });
});
afterEach(async () => {
  await server.close();
  // Nothing an outsider sends is a failure of ours.
  expect(problems).toEqual([]);
});

function dial(): Socket {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port) });
  // The server may hang up while there is still something to send.
  socket.on('error', () => undefined);
  return socket;
}

/** What the server answers to these bytes, after which nothing more comes. */
async function answerTo(bytes: string | Uint8Array): Promise<string> {
  const socket = dial();
  let answer = '';
  socket.on('data', (piece) => {
    answer += String(piece);
  });
  socket.end(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

function post(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const given = { 'content-type': 'application/json', ...headers };
  return fetch(`${server.url}/intent`, { method: 'POST', headers: given, body });
}

/** No failure of ours, and nothing of the inside. */
function expectHarmless(answer: string): void {
  expect(answer).not.toMatch(/^HTTP\/1.1 5/);
  expect(answer).not.toMatch(/ {4}at |node_modules|node:|\.ts\b|FST_|HPE_|ERR_/);
}

async function expectAlive(): Promise<void> {
  const response = await post(JSON.stringify({ text: 'zapal światło', room: 'salon' }));
  expect(await response.json()).toMatchObject({ status: 'recognized', intent: 'light.turn_on' });
}

const request = (head: string[], body = ''): string => `${head.join('\r\n')}\r\n\r\n${body}`;

describe('what is no request', () => {
  test('of any bytes at all is refused or ignored, and the next client is served', async () => {
    const bytes = fc.uint8Array({ maxLength: 2000 });
    const nearlyHttp = fc
      .array(
        fc.constantFrom(
          ...['GET', 'POST', ' ', '/intent', '/health', 'HTTP/1.1', '\r\n', '\r\n\r\n', '\0', '\x7f', '%'],
          ...[
            'Host: localhost',
            'Content-Length: 9',
            'Transfer-Encoding: chunked',
            ': ',
            'ż',
            '{"text":"a"}',
          ],
        ),
      )
      .map((parts) => Buffer.from(parts.join('')));
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, nearlyHttp), async (sent) => {
        expectHarmless(await answerTo(sent));
      }),
      { numRuns: 200 },
    );
    await expectAlive();
  });

  test.each<[string, string | Uint8Array, number]>([
    ['bytes', Uint8Array.of(1, 2, 3, 255, 254, 10, 13, 10), 400],
    ['a TLS handshake', Buffer.from('16030100a5010000a10303', 'hex'), 400],
    ['the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a NUL in the address', request(['GET /in\0tent HTTP/1.1', 'Host: localhost']), 400],
    ['an escape that ends early', request(['GET /% HTTP/1.1', 'Host: localhost']), 400],
    ['an escape that is no UTF-8', request(['GET /intent/%ff%fe HTTP/1.1', 'Host: localhost']), 400],
    ['a method that does not exist', request(['BREW /intent HTTP/1.1', 'Host: localhost']), 400],
    [
      'a negative length',
      request(['POST /intent HTTP/1.1', 'Host: localhost', 'Content-Length: -1'], '{"text":"a"}'),
      400,
    ],
    [
      'two lengths that smuggle a second request',
      request(
        ['POST /intent HTTP/1.1', 'Host: localhost', 'Content-Length: 3', 'Transfer-Encoding: chunked'],
        '0\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\n\r\n',
      ),
      400,
    ],
    [
      'one huge header',
      request(['GET /health HTTP/1.1', 'Host: localhost', `X: ${'a'.repeat(30_000)}`]),
      431,
    ],
    [
      'a flood of headers',
      request(['GET /health HTTP/1.1', 'Host: localhost', ...Array<string>(5000).fill('a: b')]),
      431,
    ],
    ['an address without end', request([`GET /${'a'.repeat(30_000)} HTTP/1.1`, 'Host: localhost']), 431],
  ])('is answered as problem details: %s', async (_what, bytes, status) => {
    const answer = await answerTo(bytes);
    expectHarmless(answer);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^content-type: application\/problem\+json/im);
    expect(head).toMatch(/^x-content-type-options: nosniff/im);
    expect(head).toMatch(/^cache-control: no-store/im);
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status,
      detail: expect.any(String),
    });
  });
});

describe('a body', () => {
  test('of any bytes is malformed, never a failure of ours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        const response = await post(bytes);
        expect([400, 422]).toContain(response.status);
        expectHarmless(await response.text());
      }),
    );
  });

  test('of any JSON is answered or refused, never a failure of ours', async () => {
    const names = ['text', 'room', 'user', 'language', 'session_id', 'processing_mode', 'constructor', 'x'];
    const bodies = fc.oneof(
      fc.json(),
      fc.dictionary(fc.constantFrom(...names), fc.jsonValue()).map((body) => JSON.stringify(body)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const response = await post(body);
        expect([200, 400, 422]).toContain(response.status);
        expectHarmless(await response.text());
      }),
    );
  });

  test('with any text, room and user in it is understood or refused', async () => {
    const any = fc.string({ unit: 'binary', maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(
        any,
        any,
        any,
        fc.constantFrom('pl', 'en', 'xx'),
        async (said, room, user, language) => {
          const response = await post(JSON.stringify({ text: said, room, user, language }));
          expect([200, 422]).toContain(response.status);
          expectHarmless(await response.text());
        },
      ),
    );
  });

  test.each(['\0', 'zapal\0światło', '\u001b[2J', '\ud800', '\u202e', '﷽'.repeat(1000), 'i '.repeat(2048)])(
    'with the text %j is understood or refused',
    async (said) => {
      const response = await post(JSON.stringify({ text: said }));
      expect([200, 422]).toContain(response.status);
    },
  );

  test('that says NUL gives it back escaped, and the words around it stay words', async () => {
    const response = await post(JSON.stringify({ text: 'zapal\0światło', room: 'salon' }));
    expect(await response.text()).toMatch(/"transcript":"zapal\\u0000światło".*"intent":"light\.turn_on"/);
  });

  test.each(['room', 'user', 'session_id'])('with a control character in %s is refused', async (name) => {
    for (const value of ['sa\0lon', 'salon\u001b[2J', 'sa\nlon', '\u009b']) {
      const response = await post(JSON.stringify({ text: 'a', [name]: value }));
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ detail: `${name}: expected no control characters` });
    }
  });

  test('with a language longer than any tag is refused', async () => {
    const language = `pl${'-aaaaaaaa'.repeat(5000)}`;
    expect((await post(JSON.stringify({ text: 'a', language }))).status).toBe(422);
  });

  test.each([
    '{"text":"a","__proto__":{"polluted":1}}',
    '{"text":"a","constructor":{"prototype":{"polluted":1}}}',
    '{"__proto__":{"text":"a"}}',
    '{"text":{"__proto__":{"polluted":1}}}',
    '{"\\u005f_proto__":{"polluted":1},"text":"a"}',
  ])('cannot reach the prototype of anything: %s', async (body) => {
    expect([400, 422]).toContain((await post(body)).status);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect({}).not.toHaveProperty('polluted');
  });

  test('nested deeper than any stack is refused', async () => {
    expect((await post('['.repeat(60_000))).status).toBe(400);
    expect((await post(`${'['.repeat(30_000)}${']'.repeat(30_000)}`)).status).toBe(422);
    expect((await post(`{"text":${'{"text":'.repeat(6000)}1${'}'.repeat(6001)}`)).status).toBe(422);
  });

  test('that is too large is refused, whether it tells its length or not', async () => {
    const length = await answerTo(
      request([
        'POST /intent HTTP/1.1',
        'Host: localhost',
        'Content-Type: application/json',
        `Content-Length: ${10 ** 12}`,
      ]),
    );
    expect(length).toMatch(/^HTTP\/1.1 413 /);
    const pieces = `10000\r\n${' '.repeat(65_536)}\r\n`.repeat(3);
    const chunked = await answerTo(
      request(
        [
          'POST /intent HTTP/1.1',
          'Host: localhost',
          'Content-Type: application/json',
          'Transfer-Encoding: chunked',
        ],
        pieces,
      ),
    );
    expect(chunked).toMatch(/^HTTP\/1.1 413 /);
  });

  test.each([
    'application/jsonx',
    'application/json-patch+json',
    'text/plain; application/json',
    'text/json',
    'multipart/form-data; boundary=a',
    ',',
  ])('that calls itself %s is not taken for JSON', async (type) => {
    const response = await post('{"text": "a"}', { 'content-type': type });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('content-type:') });
  });

  test('without a content type, as a page may send it, is told what to add', async () => {
    const response = await fetch(`${server.url}/intent`, {
      method: 'POST',
      body: Buffer.from('{"text":"a"}'),
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining("'content-type: application/json'"),
    });
  });

  test('in UTF-8 that says so is taken', async () => {
    const response = await post('{"text": "a"}', { 'content-type': 'Application/JSON; charset=UTF-8' });
    expect(response.status).toBe(200);
  });
});

describe('who asks', () => {
  const asked = (host: string): Promise<string> =>
    answerTo(
      request(
        [
          'POST /intent HTTP/1.1',
          ...(host && [host]),
          'Content-Type: application/json',
          'Content-Length: 12',
        ],
        '{"text":"a"}',
      ),
    );

  test.each([
    'localhost.evil.example',
    'evil.example#localhost',
    'evil.example/localhost',
    'user@evil.example',
    'localhost@evil.example',
    'localhost, evil.example',
    '127.0.0.1.nip.io',
    '0.0.0.0',
    '2130706433',
    '[::ffff:7f00:1].evil.example',
    '[::1]evil',
    '192.168.1.5:8005',
    '',
  ])('under the name %j is not this machine', async (host) => {
    expect(await asked(`Host: ${host}`)).toMatch(/^HTTP\/1.1 403 /);
  });

  test('without any name is not served', async () => {
    expect(await answerTo('POST /intent HTTP/1.0\r\nContent-Type: application/json\r\n\r\n')).toMatch(
      /^HTTP\/1.1 403 /,
    );
    expect(await answerTo(request(['GET /health HTTP/1.1']))).toMatch(/^HTTP\/1.1 400 /);
  });

  test('from a page gets no leave to ask', async () => {
    const response = await fetch(`${server.url}/intent`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(response.ok).toBe(false);
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  /** As a browser sends it, which says more than fetch lets us. */
  function asFrom(path: string, headers: Record<string, string>): Promise<Response> {
    return new Promise((resolve, reject) => {
      get(server.url + path, { headers, agent: false }, (answer) => {
        resolve(new Response(Readable.toWeb(answer) as ReadableStream, { status: answer.statusCode ?? 0 }));
      }).on('error', reject);
    });
  }

  test.each([
    ['an origin of its own', { origin: 'https://evil.example' }],
    ['no origin that it tells', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://localhost:3000' }],
    ['what the browser says of it', { 'sec-fetch-site': 'cross-site' }],
  ])('from a page of another site, by %s, orders nothing', async (_what, headers) => {
    const response = await fetch(`${server.url}/api/v1/providers/openai/test`, { method: 'POST', headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('another site') });
  });

  test.each([
    ['without waiting for the answer', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['from another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
    ['to read it', { origin: 'https://evil.example' }],
    [
      'within a frame',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    ],
  ])('from a page of another site gets nothing either, %s', async (_what, headers) => {
    for (const path of ['/api/v1/events', '/api/v1/providers', '/docs']) {
      expect((await asFrom(path, headers)).status).toBe(403);
    }
    expect(await (await asFrom('/health', headers)).json()).toEqual({ status: 'healthy' });
  });

  test('by a link on a page of another site is shown what is to be seen', async () => {
    const headers = {
      ...{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    };
    expect((await asFrom('/docs', headers)).status).toBe(200);
    expect(await (await asFrom('/health', headers)).json()).toHaveProperty('version');
  });

  test('beyond loopback, where everybody may, is still no page of another site', async () => {
    const open = await serveHttp({}, { host: '0.0.0.0' });
    const { port } = new URL(open.url);
    const orders = [`/api/v1/providers/openai/test`, '/api/v1/dead-letters/1-0/replay'];
    for (const path of orders) {
      for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers });
        expect([path, response.status]).toEqual([path, 403]);
        expect(await response.json()).toMatchObject({ detail: expect.stringContaining('another site') });
      }
    }
    const named = connect({ host: '127.0.0.1', port: Number(port) });
    const order = ['POST /api/v1/providers/openai/test HTTP/1.1', 'Connection: close', 'Content-Length: 0'];
    named.write(request([...order, 'Host: intent.lan:8005', 'Origin: https://intent.lan:8005']));
    expect(await text(named)).toMatch(/^HTTP\/1.1 404 .*no model is asked/s);
  });

  test('from a page of its own is served', async () => {
    const response = await post('{"text":"a"}', { origin: server.url, 'sec-fetch-site': 'same-origin' });
    expect(response.status).toBe(200);
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('cannot %s an intent', async (method) => {
    const response = await fetch(`${server.url}/intent`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('a trace header', () => {
  test('is carried on with its tracestate', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const response = await post('{"text": "a"}', { traceparent, tracestate: 'vendor=1,other=2' });
    expect(await response.json()).toMatchObject({ tracestate: 'vendor=1,other=2' });
  });

  test.each([
    ['junk', '00-xx', 'a=1'],
    ['huge', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', `a=${'x'.repeat(8000)}`],
    ['no tracestate', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', ',,,=;='],
  ])('that is %s stops nobody', async (_what, traceparent, tracestate) => {
    const response = await post('{"text": "a"}', { traceparent, tracestate });
    expect(response.status).toBe(200);
  });
});

describe('slow clients', () => {
  const unfinished = request(
    ['POST /intent HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', 'Content-Length: 100'],
    '{"te',
  );

  test('do not keep the server from closing', { timeout: 10_000 }, async () => {
    const socket = dial();
    socket.write(unfinished);
    const silent = dial();
    await Promise.all([once(socket, 'connect'), once(silent, 'connect')]);
    // Answered, so the server has seen the unfinished request as well.
    await expectAlive();
    const gone = once(socket, 'close');
    await server.close();
    await gone;
  });

  test('are sent away, whether their head or their body comes too slowly', { timeout: 20_000 }, async () => {
    const ends = [unfinished, 'POST /intent HTTP/1.1\r\nHost: localh', ''].map((beginning) => {
      const socket = dial();
      if (beginning) socket.write(beginning);
      return text(socket);
    });
    await expectAlive();
    for (const answer of await Promise.all(ends)) {
      expect(answer).toMatch(/^HTTP\/1.1 408 /);
      expect(answer).toMatch(/the request came too slowly/);
    }
    await expectAlive();
  });

  test('by the hundred leave others unharmed', async () => {
    const crowd = Array.from({ length: 300 }, () => {
      const socket = dial();
      socket.write('GET /health HTTP/1.1\r\n');
      return socket;
    });
    await Promise.all(crowd.map((socket) => once(socket, 'connect')));
    await expectAlive();
    for (const socket of crowd) socket.destroy();
    await expectAlive();
  });

  test('that are more than may connect at once are refused, and told of once', async () => {
    const lines: string[] = [];
    const full = await serveHttp(
      { isReady: () => true },
      { maxConnections: 3, logged: (line) => lines.push(line) },
    );
    const { hostname, port } = new URL(full.url);
    const knock = (): Socket => connect({ host: hostname, port: Number(port) }).on('error', () => undefined);
    const inside = Array.from({ length: 3 }, knock);
    await Promise.all(inside.map((socket) => once(socket, 'connect')));
    const outside = Array.from({ length: 5 }, knock);
    await Promise.all(outside.map((socket) => once(socket, 'close')));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'connections_refused', limit: 3 },
    ]);
    inside[0]?.destroy();
    await expect.poll(async () => (await fetch(`${full.url}/ready`)).status).toBe(200);
    for (const socket of inside) socket.destroy();
  });

  test('that hang up in the middle of a request do no harm', async () => {
    for (const length of [1, 30, unfinished.length]) {
      const socket = dial();
      socket.write(unfinished.slice(0, length));
      await once(socket, 'connect');
      socket.resetAndDestroy();
    }
    await expectAlive();
  });
});
