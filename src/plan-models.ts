import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { type Config, DEFAULT_TENANT } from './config/schema.ts';
import { DocumentError } from './documents/located-yaml.ts';
import { together } from './documents/together.ts';
import type { Tariff } from './intent/spending.ts';
import { chooseProviders, type ProviderChoice } from './llm/choose-providers.ts';
import { readPromptFolder } from './llm/prompt-folder.ts';
import { BUILT_IN_PROMPTS, type Prompts } from './llm/prompts.ts';

/** Who is asked, and with which words. */
export interface ModelPlan {
  /** In order, and what each costs. Empty where no model is asked. */
  readonly models: readonly PricedModel[];
  readonly prompts: Prompts;
}

interface PricedModel {
  readonly choice: ProviderChoice;
  readonly tariff: Tariff;
}

/**
 * Finds out which models are to be asked, what they cost (without a price there is no start), and what they are told.
 *
 * @throws DocumentError with every provider that cannot be asked, every model without a price, and what is wrong with a
 *   prompt of the tenant's
 */
export async function planModels(config: Config, clock: Clock): Promise<ModelPlan> {
  const [prompts, models] = await together([promptsOf(config), modelsOf(config, clock)]);
  return { models, prompts };
}

async function modelsOf(config: Config, clock: Clock): Promise<readonly PricedModel[]> {
  if (!config.recognition.resolvers.includes('llm')) return [];
  const { chosen, mistakes } = chooseProviders(config.llm);
  const [models] = await together([pricedOf(chosen, { config, clock }), refused(mistakes, config)]);
  return models;
}

/** Whoever names a tenant means its prompts; the unnamed one need not have any. */
async function promptsOf({ tenant, files }: Config): Promise<Prompts> {
  const { promptsOf: named, mistakes } = await readPromptFolder(join(files.prompts, tenant), {
    mayBeMissing: tenant === DEFAULT_TENANT,
  });
  if (mistakes.length > 0) throw new DocumentError(mistakes);
  return named() ?? BUILT_IN_PROMPTS;
}

async function refused(
  mistakes: ReturnType<typeof chooseProviders>['mistakes'],
  config: Config,
): Promise<void> {
  if (mistakes.length === 0) return;
  throw new DocumentError(
    mistakes.map(({ provider, message }) =>
      config.mistakeAt(['llm', 'providers'], `${provider}: ${message}`),
    ),
  );
}

async function pricedOf(
  chosen: readonly ProviderChoice[],
  { config, clock }: { config: Config; clock: Clock },
): Promise<readonly PricedModel[]> {
  if (chosen.length === 0) return [];
  // A large list, which who asks no model need not load.
  const { loadPrices } = await import('./budget/prices.ts');
  const prices = await loadPrices(config.files.prices, clock);
  return together(
    chosen.map(async (choice) => ({ choice, tariff: prices.tariff(choice.provider, choice.model) })),
  );
}
