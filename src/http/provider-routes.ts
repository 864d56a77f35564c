import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { formatDollars, type NanoDollars } from '../intent/money.ts';
import type { LanguageModel } from '../llm/language-model.ts';
import type { Access } from './access.ts';
import { checked } from './checked.ts';
import type { Operations } from './operations.ts';
import { Problem } from './problem.ts';

const nameParameters = z.strictObject({ name: z.string().min(1).max(200) });

/** `GET /api/v1/providers` and `POST /api/v1/providers/{name}/test`. */
export function addProviderRoutes(
  server: FastifyInstance,
  { operations, access }: { operations: Operations; access: Access },
): void {
  server.get('/api/v1/providers', {
    config: {
      api: { summary: 'Who is asked, in which state, and at what price', answer: { description: 'models' } },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    // None where no model is asked.
    handler: async () => ({ providers: operations.models()?.described().map(encodeModel) ?? [] }),
  });

  server.post('/api/v1/providers/:name/test', {
    config: {
      api: {
        summary: 'Make one tiny real call',
        parameters: nameParameters,
        answer: { description: 'what came of it, and what it cost' },
        problems: [404],
      },
    },
    onRequest: async (request, reply) => access.require(request, reply),
    handler: async (request) => {
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
        cost_usd: dollars(spent.cost),
      };
    },
  });
}

function encodeModel({
  status,
  breaker,
  isRemote,
  prices,
}: ReturnType<LanguageModel['described']>[number]): object {
  return {
    ...status,
    ...{ breaker, remote: isRemote },
    usd_per_million_tokens: {
      prompt: dollars(prices.prompt),
      cached: dollars(prices.cached),
      completion: dollars(prices.completion),
    },
  };
}

function dollars(amount: NanoDollars): number {
  return Number(formatDollars(amount));
}
