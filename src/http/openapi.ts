import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { problemAnswer } from './answer-schema.ts';
import type { AnswerHeader, RouteDescription } from './description.ts';
import { MEDIA_TYPE } from './problem.ts';

/** A route with its description. */
export interface DescribedRoute {
  /** `/api/v1/dead-letters/:id/replay` */
  readonly url: string;
  readonly method: string;
  readonly description: RouteDescription;
}

const HEADERS: Readonly<Record<AnswerHeader, object>> = {
  'Retry-After': {
    description: 'Seconds after which to ask or look again',
    schema: { type: 'integer', minimum: 0 },
  },
  Location: {
    description: 'Where to look what becomes of it, on this server',
    schema: { type: 'string', format: 'uri-reference' },
  },
  'Idempotency-Replayed': {
    description: 'Where it is there: this was answered before to the same Idempotency-Key',
    schema: { const: 'true' },
  },
};
/** Problems that may end by themselves. */
const PASSING: ReadonlySet<number> = new Set([409, 429, 503]);

/** An OpenAPI 3.1 document of these routes. @param version of the release */
export function openApiDocument(
  routes: readonly DescribedRoute[],
  { hasToken, version }: { hasToken: boolean; version: string },
): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { url, method, description } of routes) {
    const path = url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(description, { method, hasToken }) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'llm-intent',
      version,
      description: 'Turns what people say at home into intents Home Assistant can act on.',
    },
    paths,
    components: {
      headers: HEADERS,
      schemas: { Problem: schemaOf(problemAnswer, 'output') },
      ...(hasToken && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
  };
}

function operation(
  { summary, isOpen, parameters, query, headers, body, answer, others, problems = [] }: RouteDescription,
  { method, hasToken }: { readonly method: string; readonly hasToken: boolean },
): object {
  const guarded = isOpen ? [] : hasToken ? [401, 403] : [403];
  // A body is looked at also where none is asked for.
  const refused = [
    ...(method === 'GET' ? [] : [413, 415]),
    ...(body || query || parameters ? [422] : []),
    ...[400, 500],
  ];
  const statuses = [...new Set([...guarded, ...refused, ...problems])].toSorted((one, other) => one - other);
  return {
    summary,
    ...(hasToken && !isOpen && { security: [{ token: [] }] }),
    parameters: [...named(parameters, 'path'), ...named(query, 'query'), ...named(headers, 'header')],
    ...(body && {
      requestBody: {
        required: true,
        content: Object.fromEntries(
          Object.entries(body).map(([type, schema]) => [type, { schema: schemaOf(schema, 'input') }]),
        ),
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries({ 200: answer, ...others }).map(
          ([status, { description, type = 'application/json', schema, headers }]) => [
            status,
            {
              description,
              ...headersOf(headers),
              content: { [type]: { schema: schema ? schemaOf(schema, 'output') : {} } },
            },
          ],
        ),
      ),
      ...Object.fromEntries(
        statuses.map((status) => [
          status,
          {
            description: STATUS_CODES[status] ?? 'a problem',
            ...(PASSING.has(status) && headersOf(['Retry-After'])),
            content: { [MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
    },
  };
}

function headersOf(names: readonly AnswerHeader[] = []): object {
  const references = names.map((name) => [name, { $ref: `#/components/headers/${name}` }]);
  return references.length > 0 ? { headers: Object.fromEntries(references) } : {};
}

function named(schema: z.ZodObject | undefined, place: 'path' | 'query' | 'header'): object[] {
  if (!schema) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    ...{ name, in: place, required: place === 'path' || !(field as z.ZodType).safeParse(undefined).success },
    schema: schemaOf(field as z.ZodType, 'input'),
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...own } = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema }) {
      // Whoever reads an answer has to put up with fields of a later version.
      if (io === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  return own;
}
