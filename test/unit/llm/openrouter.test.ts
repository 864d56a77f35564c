import { describe, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { chooseProviders } from '../../../src/llm/choose-providers.ts';
import { FAKE_PRICES, type Fate } from '../../support/fake-provider.ts';
import { startModelStep } from '../../support/model-step.ts';

const start = (openrouter: Readonly<Record<string, string>> = {}) =>
  startModelStep({
    settings: { retries: 0 },
    choices: (url) =>
      chooseProviders(
        configSchema.parse({
          llm: {
            providers: ['openrouter:openrouter/auto'],
            openrouter: { api_keys: ['k'], base_url: url, ...openrouter },
          },
        }).llm,
      ).chosen,
  });

test('it is told who asks', async () => {
  const { ask, server } = await start();
  await ask();
  expect(server.requests).toMatchObject([
    { headers: { 'http-referer': 'http://localhost', 'x-title': 'llm-intent' } },
  ]);
  const other = await start({ app_url: 'https://home.example', app_title: 'Home' });
  await other.ask();
  expect(other.server.requests).toMatchObject([
    { headers: { 'http-referer': 'https://home.example', 'x-title': 'Home' } },
  ]);
});

test('it may use no host that asks more than was set aside, and is to tell what it took', async () => {
  const { ask, server } = await start();
  await ask();
  expect(server.requests[0]?.body).toMatchObject({
    // Dollars a million are thousands of nano-dollars a token.
    provider: { max_price: { prompt: FAKE_PRICES.prompt / 1000, completion: FAKE_PRICES.completion / 1000 } },
    usage: { include: true },
  });
});

test('what it says that a call cost is what is booked', async () => {
  const { ask, server, purse } = await start();
  server.plan(() => ({ kind: 'answer', cost: 0.000_123_456_7 }));
  expect(await ask()).toMatchObject({ use: { cost: 123_457 } });
  expect(purse.spent()).toBe(server.billed());
});

test('without a host at the price, an operator hears where to raise it', async () => {
  const { ask, server, model } = await start();
  server.plan(() => ({ kind: 'status', status: 404 }));
  expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
  expect(model.providers()).toMatchObject([{ problem: expect.stringContaining('prices.yaml') }]);
});

describe('nobody else', () => {
  test('is believed about a cost: a server between may know less than the list', async () => {
    const { ask, server, purse } = await startModelStep();
    server.plan((): Fate => ({ kind: 'answer', cost: 0 }));
    await ask();
    const [item] = server.bill;
    const { prompt = 0, completion = 0 } = item?.tokens ?? {};
    expect(purse.spent()).toBe(prompt * FAKE_PRICES.prompt + completion * FAKE_PRICES.completion);
  });
});
