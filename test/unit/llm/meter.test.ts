import { expect, test } from 'vitest';
import type { Tariff, TokenUsage } from '../../../src/intent/spending.ts';
import { createMeter } from '../../../src/llm/meter.ts';

const TARIFF: Tariff = {
  atMost: ({ prompt, completion }) => prompt + 10 * completion,
  cost: ({ promptTokens, completionTokens, reportedCost }) =>
    reportedCost ?? promptTokens + 10 * completionTokens,
};
const asked = { size: { atLeast: 100, atMost: 400, likely: 200 }, maxTokens: 300, atMost: 3400, at: 0 };
const usage = (promptTokens: number, completionTokens: number, given: Partial<TokenUsage> = {}) => ({
  ...{ promptTokens, completionTokens, cachedTokens: 0 },
  ...given,
});

function aMeter() {
  const told: string[] = [];
  const { billOf } = createMeter({ tariff: TARIFF, doubt: (problem) => told.push(problem) });
  return { billOf, told };
}

test('tokens that can be true are billed', () => {
  const { billOf, told } = aMeter();
  for (const tokens of [usage(100, 1), usage(200, 30), usage(400, 300)]) {
    expect(billOf(tokens, asked)).toEqual({ kind: 'metered', usage: tokens, cost: TARIFF.cost(tokens) });
  }
  expect(told).toEqual([]);
});

test.each([
  ['no numbers', undefined],
  ['hardly a prompt', usage(1, 20)],
  ['more than the prompt has', usage(401, 20)],
  ['a longer reply than was asked for, at no more than was set aside', usage(100, 301)],
  ['a reply of millions', usage(200, 9_999_999)],
  ['a prompt of millions', usage(9_999_999, 20)],
])('%s counts at the worst case, and is told once', (_, tokens) => {
  const { billOf, told } = aMeter();
  expect(billOf(tokens, asked)).toEqual({ kind: 'unknown' });
  billOf(tokens, asked);
  expect(told).toEqual([expect.stringContaining('worst case')]);
  billOf(usage(200, 30), asked);
  billOf(tokens, asked);
  expect(told).toHaveLength(2);
});

test('what was thought past the limit is billed as told: it will be asked for', () => {
  const { billOf, told } = aMeter();
  expect(billOf(usage(200, 603), asked)).toMatchObject({ kind: 'metered', cost: 6230 });
  expect(told).toEqual([expect.stringContaining('603 tokens in a reply that was to have 300')]);
});

test('a reported cost above what its price allows is booked, and told', () => {
  const { billOf, told } = aMeter();
  expect(billOf(usage(200, 30, { reportedCost: 3401 }), asked)).toMatchObject({ cost: 3401 });
  expect(told).toEqual([expect.stringContaining('prices.yaml')]);
});

test('what costs nothing is believed, and a cost that is reported all the same is booked', () => {
  const { billOf, told } = aMeter();
  const free = { ...asked, atMost: 0 };
  expect(billOf(usage(1, 5000, { reportedCost: 7 }), free)).toMatchObject({ kind: 'metered', cost: 7 });
  expect(billOf(undefined, free)).toEqual({ kind: 'unknown' });
  expect(told).toEqual([]);
});

test('what a call takes is billed at the price of when it was set aside', () => {
  const tariff: Tariff = { ...TARIFF, cost: (_, at) => (at === 12 ? 1000 : 2000) };
  const { billOf } = createMeter({ tariff, doubt: () => undefined });
  expect(billOf(usage(200, 30), { ...asked, at: 12 })).toMatchObject({ cost: 1000 });
});
