import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { formatDollars, type NanoDollars } from '../intent/money.ts';
import type { LanguageModel } from '../llm/language-model.ts';
import type { Access } from './access.ts';
import { dollars, fallbackReason } from './answer-schema.ts';
import { checked } from './checked.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';

const nameParameters = z.strictObject({ name: z.string().min(1).max(200) });

const providerState = z.object({
  provider: z.string(),
  model: z.string(),
  state: z.enum(['closed', 'half_open', 'open', 'misconfigured', 'unreachable']),
  problem: z.string().optional().describe('what to do about it'),
});
const providerAnswer = providerState.extend({
  breaker: z.enum(['closed', 'half_open', 'open']),
  remote: z.boolean().describe('false: it runs on this machine or network'),
  usd_per_million_tokens: z.object({ prompt: dollars, cached: dollars, completion: dollars }),
});
const providersAnswer = z.object({
  providers: z.array(providerAnswer).describe('in the order in which they are asked'),
});
const testAnswer = providerState.extend({
  ok: z.boolean(),
  outcome: z.enum(['answered', ...fallbackReason.options]),
  duration_ms: z.int(),
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  cost_usd: dollars,
});

/** `GET /api/v1/providers` and `POST /api/v1/providers/{name}/test`. */
export function addProviderRoutes(
  server: FastifyInstance,
  { operations, access }: { operations: Operations; access: Access },
): void {
  server.get('/api/v1/providers', {
    config: {
      api: {
        summary: 'Who is asked, in which state, and at what price',
        answer: { description: 'models', schema: providersAnswer },
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    // None where no model is asked.
    handler: async (): Promise<z.output<typeof providersAnswer>> => ({
      providers: operations.models()?.described().map(encodeModel) ?? [],
    }),
  });

  server.post('/api/v1/providers/:name/test', {
    config: {
      api: {
        summary: 'Make one tiny real call',
        parameters: nameParameters,
        answer: { description: 'what came of it, and what it cost', schema: testAnswer },
        problems: [404],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request): Promise<z.output<typeof testAnswer>> => {
      const { name } = checked(nameParameters, request.params);
      const models = operations.models();
      if (!models) throw new Problem(404, 'no model is asked: there is nobody to test');
      const probed = await models.probe(name);
      if (!probed) {
        const names = models.described().map(({ status }) => `${status.provider}:${status.model}`);
        throw new Problem(404, `there is no such provider; there are ${names.join(', ')}`);
      }
      const { status, outcome, duration, spent } = probed;
      return {
        ...status,
        ok: outcome === 'answered',
        outcome,
        duration_ms: Math.round(duration),
        prompt_tokens: spent.promptTokens,
        completion_tokens: spent.completionTokens,
        cost_usd: inDollars(spent.cost),
      };
    },
  });
}

function encodeModel({
  status,
  breaker,
  isRemote,
  prices,
}: ReturnType<LanguageModel['described']>[number]): z.output<typeof providerAnswer> {
  return {
    ...status,
    ...{ breaker, remote: isRemote },
    usd_per_million_tokens: {
      prompt: inDollars(prices.prompt),
      cached: inDollars(prices.cached),
      completion: inDollars(prices.completion),
    },
  };
}

function inDollars(amount: NanoDollars): number {
  return Number(formatDollars(amount));
}
