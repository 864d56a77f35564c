import { expect, test } from 'vitest';
import { serveHttp } from '../support/http.ts';
import { type Fields, type ModelService, SECRET_KEY, startModelService } from '../support/model-service.ts';

const probe = async ({ url }: ModelService, name: string): Promise<Fields> =>
  (await (await fetch(`${url}/api/v1/providers/${name}/test`, { method: 'POST' })).json()) as Fields;

test('tells who is asked, in which state, and at what price', async () => {
  const service = await startModelService({ LLM_PROVIDERS: 'openai:gpt-5-mini,mock:a' });
  const response = await fetch(`${service.url}/api/v1/providers`);
  const told = await response.text();
  expect(told).not.toContain(SECRET_KEY);
  expect(JSON.parse(told)).toEqual({
    providers: [
      {
        ...{ provider: 'openai', model: 'gpt-5-mini', state: 'closed', breaker: 'closed', remote: true },
        usd_per_million_tokens: { prompt: 0.25, cached: 0.025, completion: 2 },
      },
      expect.objectContaining({ provider: 'mock', remote: false }),
    ],
  });
});

test('makes one small call, and books what it cost', async () => {
  const service = await startModelService();
  const told = await probe(service, 'openai');
  expect(told).toMatchObject({ ok: true, outcome: 'answered', model: 'gpt-5-mini', state: 'closed' });
  expect(told['cost_usd']).toBeGreaterThan(0);
  expect(told['cost_usd']).toBeLessThan(0.001);
  expect(service.provider.requests).toHaveLength(1);
  const costs = await (await fetch(`${service.url}/api/v1/costs?by=origin`)).json();
  expect(costs).toMatchObject({ rows: [{ cost_usd: told['cost_usd'], metered: 1 }] });
  expect((await service.metrics()).get('llm_cost_dollars_total{provider="openai",model="gpt-5-mini"}')).toBe(
    told['cost_usd'],
  );
});

test('whoever asks while one is under way hears of the same call', async () => {
  const service = await startModelService();
  service.provider.plan(() => ({ kind: 'answer', delayMs: 500 }));
  const told = await Promise.all([probe(service, 'openai'), probe(service, 'openai:gpt-5-mini')]);
  expect(told[0]).toEqual(told[1]);
  expect(service.provider.requests).toHaveLength(1);
});

test('tells why there was no answer, in our own words', async () => {
  const service = await startModelService();
  service.provider.plan(() => ({
    ...{ kind: 'status', status: 500, error: { message: 'a stack of theirs at /srv/app' } },
  }));
  const told = await probe(service, 'openai');
  expect(told).toMatchObject({ ok: false, outcome: 'provider_error', cost_usd: expect.any(Number) });
  expect(JSON.stringify(told)).not.toMatch(/srv|stack|sk-/);
});

test('makes no call that the budget does not cover', async () => {
  const service = await startModelService({ DAILY_LLM_BUDGET_USD: '0' });
  expect(await probe(service, 'openai')).toMatchObject({
    ok: false,
    outcome: 'budget_exceeded',
    cost_usd: 0,
  });
  expect(service.provider.requests).toHaveLength(0);
});

test('knows who there is to test', async () => {
  const service = await startModelService();
  const response = await fetch(`${service.url}/api/v1/providers/nobody/test`, { method: 'POST' });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    detail: 'there is no such provider; there are openai:gpt-5-mini',
  });
});

test('says so where no model is asked', async () => {
  const { url } = await serveHttp({});
  expect(await (await fetch(`${url}/api/v1/providers`)).json()).toEqual({ providers: [] });
  expect((await fetch(`${url}/api/v1/providers/openai/test`, { method: 'POST' })).status).toBe(404);
});

test('spends nothing, and tells nothing, without the token', async () => {
  const { url } = await serveHttp({}, { token: 'a-long-secret' });
  expect((await fetch(`${url}/api/v1/providers`)).status).toBe(401);
  expect((await fetch(`${url}/api/v1/providers/openai/test`, { method: 'POST' })).status).toBe(401);
});
