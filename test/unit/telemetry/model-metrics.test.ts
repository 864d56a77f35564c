import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { type BudgetWindow, createModelMetrics } from '../../../src/telemetry/model-metrics.ts';

test('nobody’s name is a label: of the people, the one is shown that has used most of its own', async () => {
  const registry = new Registry();
  let windows: BudgetWindow[] = [
    { scope: 'all', window: 'day', limit: 5e9, spent: 1e9, reserved: 0 },
    { scope: 'provider:openai', window: 'day', limit: 2e9, spent: 1e9, reserved: 5e8 },
    { scope: 'origin:anna', window: 'day', limit: 1e9, spent: 3e8, reserved: 0 },
    { scope: 'origin:jan', window: 'day', limit: 2e8, spent: 1e8, reserved: 5e7 },
  ];
  createModelMetrics(registry, {
    budget: () => windows,
    circuits: () => [],
    rulesGoFirst: false,
  });
  const shown = async (): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith('llm_budget_dollars{'));
  expect(await shown()).toEqual([
    'llm_budget_dollars{scope="all",window="day",kind="limit"} 5',
    'llm_budget_dollars{scope="all",window="day",kind="spent"} 1',
    'llm_budget_dollars{scope="all",window="day",kind="reserved"} 0',
    'llm_budget_dollars{scope="provider:openai",window="day",kind="limit"} 2',
    'llm_budget_dollars{scope="provider:openai",window="day",kind="spent"} 1',
    'llm_budget_dollars{scope="provider:openai",window="day",kind="reserved"} 0.5',
    'llm_budget_dollars{scope="origin",window="day",kind="limit"} 0.2',
    'llm_budget_dollars{scope="origin",window="day",kind="spent"} 0.1',
    'llm_budget_dollars{scope="origin",window="day",kind="reserved"} 0.05',
  ]);
  // On the next day nobody has spent anything yet.
  windows = windows.slice(0, 1);
  expect(await shown()).toHaveLength(3);
});
