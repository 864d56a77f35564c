import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadPrices, type Prices } from '../../../src/budget/prices.ts';
import { systemClock } from '../../../src/clock.ts';
import { PRESETS } from '../../../src/llm/presets.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SHIPPED = join(import.meta.dirname, '../../../config/prices.yaml');
const NANO = 1_000_000_000;

function clockAt(text: string) {
  return { now: () => Date.parse(text), monotonic: () => 0 };
}

const clock = clockAt('2026-11-21T12:00:00Z');

async function pricesOf(yaml: string): Promise<Prices> {
  const file = join(await temporaryFolder(), 'prices.yaml');
  await writeFile(file, yaml);
  return loadPrices(file, clock);
}

const usage = (promptTokens: number, completionTokens: number, cachedTokens = 0) => ({
  promptTokens,
  completionTokens,
  cachedTokens,
});

describe('the price of a call', () => {
  test('is that of the list: cached tokens at their own rate', async () => {
    const prices = await loadPrices(SHIPPED, clock);
    const tariff = prices.tariff('openai', 'gpt-5-mini');
    expect(tariff.cost(usage(1000, 100, 200))).toBe(800 * 250 + 200 * 25 + 100 * 2000);
    expect(tariff.atMost({ prompt: 1000, completion: 100 })).toBe(1000 * 250 + 100 * 2000);
  });

  test('of the operator’s may change at dates, in whatever order they stand', async () => {
    const prices = await pricesOf(`prices:
  openai:
    own:
      prompt: 4
      completion: 8
      changes:
        - { since: 2026-12-01T08:00:00Z, prompt: 1, completion: 2 }
        - { since: 2026-11-22, prompt: 3, completion: 6 }
`);
    const tariff = prices.tariff('openai', 'own');
    const costs = [
      '2026-11-21T23:59:59Z',
      '2026-11-22T00:00:00Z',
      '2026-12-01T07:59:59Z',
      '2026-12-01T08:00:00Z',
    ].map((time) => tariff.cost(usage(1, 1), Date.parse(time)));
    expect(costs).toEqual([12_000, 9000, 9000, 3000]);
    await expect(
      pricesOf(
        'prices: { openai: { own: { prompt: 4, completion: 8, changes: [{ since: soon, prompt: 3, completion: 6 }] } } }',
      ),
    ).rejects.toThrow(/expected a day \(of UTC\) such as 2026-12-01/);
  });

  test('is found under the names that the list has for providers of ours', async () => {
    const prices = await loadPrices(SHIPPED, clock);
    const models = [
      ['gemini', 'gemini-2.5-flash'],
      ['deepseek', 'deepseek-chat'],
      ['groq', 'llama-3.3-70b-versatile'],
      ['openrouter', 'openai/gpt-5-mini'],
      ['anthropic', 'claude-haiku-4-5'],
    ] as const;
    for (const [provider, model] of models) {
      expect(prices.tariff(provider, model).cost(usage(1000, 100))).toBeGreaterThan(0);
    }
  });

  test('of nothing is no secret: what is reported all the same counts', async () => {
    const prices = await pricesOf('prices:\n  local:\n    qwen: { prompt: 0, completion: 0 }\n');
    const tariff = prices.tariff('local', 'qwen');
    expect(tariff.isFree).toBeUndefined();
    expect([tariff.atMost({ prompt: 9e6, completion: 9e6 }), tariff.cost(usage(9e6, 9e6))]).toEqual([0, 0]);
    expect(tariff.cost({ ...usage(10, 1), reportedCost: 5 })).toBe(5);
  });

  test.each([...PRESETS].filter(([, { isRemote }]) => isRemote))(
    'of the model that %s is asked for is the present one',
    async (provider, { model = '' }) => {
      const prices = await loadPrices(SHIPPED, systemClock);
      expect(prices.tariff(provider, model).atMost({ prompt: 1000, completion: 100 })).toBeGreaterThan(0);
      const listed = calcPrice({ input_tokens: 1 }, model, {
        providerId: provider === 'gemini' ? 'google' : provider,
      })?.model.prices;
      // A default whose price is about to change is one to look at again.
      const coming = [listed ?? []].flat().filter(({ constraint }) => {
        const isDated = typeof constraint === 'object' && 'start_date' in constraint;
        return isDated && Date.parse(String(constraint.start_date)) > Date.now();
      });
      expect(coming).toEqual([]);
    },
  );

  test('is exact to the nano-dollar, and rounded up', async () => {
    const prices = await pricesOf(
      'prices:\n  openai:\n    tiny: { prompt: "0.000000001", completion: 0 }\n    small: { prompt: 0.1, cached: 0.003625, completion: 0.3 }\n',
    );
    expect(prices.tariff('openai', 'tiny').cost(usage(1, 0))).toBe(1);
    expect(prices.tariff('openai', 'tiny').cost(usage(1_000_001, 0))).toBe(2);
    // 0.1 + 0.2 is no 0.3 for floating point.
    expect(prices.tariff('openai', 'small').cost(usage(3_000_000, 1_000_000))).toBe(0.6 * NANO);
    expect(prices.tariff('openai', 'small').cost(usage(8, 0, 8))).toBe(29);
  });

  test('is what the provider reports, where it does', async () => {
    const prices = await pricesOf(
      'prices:\n  openrouter:\n    openrouter/auto: { prompt: 15, completion: 75 }\n',
    );
    const tariff = prices.tariff('openrouter', 'openrouter/auto');
    expect(tariff.atMost({ prompt: 1000, completion: 100 })).toBe(1000 * 15_000 + 100 * 75_000);
    expect(tariff.cost({ ...usage(1000, 100), reportedCost: 123 })).toBe(123);
    expect(tariff.cost(usage(1000, 100))).toBe(tariff.atMost({ prompt: 1000, completion: 100 }));
  });

  test('is that of the whole prompt once it is long', async () => {
    const tariff = (await loadPrices(SHIPPED, clock)).tariff('gemini', 'gemini-2.5-pro');
    expect(tariff.cost(usage(200_000, 10))).toBe(200_000 * 1250 + 10 * 10_000);
    expect(tariff.cost(usage(200_001, 10))).toBe(200_001 * 2500 + 10 * 15_000);
    expect(tariff.atMost({ prompt: 200_001, completion: 10 })).toBe(200_001 * 2500 + 10 * 15_000);
  });

  test('is bound by the surcharge for writing to the cache', async () => {
    const tariff = (await loadPrices(SHIPPED, clock)).tariff('anthropic', 'claude-haiku-4-5');
    expect(tariff.atMost({ prompt: 1000, completion: 100 })).toBe(1000 * 2000 + 100 * 5000);
  });

  test('is more for what is written to the cache, by how long it stays', async () => {
    const written = { ...usage(1000, 100, 200), cacheWrites: { fiveMinutes: 300, oneHour: 400 } };
    const listed = (await loadPrices(SHIPPED, clock)).tariff('anthropic', 'claude-haiku-4-5');
    expect(listed.cost(written)).toBe(100 * 1000 + 200 * 100 + 300 * 1250 + 400 * 2000 + 100 * 5000);
    const own = (
      await pricesOf(
        'prices:\n  anthropic:\n    claude: { prompt: 2, completion: 4, cache_write: 2.5, cache_write_hour: 4 }\n',
      )
    ).tariff('anthropic', 'claude');
    expect(own.cost(written)).toBe(100 * 2000 + 200 * 2000 + 300 * 2500 + 400 * 4000 + 100 * 4000);
    expect(own.atMost({ prompt: 1000, completion: 100 })).toBe(1000 * 4000 + 100 * 4000);
  });

  test('is that of the hour, and its bound that of the dearest hour', async () => {
    const cheap = (await loadPrices(SHIPPED, clockAt('2026-11-21T20:00:00Z'))).tariff(
      'deepseek',
      'deepseek-chat',
    );
    const dear = (await loadPrices(SHIPPED, clockAt('2026-11-21T12:00:00Z'))).tariff(
      'deepseek',
      'deepseek-chat',
    );
    expect(cheap.cost(usage(1000, 0))).toBe(135_000);
    expect(dear.cost(usage(1000, 0))).toBe(270_000);
    expect(cheap.atMost({ prompt: 1000, completion: 0 })).toBe(270_000);
  });

  test('is that of the date, and its bound looks an hour ahead and back', async () => {
    const bounds = await Promise.all(
      ['2026-12-31T22:59:00Z', '2026-12-31T23:30:00Z', '2027-01-01T02:00:00Z'].map(async (time) =>
        (await loadPrices(SHIPPED, clockAt(time)))
          .tariff('gemini', 'gemini-3.6-flash')
          .atMost({ prompt: 1000, completion: 0 }),
      ),
    );
    expect(bounds).toEqual([750_000, 1_500_000, 1_500_000]);
    const o3 = (await loadPrices(SHIPPED, clock)).tariff('openai', 'o3');
    // It was five times as dear before June 2025.
    expect(o3.atMost({ prompt: 1000, completion: 0 })).toBe(2_000_000);
  });

  test('is never more than its bound, and agrees with the list to the last float', async () => {
    const models = [
      ['openai', 'openai', 'gpt-5.4'],
      ['gemini', 'google', 'gemini-2.5-pro'],
      ['deepseek', 'deepseek', 'deepseek-v4-pro'],
      ['openrouter', 'openrouter', 'google/gemini-2.5-flash-lite'],
      ['anthropic', 'anthropic', 'claude-sonnet-4-6'],
    ] as const;
    const property = fc.asyncProperty(
      fc.constantFrom(...models),
      fc.integer({ min: Date.parse('2026-08-01T00:00:00Z'), max: Date.parse('2027-03-01T00:00:00Z') }),
      fc.nat(400_000),
      fc.nat(400_000),
      fc.nat(5000),
      async ([provider, listedAs, model], time, prompt, cached, completion) => {
        const prices = await loadPrices(SHIPPED, { now: () => time, monotonic: () => 0 });
        const tariff = prices.tariff(provider, model);
        const cachedTokens = Math.min(cached, prompt);
        const cost = tariff.cost(usage(prompt, completion, cachedTokens));
        expect(cost).toBeLessThanOrEqual(tariff.atMost({ prompt, completion }));
        const listed = calcPrice(
          { input_tokens: prompt, cache_read_tokens: cachedTokens, output_tokens: completion },
          model,
          { providerId: listedAs, timestamp: new Date(time) },
        );
        expect(Math.abs(cost - (listed?.total_price ?? Number.NaN) * NANO)).toBeLessThan(1.01);
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});

describe('a model without a price', () => {
  test.each([
    ['openai', 'gpt-99', /nobody knows what openai:gpt-99 costs.* beneath prices, openai, "gpt-99"/],
    ['openrouter', 'openrouter/auto', /openrouter:openrouter\/auto.*give the most that it may cost/],
    // The list knows embeddings, which write nothing.
    ['openai', 'text-embedding-3-small', /openai:text-embedding-3-small/],
    ['nobody', 'model', /nobody:model/],
    ['local', 'qwen3:4b', /local:qwen3:4b.*not on this machine or network.*LOCAL_BASE_URL/],
  ])('%s:%s is an error that names it and the file', async (provider, model, message) => {
    const prices = await loadPrices(SHIPPED, clock);
    expect(() => prices.tariff(provider, model)).toThrow(message);
    expect(() => prices.tariff(provider, model)).toThrow(/prices\.yaml:\d+:\d+: /);
  });
});

describe('mistakes in prices.yaml', () => {
  test.each([
    ['prices:\n  openai:\n    m: { prompt: -1, completion: 1 }\n', /:3:18: expected dollars a million/],
    ['prices:\n  openai:\n    m: { prompt: 0.0000000001, completion: 1 }\n', /:3:18: .*nine decimals/],
    ['prices:\n  openai:\n    m: { prompt: cheap, completion: 1 }\n', /:3:18: /],
    ['prices:\n  openai:\n    m: { prompt: 1 }\n', /:3:5: /],
    [
      'prices:\n  openai:\n    m: { prompt: 1, completion: 1, output: 2 }\n',
      /:3:36: there is no field "output"/,
    ],
    ['prices:\n  openia:\n    m: { prompt: 1, completion: 1 }\n', /:2:3: there is no field "openia"/],
    ['price: {}\n', /:1:1: there is no field "price"/],
  ])('are told with their place: %j', async (yaml, message) => {
    await expect(pricesOf(yaml)).rejects.toThrow(message);
  });

  test('an empty file is none, nor is one with comments only', async () => {
    for (const yaml of ['', '# nothing\n', 'prices:\n', 'prices:\n  openai:\n']) {
      expect((await pricesOf(yaml)).tariff('openai', 'gpt-5-mini').cost(usage(1000, 0))).toBe(250_000);
    }
  });

  test('a missing file is told', async () => {
    await expect(loadPrices('/nowhere/prices.yaml', clock)).rejects.toThrow(
      '/nowhere/prices.yaml: there is no such file',
    );
  });
});
