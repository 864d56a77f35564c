import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { DocumentError } from './documents/located-yaml.ts';
import { together } from './documents/together.ts';
import type { Tariff } from './intent/spending.ts';
import { chooseProviders, type ProviderChoice } from './llm/choose-providers.ts';

/** The models that are asked, in order, and what each costs. Empty where no model is asked. */
export type ModelPlan = readonly { readonly choice: ProviderChoice; readonly tariff: Tariff }[];

/**
 * Finds out which models are to be asked and what they cost: without a price there is no start.
 *
 * @throws DocumentError with every provider that cannot be asked, and every model without a price
 */
export async function planModels(config: Config, clock: Clock): Promise<ModelPlan> {
  if (!config.recognition.resolvers.includes('llm')) return [];
  const { chosen, mistakes } = chooseProviders(config.llm);
  const [plan] = await together([pricedOf(chosen, { config, clock }), refused(mistakes, config)]);
  return plan;
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
): Promise<ModelPlan> {
  if (chosen.length === 0) return [];
  // A large list, which who asks no model need not load.
  const [{ loadPrices }, { FREE }] = await Promise.all([
    import('./budget/prices.ts'),
    import('./budget/tariff.ts'),
  ]);
  const prices = await loadPrices(config.files.prices, clock);
  return together(
    chosen.map(async (choice) => ({
      choice,
      tariff: choice.isRemote ? prices.tariff(choice.provider, choice.model) : FREE,
    })),
  );
}
