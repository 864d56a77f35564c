import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { serveHttp } from '../../support/http.ts';

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly summary: string;
  readonly security?: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
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
