import { intents } from './intents.ts';
import { llmCosts } from './llm-costs.ts';
import type { Dashboard } from './panel.ts';
import { pipeline } from './pipeline.ts';

/** By the name of their file, without `.json`. */
export const DASHBOARDS: Readonly<Record<string, Dashboard>> = {
  'llm-costs': llmCosts,
  intents,
  pipeline,
};
