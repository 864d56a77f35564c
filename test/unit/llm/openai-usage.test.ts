import { expect, test } from 'vitest';
import { readUsage } from '../../../src/llm/openai-usage.ts';

const tokens = { prompt_tokens: 100, completion_tokens: 10 };
const costOf = (told: object) => readUsage({ ...tokens, ...told }, { reportsCost: true })?.reportedCost;

test('a reported cost is rounded up to the nano-dollar', () => {
  expect(costOf({ cost: 0.000_000_000_1 })).toBe(1);
  expect(costOf({ cost: 0 })).toBe(0);
});

test('with a key of one’s own at the host, what the host takes is added', () => {
  const details = { cost_details: { upstream_inference_cost: 0.002 } };
  expect(costOf({ cost: 0.001, is_byok: true, ...details })).toBe(3_000_000);
  expect(costOf({ cost: 0.001, is_byok: false, ...details })).toBe(1_000_000);
  expect(costOf({ cost: 0.001, is_byok: true })).toBeUndefined();
});

test.each([{}, { cost: '0.1' }, { cost: -1 }, { cost: Number.NaN }, { cost: 11 }])(
  'without a cost that can be true (%j), tokens count',
  (told) => {
    expect(costOf(told)).toBeUndefined();
  },
);

test('what is in the total and not in the prompt was written, told or not', () => {
  const read = (usage: object) => readUsage(usage, { reportsCost: false })?.completionTokens;
  expect(read({ prompt_tokens: 20, completion_tokens: 198, total_tokens: 623 })).toBe(603);
  expect(read({ prompt_tokens: 20, completion_tokens: 0, total_tokens: 320 })).toBe(300);
  expect(read({ ...tokens, total_tokens: 110 })).toBe(10);
  expect(read({ ...tokens, total_tokens: 50 })).toBe(10);
  expect(read({ ...tokens, total_tokens: -1 })).toBeUndefined();
});

test('who is not OpenRouter has no say in what a call costs', () => {
  expect(readUsage({ ...tokens, cost: 0 }, { reportsCost: false })).not.toHaveProperty('reportedCost');
});

test('DeepSeek tells what it knew already by a name of its own', () => {
  expect(readUsage({ ...tokens, prompt_cache_hit_tokens: 64 }, { reportsCost: false })).toEqual({
    promptTokens: 100,
    cachedTokens: 64,
    completionTokens: 10,
  });
});
