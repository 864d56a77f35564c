import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { RouteDescription } from './description.ts';
import { MEDIA_TYPE } from './problem.ts';

/** A route with its description. */
export interface DescribedRoute {
  /** `/api/v1/dead-letters/:id/replay` */
  readonly url: string;
  readonly method: string;
  readonly description: RouteDescription;
}

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('what is wrong and what to do'),
});

/** An OpenAPI 3.1 document of these routes. */
export function openApiDocument(
  routes: readonly DescribedRoute[],
  { hasToken }: { hasToken: boolean },
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
      version: '1.0.0',
      description: 'Turns what people say at home into intents Home Assistant can act on.',
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      ...(hasToken && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
  };
}

function operation(
  { summary, isOpen, parameters, query, headers, body, answer, accepted, problems = [] }: RouteDescription,
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
          body.types.map((type) => [type, { schema: schemaOf(body.schema, 'input') }]),
        ),
      },
    }),
    responses: {
      200: {
        description: answer.description,
        content: {
          [answer.type ?? 'application/json']: {
            schema: answer.schema ? schemaOf(answer.schema, 'output') : {},
          },
        },
      },
      ...(accepted && {
        202: {
          description: accepted.description,
          content: { 'application/json': { schema: schemaOf(accepted.schema, 'output') } },
        },
      }),
      ...Object.fromEntries(
        statuses.map((status) => [
          status,
          {
            description: STATUS_CODES[status] ?? 'a problem',
            content: { [MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
    },
  };
}

function named(schema: z.ZodObject | undefined, place: 'path' | 'query' | 'header'): object[] {
  if (!schema) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    ...{ name, in: place, required: place === 'path' || !(field as z.ZodType).safeParse(undefined).success },
    schema: schemaOf(field as z.ZodType, 'input'),
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...own } = z.toJSONSchema(schema, { io });
  return own;
}
