import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { fitting, type JsonSchema, nearlyFitting } from '../support/json-schema.ts';
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

interface Operation {
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
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

/** What nobody may be told: secrets, and what the inside looks like. */
function expectNothingOfTheInside(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/\n\s+at |node_modules|node:internal|\.ts:\d|FST_|ECONNREFUSED/);
  expect(text).not.toContain(process.cwd());
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
  const described = await fetch(`${service.url}/api/v1/openapi.json`, {
    headers: { authorization: `Bearer ${TOKENS.HTTP_TOKEN}` },
  });
  const { paths } = (await described.json()) as Document;
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
