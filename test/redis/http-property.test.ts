import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { departures, fitting, type JsonSchema, nearlyFitting } from '../support/json-schema.ts';
import { SECRET_KEY, startModelService } from '../support/model-service.ts';

/** A busy machine takes its time to start a service. */
vi.setConfig({ testTimeout: 120_000 });

const TOKENS = {
  HTTP_TOKEN: 'token-of-all-scopes',
  HTTP_READ_TOKEN: 'token-for-looking',
  HTTP_RECOGNIZE_TOKEN: 'token-for-transcripts',
};
const CALLBACK_SECRET = 'secret-to-sign-calls-with';
const REQUESTS = 500;
const TOLD_HEADERS = ['Retry-After', 'Location', 'Idempotency-Replayed'];

interface Operation {
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
        readonly headers?: Readonly<Record<string, object>>;
      }
    >
  >;
}
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

interface Sent {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const usually = <Value>(value: fc.Arbitrary<Value>, seldom: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ arbitrary: value, weight: 4 }, { arbitrary: seldom, weight: 1 });

/** Any request to an operation: as it is described, or nearly so. */
function requestTo(path: string, method: string, operation: Operation): fc.Arbitrary<Sent> {
  const textFor = (schema: JsonSchema) =>
    usually(fitting(schema).map(String), fc.string({ unit: 'grapheme', maxLength: 200 }));
  const of = (place: string) => operation.parameters.filter((parameter) => parameter.in === place);
  const valuesIn = (place: string, optional: boolean): fc.Arbitrary<Record<string, string>> =>
    fc.record(
      Object.fromEntries(of(place).map(({ name, schema }) => [name, textFor(schema)])),
      optional ? { requiredKeys: [] } : {},
    ) as fc.Arbitrary<Record<string, string>>;
  const token = usually(
    fc.constantFrom(...Object.values(TOKENS)).map((known) => `Bearer ${known}`),
    fc.constantFrom('', 'Bearer', 'Bearer wrong', 'Basic YTpi'),
  );
  const [[type, content] = ['application/json', undefined]] = Object.entries(
    operation.requestBody?.content ?? {},
  );
  const body = content
    ? usually(
        usually(fitting(content.schema), nearlyFitting(content.schema)).map((value) => JSON.stringify(value)),
        fc.string({ unit: 'binary', maxLength: 500 }),
      )
    : usually(fc.constant(undefined), fc.constantFrom('', '{}', '[', 'x'));
  const types = fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'a/b; charset=x', 'x');
  return fc
    .record({
      inPath: valuesIn('path', false),
      inQuery: valuesIn('query', true),
      extra: usually(fc.constant(''), fc.constantFrom('a=b', '__proto__=1', 'limit=1&limit=2', '%zz', '%00')),
      inHeaders: valuesIn('header', true),
      token,
      type: usually(fc.constant(type), types),
      body,
    })
    .map((given) => {
      const query = [new URLSearchParams(given.inQuery).toString(), given.extra].filter(Boolean).join('&');
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(given.inPath[name] ?? ''));
      const headers = Object.entries(given.inHeaders).map(([name, value]) => [
        name,
        // What no header can carry never leaves the client.
        value.replaceAll(/[^\x20-\x7e]/g, '?').trim(),
      ]);
      const hasBody = given.body !== undefined && method !== 'get';
      return {
        ...{ path: query ? `${filled}?${query}` : filled, method: method.toUpperCase() },
        headers: {
          ...Object.fromEntries(headers),
          ...(given.token && { authorization: given.token }),
          ...(hasBody && { 'content-type': given.type }),
        },
        body: hasBody ? given.body : undefined,
      };
    });
}

/** Each JSON value that is answered is what is described, and has nothing besides. */
function expectAsDescribed(
  answer: { readonly status: number; readonly type: string | null; readonly text: string },
  { path, operation }: { readonly path: string; readonly operation: Operation },
): void {
  const { status, text } = answer;
  const type = answer.type?.split(';')[0] ?? '';
  if (status >= 300 || !/json/.test(type)) return;
  const schema = operation.responses[status]?.content[type]?.schema;
  const values = type === 'application/json' ? [text] : text.split('\n').filter(Boolean);
  for (const value of values) {
    expect([path, value, departures(JSON.parse(value), schema ?? { enum: [] })]).toEqual([path, value, []]);
  }
}

/** What nobody may be told: secrets, and what the inside looks like. */
function expectNothingOfTheInside(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/\n\s+at |node_modules|node:internal|\.ts:\d|FST_|ECONNREFUSED/);
  expect(text).not.toContain(process.cwd());
}

async function describedBy(url: string): Promise<Document['paths']> {
  const headers = { authorization: `Bearer ${TOKENS.HTTP_TOKEN}` };
  return ((await (await fetch(`${url}/api/v1/openapi.json`, { headers })).json()) as Document).paths;
}

test('whatever is sent to whichever route: an answer that is described, no failure of ours, nothing of the inside', async ({
  annotate,
}) => {
  const service = await startModelService({
    ...{ ...TOKENS, QUEUE_CALLBACK_SECRET: CALLBACK_SECRET },
    LLM_INTENT_QUEUE__CALLBACK__PRIVATE_NETWORKS: '127.0.0.1',
  });
  // Each kind of trouble has its turn.
  service.provider.plan(
    ({ index }) =>
      [undefined, { kind: 'status', status: 500 } as const, { kind: 'reset' } as const][index % 3],
  );
  const paths = await describedBy(service.url);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  // Everything, but what an answer about transcripts repeats of them.
  const secrets = [...Object.values(TOKENS), SECRET_KEY, CALLBACK_SECRET, service.provider.url];
  const seen = new Map<number, number>();

  const any = fc.oneof(
    ...operations.map(({ path, method, operation }) => ({
      arbitrary: requestTo(path, method, operation).map((sent) => ({ sent, operation })),
      // Where there is most to get wrong.
      weight: operation.requestBody ? 5 : 1,
    })),
  );
  await fc.assert(
    fc.asyncProperty(any, async ({ sent, operation }) => {
      const { path, method, headers, body } = sent;
      const leave = new AbortController();
      const response = await fetch(service.url + path, {
        ...{ method, headers, redirect: 'manual' },
        ...(body !== undefined && { body }),
        signal: AbortSignal.any([leave.signal, AbortSignal.timeout(15_000)]),
      });
      const { status } = response;
      seen.set(status, (seen.get(status) ?? 0) + 1);
      // A value can lead to another path, or to none.
      const isDescribed = String(status) in operation.responses || [404, 405, 431].includes(status);
      expect([method, path, status, isDescribed]).toEqual([method, path, status, true]);
      expect(status).not.toBe(500);
      if (response.headers.get('content-type') === 'text/event-stream') {
        leave.abort();
        return;
      }
      const text = await response.text();
      expectNothingOfTheInside(text, secrets);
      // A value can lead to another path.
      if (String(status) in operation.responses) {
        const told = TOLD_HEADERS.filter((name) => response.headers.has(name));
        expect([path, status, Object.keys(operation.responses[status]?.headers ?? {})]).toEqual([
          ...[path, status, expect.arrayContaining(told)],
        ]);
        expectAsDescribed({ status, type: response.headers.get('content-type'), text }, { path, operation });
      }
      if (status < 400 || path.startsWith('/health')) return;
      expect(JSON.parse(text)).toMatchObject({
        status,
        title: expect.any(String),
        detail: expect.any(String),
      });
    }),
    { numRuns: REQUESTS },
  );

  await annotate([...seen].map(([status, count]) => `${count} × ${status}`).join(', '));
  expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 401, 403, 415, 422]));
  expect(service.log.filter(({ event }) => event === 'request_failed')).toEqual([]);
  expectNothingOfTheInside(JSON.stringify(service.log), [
    ...Object.values(TOKENS),
    SECRET_KEY,
    CALLBACK_SECRET,
  ]);
});

test('every answer in JSON is as it is described', async () => {
  const service = await startModelService(TOKENS);
  const paths = await describedBy(service.url);
  const [deadLetter] = await service.say({ frame_id: 'frame-1', room: 'salon' });
  const heard = new Set<string>();

  async function ask(
    route: string,
    { at, sent, expected = 200 }: { at?: string; sent?: unknown; expected?: number } = {},
  ): Promise<unknown> {
    const [method = '', path = ''] = route.split(' ');
    const operation = paths[path]?.[method.toLowerCase()];
    if (!operation) throw new Error(`${route} is not described`);
    const response = await fetch(service.url + (at ?? path), {
      method,
      headers: {
        authorization: `Bearer ${TOKENS.HTTP_TOKEN}`,
        ...(sent !== undefined && { 'content-type': 'application/json' }),
      },
      ...(sent !== undefined && { body: JSON.stringify(sent) }),
    });
    const text = await response.text();
    expect([route, response.status, text]).toEqual([route, expected, text]);
    expectAsDescribed(
      { status: expected, type: response.headers.get('content-type'), text },
      { path: route, operation },
    );
    heard.add(route);
    return text && JSON.parse(text.split('\n')[0] ?? '');
  }

  const letters = () => ask('GET /api/v1/dead-letters') as Promise<{ dead_letters: { id: string }[] }>;
  await expect.poll(async () => (await letters()).dead_letters).toMatchObject([{ source_id: deadLetter }]);
  const [letter] = (await letters()).dead_letters;
  const said = { text: 'zrób coś z tym światłem', room: 'salon', user: 'anna', session_id: 's' };
  await ask('POST /intent', { sent: said });
  await ask('POST /intent', { sent: { ...said, text: 'zapal światło i zamknij drzwi' } });
  await ask('POST /intent/batch', { sent: [said, { text: 'która godzina' }, { txt: 'a' }] });
  await ask('POST /api/v1/providers/{name}/test', { at: '/api/v1/providers/openai/test' });
  for (const by of ['day', 'month', 'model', 'provider', 'origin', 'variant']) {
    await ask('GET /api/v1/costs', { at: `/api/v1/costs?by=${by}` });
  }
  for (const path of ['stats', 'limits', 'providers', 'mode', 'cache/stats', 'openapi.json']) {
    await ask(`GET /api/v1/${path}`);
  }
  for (const path of ['health', 'healthz', 'ready']) await ask(`GET /${path}`);
  await ask('PUT /api/v1/mode', { sent: { mode: 'auto' } });
  await ask('DELETE /api/v1/cache');
  await ask('POST /api/v1/dead-letters/{id}/replay', { at: `/api/v1/dead-letters/${letter?.id}/replay` });

  service.provider.plan(() => ({ kind: 'status', status: 500 }));
  const waits = (await ask('POST /intent', {
    sent: { text: 'coś zupełnie innego', processing_mode: 'queue_if_unavailable' },
    expected: 202,
  })) as { status_url: string };
  service.provider.plan(() => undefined);
  await expect
    .poll(() => ask('GET /api/v1/status/{queue_id}', { at: waits.status_url }), { timeout: 60_000 })
    .toMatchObject({ status: 'completed', result: { source: expect.any(String) } });

  const others = Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .filter((route) => !heard.has(route));
  // What is no JSON.
  const unheard = ['GET /api/v1/events', 'GET /docs', 'GET /metrics'];
  expect(others.toSorted()).toEqual(unheard);
});
