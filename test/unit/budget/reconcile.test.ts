import { describe, expect, test } from 'vitest';
import { type DayBooks, NO_SUMS } from '../../../src/budget/day-books.ts';
import { reconcile } from '../../../src/budget/reconcile.ts';
import type { ExportedUsage } from '../../../src/budget/usage-export.ts';
import type { Sums } from '../../../src/intent/cost-report.ts';
import type { Tariff } from '../../../src/intent/spending.ts';

const DAY = '2026-11-21';
const OURS = {
  ...NO_SUMS,
  metered: 7,
  promptTokens: 1000,
  cachedTokens: 250,
  completionTokens: 40,
  cost: 900,
};
const THEIRS = { requests: 7, promptTokens: 1000, cachedTokens: 250, completionTokens: 40 };
/** A token of the prompt is two nano-dollars, one from the cache one, one of the completion ten. */
const TARIFF: Pick<Tariff, 'cost'> = {
  cost: ({ promptTokens, cachedTokens, completionTokens }) =>
    2 * promptTokens - cachedTokens + 10 * completionTokens,
};
const DATED = 'gpt-5-mini-2025-08-07';

function books(models: Readonly<Record<string, Sums>>): DayBooks[] {
  const answers = { cache: 0, llm: 0, rules: 0, none: 0, asked: 0, spared: 0, saved: 0 };
  return [
    {
      day: DAY,
      calls: { model: new Map(Object.entries(models)) },
      spent: 0,
      answers,
    },
  ];
}

const held = (models: Readonly<Record<string, Sums>>, ...usage: Omit<ExportedUsage, 'day'>[]) =>
  reconcile(
    books(models),
    { provider: 'openai', days: [DAY], usage: usage.map((item) => ({ day: DAY, ...item })) },
    (model) => (model === 'unpriced' ? undefined : TARIFF),
  ).map(({ model, verdict }) => `${model} ${verdict}`);

describe('books that are held against a provider’s', () => {
  test('are equal where every number is, whatever version of the model was billed', () => {
    expect(held({ 'openai:gpt-5-mini': OURS }, { model: DATED, ...THEIRS })).toEqual(['gpt-5-mini equal']);
  });

  test('have nothing to do with other providers', () => {
    expect(held({ 'groq:gpt-5-mini': OURS })).toEqual([]);
  });

  test.each(['requests', 'promptTokens', 'cachedTokens', 'completionTokens'] as const)(
    'differ where the %s do',
    (name) => {
      for (const by of [1, -1]) {
        const told = { model: DATED, ...THEIRS, [name]: THEIRS[name] + by };
        expect(held({ 'openai:gpt-5-mini': OURS }, told)).toEqual(['gpt-5-mini different']);
      }
    },
  );

  test('differ where only one of the two knows a model', () => {
    expect(held({ 'openai:gpt-5-mini': OURS }, { model: 'gpt-5', ...THEIRS })).toEqual([
      'gpt-5 different',
      'gpt-5-mini different',
    ]);
  });

  test('are explained by calls whose end nobody heard, and by no more than these can have cost', () => {
    const unsure = { ...OURS, unknown: 2, cost: 1400, unsure: 500 };
    const told = (given: object) =>
      held({ 'openai:gpt-5-mini': unsure }, { model: DATED, ...THEIRS, ...given });
    expect(told({ requests: 9, promptTokens: 1300 })).toEqual(['gpt-5-mini explained']);
    // 500 nano-dollars were set aside for them.
    expect(told({ promptTokens: 1500, completionTokens: 90 })).toEqual(['gpt-5-mini explained']);
    expect(told({ promptTokens: 1501 })).toEqual(['gpt-5-mini different']);
    expect(told({ completionTokens: 91 })).toEqual(['gpt-5-mini different']);
    expect(told({ promptTokens: 1_000_001_000 })).toEqual(['gpt-5-mini different']);
    expect(held({ 'openai:unpriced': unsure }, { model: 'unpriced', ...THEIRS, promptTokens: 1001 })).toEqual(
      ['unpriced different'],
    );
    const both = { 'openai:gpt-5-mini': unsure, 'openai:gpt-5': unsure };
    const together = { requests: 14, promptTokens: 3000, cachedTokens: 500, completionTokens: 80 };
    expect(held(both, together)).toEqual(['(all) explained']);
    expect(held(both, { ...together, promptTokens: 3001 })).toEqual(['(all) different']);
    expect(told({ requests: 10 })).toEqual(['gpt-5-mini different']);
    expect(told({ promptTokens: 900 })).toEqual(['gpt-5-mini different']);
    expect(told({ cost: 1400 })).toEqual(['gpt-5-mini explained']);
    expect(told({ cost: 1500 })).toEqual(['gpt-5-mini different']);
  });

  test('may be a nano-dollar a call above the bill, as each is rounded up', () => {
    const told = (cost: number) => held({ 'openai:gpt-5-mini': OURS }, { model: DATED, cost });
    expect([893, 900, 907].map((cost) => told(cost))).toEqual(Array(3).fill(['gpt-5-mini equal']));
    expect([892, 908].map((cost) => told(cost))).toEqual(Array(2).fill(['gpt-5-mini different']));
  });

  test('are compared as a whole where the provider tells no models apart', () => {
    const models = { 'openai:gpt-5-mini': OURS, 'openai:gpt-5': OURS };
    expect(held(models, { cost: 1800 })).toEqual(['(all) equal']);
    expect(held(models, { cost: 900 })).toEqual(['(all) different']);
    expect(held({ 'openai:gpt-5-mini': OURS }, { model: DATED, ...THEIRS }, { cost: 900 })).toEqual([
      'gpt-5-mini equal',
      '(all) equal',
    ]);
  });
});
