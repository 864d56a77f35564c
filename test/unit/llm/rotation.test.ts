import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { chooseProviders } from '../../../src/llm/choose-providers.ts';
import {
  type FakeProvider,
  type FakeRequest,
  type Fate,
  startFakeProvider,
} from '../../support/fake-provider.ts';
import { type ModelStep, startModelStep } from '../../support/model-step.ts';

vi.setConfig({ testTimeout: 30_000 });

/** Asks a provider with these keys and addresses. */
function start(
  openai: { readonly api_keys?: readonly string[]; readonly weights?: readonly number[] },
  { addresses, ...options }: Parameters<typeof startModelStep>[0] & { addresses?: readonly string[] } = {},
): Promise<ModelStep> {
  return startModelStep({
    choices: (url) => {
      const { chosen, mistakes } = chooseProviders(
        configSchema.parse({
          llm: {
            providers: ['openai:gpt-4.1-mini'],
            openai: { api_keys: ['sk-1'], base_url: addresses ?? url, ...openai },
          },
        }).llm,
      );
      expect(mistakes).toEqual([]);
      return chosen;
    },
    ...options,
  });
}

const keyOf = ({ headers }: FakeRequest): string => headers['authorization']?.replace('Bearer ', '') ?? '';

function countsOf(requests: readonly FakeRequest[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const request of requests) counts[keyOf(request)] = (counts[keyOf(request)] ?? 0) + 1;
  return counts;
}

async function another(): Promise<FakeProvider> {
  const server = await startFakeProvider();
  onTestFinished(() => server.close());
  return server;
}

let aheadMs = 0;
const movableClock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + aheadMs };
const three = { api_keys: ['sk-1', 'sk-2', 'sk-3'] };

describe('several keys', () => {
  test('take turns', async () => {
    const { ask, server } = await start(three);
    for (let call = 0; call < 9; call += 1) await ask();
    expect(server.requests.map(keyOf)).toEqual(Array(3).fill(three.api_keys).flat());
  });

  test('are asked by their weights, and never far from them', async () => {
    const { ask, server } = await start({ ...three, weights: [5, 3, 2] });
    for (let call = 0; call < 20; call += 1) await ask();
    expect(countsOf(server.requests.slice(0, 10))).toEqual({ 'sk-1': 5, 'sk-2': 3, 'sk-3': 2 });
    expect(countsOf(server.requests)).toEqual({ 'sk-1': 10, 'sk-2': 6, 'sk-3': 4 });
  });

  test.each([401, 402, 403])(
    'go on without one that is refused (%i), and each try is reserved',
    async (status) => {
      const { ask, server, purse, calls } = await start(three);
      server.plan((request) => (keyOf(request) === 'sk-1' ? { kind: 'status', status } : undefined));
      for (let call = 0; call < 7; call += 1) expect(await ask()).toMatchObject({ kind: 'answer' });
      expect(countsOf(server.requests)).toMatchObject({ 'sk-1': 1, 'sk-2': 4, 'sk-3': 3 });
      expect(calls[0]).toMatchObject({ tries: 2, outcome: 'answered' });
      expect(purse.expenses).toHaveLength(8);
      expect(purse.spent()).toBe(server.billed());
    },
  );

  test('name the one that is refused by its position, and are well without it', async () => {
    const { ask, server, told, model } = await start(three, { clock: movableClock });
    server.plan((request) => (keyOf(request) === 'sk-2' ? { kind: 'status', status: 401 } : undefined));
    for (let call = 0; call < 5; call += 1) await ask();
    const problem = 'openai, key 2 of 3: refused the key (401); check OPENAI_API_KEY';
    expect(told).toEqual([`problem ${problem}`]);
    expect(model.providers()).toMatchObject([{ state: 'closed', problem }]);

    aheadMs += 60_000;
    server.plan(() => undefined);
    for (let call = 0; call < 3; call += 1) await ask();
    expect(countsOf(server.requests.slice(-3))).toEqual({ 'sk-1': 1, 'sk-2': 1, 'sk-3': 1 });
    expect(told.at(-1)).toBe('solved openai');
    expect(JSON.stringify([told, model.providers()])).not.toMatch(/sk-\d/);
  });

  test('are of no use when all are refused: nobody is asked for a minute', async () => {
    const { ask, server, model } = await start(three, { clock: movableClock });
    server.plan(() => ({ kind: 'status', status: 401 }));
    expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
    expect(await ask()).toEqual({ kind: 'pass', reason: 'provider_error', isTrouble: true });
    expect(countsOf(server.requests)).toEqual({ 'sk-1': 1, 'sk-2': 1, 'sk-3': 1 });
    expect(model.providers()).toMatchObject([{ state: 'misconfigured' }]);
    aheadMs += 60_000;
    server.plan((request) => (keyOf(request) === 'sk-3' ? undefined : { kind: 'status', status: 401 }));
    expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(model.providers()).toMatchObject([{ state: 'closed' }]);
  });

  test('leave one alone for as long as it asks for, and go on at once with the next', async () => {
    const { ask, server } = await start({ api_keys: ['sk-1', 'sk-2'] }, { clock: movableClock });
    const limited: Fate = { kind: 'status', status: 429, headers: { 'retry-after': '20' } };
    server.plan((request) => (keyOf(request) === 'sk-1' ? limited : undefined));
    for (let call = 0; call < 4; call += 1) expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(countsOf(server.requests)).toEqual({ 'sk-1': 1, 'sk-2': 4 });
    aheadMs += 20_000;
    server.plan(() => undefined);
    await ask();
    await ask();
    expect(countsOf(server.requests)).toEqual({ 'sk-1': 2, 'sk-2': 5 });
  });

  test('are asked after the others where one says too many requests, and not for how long', async () => {
    const { ask, server } = await start({ api_keys: ['sk-1', 'sk-2'] }, { clock: movableClock });
    server.plan((request) => (keyOf(request) === 'sk-1' ? { kind: 'status', status: 429 } : undefined));
    for (let call = 0; call < 4; call += 1) await ask();
    expect(countsOf(server.requests)).toEqual({ 'sk-1': 1, 'sk-2': 4 });
    aheadMs += 5000;
    server.plan(() => undefined);
    await ask();
    await ask();
    expect(countsOf(server.requests)).toEqual({ 'sk-1': 2, 'sk-2': 5 });
  });

  test('that all have to be left alone leave the utterance to the next provider', async () => {
    const { ask, server, purse } = await start({ api_keys: ['sk-1', 'sk-2'] });
    server.plan(() => ({ kind: 'status', status: 429, headers: { 'retry-after': '30' } }));
    expect(await ask()).toMatchObject({ kind: 'pass', reason: 'rate_limited' });
    expect(await ask()).toEqual({ kind: 'pass', reason: 'rate_limited', isTrouble: true });
    expect(server.requests).toHaveLength(2);
    expect(purse.spent()).toBe(0);
  });

  test('that are all refused leave their time to the others from the start', async () => {
    const first = await another();
    const { ask, server, calls } = await startModelStep({
      settings: { retries: 0 },
      choices: (url) =>
        [first.url, url].map((baseUrl, index) => ({
          kind: 'openai wire',
          ...{ provider: ['openai', 'groq'][index] as string, model: 'm', isRemote: true },
          accounts: [{ name: '', baseUrl, apiKey: 'k', weight: 1 }],
        })),
    });
    server.plan(() => ({ kind: 'status', status: 401 }));
    first.plan(() => ({ kind: 'status', status: 500 }));
    await ask({}, { withinMs: 1000 });
    // More than half of the time: the one behind it would not be asked anyway.
    first.plan(() => ({ kind: 'answer', delayMs: 700 }));
    expect(await ask({}, { withinMs: 1000 })).toMatchObject({ kind: 'answer' });
    expect(calls.at(-1)).toMatchObject({ provider: 'openai', outcome: 'answered' });
  });

  test('are not asked in turn about words that one of them refused', async () => {
    const { ask, server } = await start(three);
    server.plan(() => ({ kind: 'status', status: 400 }));
    expect(await ask()).toMatchObject({ kind: 'pass', reason: 'provider_error' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('several addresses', () => {
  test('take turns with the one key', async () => {
    const second = await another();
    const first = await another();
    const { ask } = await start({}, { addresses: [first.url, second.url] });
    for (let call = 0; call < 4; call += 1) await ask();
    expect([first, second].map(({ requests }) => requests.map(keyOf))).toEqual([
      ['sk-1', 'sk-1'],
      ['sk-1', 'sk-1'],
    ]);
  });

  test('are each asked with the key that stands at the same place', async () => {
    const [first, second] = [await another(), await another()];
    const { ask } = await start({ api_keys: ['sk-1', 'sk-2'] }, { addresses: [first.url, second.url] });
    for (let call = 0; call < 4; call += 1) await ask();
    expect(countsOf(first.requests)).toEqual({ 'sk-1': 2 });
    expect(countsOf(second.requests)).toEqual({ 'sk-2': 2 });
  });

  test('go on at once where one of them is gone', async () => {
    const [gone, there] = [await startFakeProvider(), await another()];
    await gone.close();
    const { ask, calls, purse, model } = await start({}, { addresses: [gone.url, there.url] });
    for (let call = 0; call < 3; call += 1) expect(await ask()).toMatchObject({ kind: 'answer' });
    expect(calls.map(({ tries }) => tries)).toEqual([2, 1, 1]);
    expect(purse.spent()).toBe(there.billed());
    expect(model.providers()).toMatchObject([
      { state: 'closed', problem: expect.stringContaining('openai, address 1 of 2: not reachable') },
    ]);
  });
});

test.each([
  [{ api_keys: ['a', 'b'], base_url: ['http://x', 'http://y', 'http://z'] }, '2 keys and 3 addresses'],
  [{ api_keys: ['a', 'b'], weights: [1, 2, 3] }, '3 weights do not fit to 2 keys'],
  [{ api_keys: ['a'], base_url: 'http://x, http://y', weights: [1] }, '1 weights do not fit to 2 addresses'],
])('what does not fit together is a mistake that says so (%j)', (openai, message) => {
  expect(chooseProviders(configSchema.parse({ llm: { openai } }).llm).mistakes).toEqual([
    { provider: 'openai', message: expect.stringContaining(message) },
  ]);
});
