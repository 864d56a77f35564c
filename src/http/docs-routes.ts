import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Access } from './access.ts';
import { DOCS_POLICY, docsPage } from './docs-page.ts';
import { openApiDocument } from './openapi.ts';
import type { RouteList } from './route-list.ts';

/** `GET /api/v1/openapi.json` and `GET /docs`. */
export function addDocsRoutes(
  server: FastifyInstance,
  {
    routes,
    access,
    hasToken,
    version,
  }: { routes: RouteList; access: Access; hasToken: boolean; version: string },
): void {
  server.get('/api/v1/openapi.json', {
    config: {
      api: {
        summary: 'The description of all routes',
        answer: { description: 'an OpenAPI 3.1 document', schema: z.looseObject({ openapi: z.string() }) },
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async () => openApiDocument(routes.described(), { hasToken, version }),
  });

  server.get('/docs', {
    config: {
      api: { summary: 'The same for a person', answer: { description: 'a page', type: 'text/html' } },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (_, reply) =>
      reply
        .header('content-security-policy', DOCS_POLICY)
        .type('text/html; charset=utf-8')
        .send(docsPage(routes.described())),
  });
}
