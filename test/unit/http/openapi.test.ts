import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { serveHttp } from '../../support/http.ts';

interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly summary: string;
  readonly security?: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly content: Readonly<Record<string, { readonly schema: object }>>;
        readonly headers?: Readonly<Record<string, object>>;
      }
    >
  >;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
}

/** What other programs are written against. */
const ROUTES = [
  ...['GET /health', 'GET /healthz', 'GET /ready', 'GET /metrics', 'POST /intent', 'POST /intent/batch'],
  ...['GET /api/v1/cache/stats', 'DELETE /api/v1/cache', 'GET /api/v1/costs', 'GET /api/v1/dead-letters'],
  ...[
    'POST /api/v1/dead-letters/{id}/replay',
    'GET /api/v1/events',
    'GET /api/v1/limits',
    'GET /api/v1/mode',
  ],
  ...['PUT /api/v1/mode', 'GET /api/v1/providers', 'POST /api/v1/providers/{name}/test', 'GET /api/v1/stats'],
  ...['GET /api/v1/status/{queue_id}', 'GET /api/v1/openapi.json', 'GET /docs'],
];

async function documentOf(url: string, headers: Record<string, string> = {}): Promise<Document> {
  return (await (await fetch(`${url}/api/v1/openapi.json`, { headers })).json()) as Document;
}

const listed = ({ paths }: Document): string[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );

describe('the OpenAPI document', () => {
  test('is one, with a token and without', async () => {
    for (const token of [undefined, 'a-long-secret']) {
      const { url } = await serveHttp({}, { token });
      const document = await documentOf(url, token ? { authorization: `Bearer ${token}` } : {});
      const checked = await new Validator().validate({ ...document });
      expect(checked.errors).toBeUndefined();
      expect(checked.valid).toBe(true);
      expect(document.openapi).toBe('3.1.0');
      expect(document.info.version).toBe('1.2.3');
    }
  });

  test('has every route that others rely on, and no other', async () => {
    const { url } = await serveHttp({});
    expect(listed(await documentOf(url)).toSorted()).toEqual(ROUTES.toSorted());
  });

  test('has what the server answers to, and nothing else', async () => {
    const { url } = await serveHttp({}, { token: 'a-long-secret' });
    const { paths } = await documentOf(url, { authorization: 'Bearer a-long-secret' });
    for (const [path, operations] of Object.entries(paths)) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']) {
        const response = await fetch(url + path.replaceAll(/\{\w+\}/g, 'a'), { method });
        const isThere = method.toLowerCase() in operations;
        expect([path, method, response.status === 405]).toEqual([path, method, !isThere]);
        await response.body?.cancel();
      }
    }
  });

  test('says for which routes a token is needed', async () => {
    const token = 'a-long-secret';
    const { url } = await serveHttp({ isReady: () => true }, { token });
    const { paths } = await documentOf(url, { authorization: `Bearer ${token}` });
    const open = Object.entries(paths).filter(([, methods]) =>
      Object.values(methods).some(({ security }) => security === undefined),
    );
    expect(open.map(([path]) => path).toSorted()).toEqual(['/health', '/healthz', '/metrics', '/ready']);
  });

  test('tells the fields of every answer in JSON, and leaves room for those of a later version', async () => {
    const { url } = await serveHttp({});
    const { paths } = await documentOf(url);
    for (const [path, methods] of Object.entries(paths)) {
      for (const { responses } of Object.values(methods)) {
        for (const { content } of Object.values(responses)) {
          const { schema } = content['application/json'] ?? content['application/problem+json'] ?? {};
          if (!schema || '$ref' in schema) continue;
          expect([path, schema]).toEqual([path, expect.objectContaining({ properties: expect.anything() })]);
          expect(JSON.stringify(schema)).not.toContain('"additionalProperties":false');
        }
      }
    }
  });

  test('tells the headers that say when and where to look again', async () => {
    const { url } = await serveHttp({});
    const { paths } = await documentOf(url);
    const headers = (method: string, path: string, status: number): string[] =>
      Object.keys(paths[path]?.[method]?.responses[status]?.headers ?? {});
    expect(headers('post', '/intent', 200)).toEqual(['Retry-After', 'Idempotency-Replayed']);
    expect(headers('post', '/intent', 202)).toEqual(['Location', 'Retry-After', 'Idempotency-Replayed']);
    expect(headers('post', '/intent/batch', 429)).toEqual(['Retry-After']);
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { responses }] of Object.entries(methods)) {
        if (503 in responses) expect([path, headers(method, path, 503)]).toEqual([path, ['Retry-After']]);
      }
    }
  });

  test('describes a body by what is checked', async () => {
    const { url } = await serveHttp({});
    const { paths } = await documentOf(url);
    expect(paths['/intent']?.['post']?.requestBody?.content['application/json']?.schema).toMatchObject({
      required: ['text'],
      additionalProperties: false,
      properties: {
        room: { type: 'string', maxLength: 256 },
        cache_mode: { enum: ['on', 'dedupe-only', 'off'] },
      },
    });
    const batch = paths['/intent/batch']?.['post']?.requestBody?.content;
    expect(batch?.['application/x-ndjson']?.schema).toMatchObject({ type: 'object', required: ['text'] });
    expect(batch?.['application/json']?.schema).toMatchObject({
      ...{ type: 'array', maxItems: 10_000, items: { type: 'object', required: ['text'] } },
    });
    expect(paths['/api/v1/stats']?.['get']?.parameters).toMatchObject([
      { name: 'days', in: 'query', required: false, schema: { minimum: 1, maximum: 90, default: 7 } },
    ]);
    expect(paths['/api/v1/dead-letters/{id}/replay']?.['post']?.parameters).toMatchObject([
      { name: 'id', in: 'path', required: true },
    ]);
  });
});

describe('the page', () => {
  test('lists every route, and asks nobody else for anything', async () => {
    const { url } = await serveHttp({});
    const response = await fetch(`${url}/docs`);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    const page = await response.text();
    for (const route of ROUTES) expect(page).toContain(`<code>${route}</code>`);
    expect(page).not.toMatch(/<script|src=|https?:|@import|url\(/);
  });

  test('is for who has the token', async () => {
    const { url } = await serveHttp({}, { token: 'a-long-secret' });
    for (const path of ['/docs', '/api/v1/openapi.json']) expect((await fetch(url + path)).status).toBe(401);
  });
});
