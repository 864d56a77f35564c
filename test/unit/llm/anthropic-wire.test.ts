import { describe, expect, test } from 'vitest';
import { readAnthropicUsage } from '../../../src/llm/anthropic-usage.ts';
import type { ProviderChoice } from '../../../src/llm/choose-providers.ts';
import { REPLY_SCHEMA } from '../../../src/llm/reply-schema.ts';
import { startModelStep } from '../../support/model-step.ts';

const haiku = (baseUrl: string): readonly ProviderChoice[] => [
  {
    kind: 'anthropic wire',
    provider: 'anthropic',
    ...{
      model: 'claude-haiku-4-5',
      accounts: [{ name: '', baseUrl, apiKey: 'sk-secret', weight: 1 }],
      isRemote: true,
    },
  },
];
const start = () => startModelStep({ choices: haiku });

test('the fixed part stands before the messages, and a schema holds the reply', async () => {
  const { ask, server } = await start();
  await ask();
  expect(server.requests).toMatchObject([
    {
      path: '/v1/messages',
      body: {
        model: 'claude-haiku-4-5',
        max_tokens: 300,
        thinking: { type: 'disabled' },
        output_config: { format: { type: 'json_schema', schema: REPLY_SCHEMA } },
        messages: [{ role: 'user' }],
      },
    },
  ]);
  expect(server.requests[0]?.body).not.toHaveProperty('temperature');
});

test.each(['', '/', '/v1', '/v1/'])('an address may end with "%s"', async (end) => {
  const { ask, server } = await startModelStep({
    choices: (url) => haiku(url.replace(/\/v1$/, end)),
  });
  expect(await ask()).toMatchObject({ kind: 'answer' });
  expect(server.requests).toMatchObject([{ path: '/v1/messages' }]);
});

test('what a model does not know is left out, and the shape is said in words', async () => {
  const { ask, server, purse } = await start();
  server.plan(({ body }) => {
    const field = ['output_config', 'thinking'].find((name) => body[name] !== undefined);
    if (field === undefined) return undefined;
    return { kind: 'status', status: 400, error: { message: `${field}: Extra inputs are not permitted` } };
  });
  expect(await ask()).toMatchObject({ kind: 'answer' });
  expect(server.requests.at(-1)?.body.system).toContain('JSON like this');
  expect(purse.expenses).toHaveLength(1);
});

test('what was refused to somebody else while money was being set aside is left out', async () => {
  const held = Promise.withResolvers<'reserved'>();
  let times = 0;
  const reserve = async () => {
    times += 1;
    return times === 1 ? await held.promise : 'reserved';
  };
  const { ask, server } = await startModelStep({
    choices: haiku,
    spending: { reserve, settle: () => undefined },
  });
  server.plan(({ body }) =>
    body['thinking'] === undefined
      ? undefined
      : { kind: 'status', status: 400, error: { message: 'thinking: Extra inputs are not permitted' } },
  );
  const first = ask();
  expect(await ask('zapal kinkiet')).toMatchObject({ kind: 'answer' });
  expect(server.requests).toHaveLength(2);
  held.resolve('reserved');
  expect(await first).toMatchObject({ kind: 'answer' });
  expect(server.requests).toHaveLength(3);
});

test('a refusal that nothing helps against is sent once', async () => {
  const { ask, server } = await start();
  server.plan(() => ({
    kind: 'status',
    status: 400,
    error: { message: 'max_tokens: must be less than 10' },
  }));
  expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
  expect(server.requests).toHaveLength(1);
});

test('what is written to the cache costs more, by how long it stays there', async () => {
  const { ask, server, purse } = await start();
  const written = { fiveMinutes: 40, oneHour: 30 };
  server.plan(() => ({ kind: 'answer', cache: { cached: 50, written } }));
  await ask();
  expect([...purse.bills.values()]).toMatchObject([
    { kind: 'metered', usage: { promptTokens: server.bill[0]?.tokens.prompt, cacheWrites: written } },
  ]);
  expect(purse.spent()).toBe(server.billed());
});

test('an account at the end of its money is no limit that passes', async () => {
  const { ask, server, model } = await start();
  server.plan(() => ({
    kind: 'status',
    status: 429,
    error: { details: { error_code: 'contract_spend_limit_reached' } },
  }));
  expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
  expect(server.requests).toHaveLength(1);
  expect(model.providers()).toMatchObject([
    { state: 'misconfigured', problem: 'anthropic: the account has no credit left (429)' },
  ]);
});

describe('usage', () => {
  test.each([
    [
      { input_tokens: 10, output_tokens: 2 },
      { promptTokens: 10, cachedTokens: 0, completionTokens: 2 },
    ],
    [
      { input_tokens: 0, cache_read_input_tokens: 10, cache_creation_input_tokens: null, output_tokens: 2 },
      { promptTokens: 10, cachedTokens: 10, completionTokens: 2 },
    ],
    [
      { input_tokens: 1, cache_creation_input_tokens: 10, output_tokens: 2 },
      {
        promptTokens: 11,
        cachedTokens: 0,
        completionTokens: 2,
        cacheWrites: { fiveMinutes: 10, oneHour: 0 },
      },
    ],
  ])('%j is read', (told, usage) => {
    expect(readAnthropicUsage(told)).toEqual(usage);
  });

  test.each([
    undefined,
    { input_tokens: 10 },
    { input_tokens: 0, output_tokens: 2 },
    { input_tokens: 10, output_tokens: 0 },
    { input_tokens: -1, output_tokens: 2 },
    { input_tokens: 10, output_tokens: 2, cache_read_input_tokens: 'many' },
    { input_tokens: 10, output_tokens: 2, cache_creation_input_tokens: 5, cache_creation: {} },
  ])('%j cannot be true', (told) => {
    expect(readAnthropicUsage(told)).toBeUndefined();
  });
});
