import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { DocumentError, type DocumentPath } from './documents/located-yaml.ts';
import { together } from './documents/together.ts';
import type { Tariff } from './intent/spending.ts';
import { chooseProviders, type ProviderChoice } from './llm/choose-providers.ts';

/** Who may be asked. */
export interface ModelPlan {
  /** All of them, and what each costs. Empty where no model is asked. */
  readonly models: readonly PricedModel[];
  /** In the order in which they are asked. */
  readonly full: readonly ProviderChoice[];
  /** The same in economy. */
  readonly economy: readonly ProviderChoice[];
}

interface PricedModel {
  readonly choice: ProviderChoice;
  readonly tariff: Tariff;
}

/**
 * Finds out which models are to be asked and what they cost: without a price there is no start.
 *
 * @throws DocumentError with every provider that cannot be asked, and every model without a price
 */
export async function planModels(config: Config, clock: Clock): Promise<ModelPlan> {
  if (!config.recognition.resolvers.includes('llm')) return { models: [], full: [], economy: [] };
  const full = chooseProviders(config.llm);
  const listed = config.mode.economy.models;
  // What is cheap stands in for something: where nobody is asked, nothing does.
  const cheap =
    listed && full.chosen.length > 0 ? chooseProviders({ ...config.llm, providers: listed }) : undefined;
  const named = new Map([...full.chosen, ...(cheap?.chosen ?? [])].map((choice) => [nameOf(choice), choice]));
  const [models] = await together([
    pricedOf([...named.values()], { config, clock }),
    refused(full.mistakes, ['llm', 'providers'], config),
    refused(cheap?.mistakes ?? [], ['mode', 'economy', 'models'], config),
  ]);
  // The same model in both lists is one, which has one breaker.
  const one = (choice: ProviderChoice): ProviderChoice => named.get(nameOf(choice)) ?? choice;
  return {
    models,
    full: full.chosen.map(one),
    economy: cheap ? cheap.chosen.map(one) : cheapestOf(models).map(({ choice }) => choice),
  };
}

function nameOf({ provider, model }: ProviderChoice): string {
  return `${provider}:${model}`;
}

/** Tokens of a usual question. */
const USUAL = { promptTokens: 1000, cachedTokens: 0, completionTokens: 100 };

function cheapestOf(models: readonly PricedModel[]): readonly PricedModel[] {
  const costs = models.map(({ tariff }) => tariff.cost(USUAL));
  const least = Math.min(...costs);
  return models.filter((_, index) => costs[index] === least);
}

async function refused(
  mistakes: ReturnType<typeof chooseProviders>['mistakes'],
  path: DocumentPath,
  config: Config,
): Promise<void> {
  if (mistakes.length === 0) return;
  throw new DocumentError(
    mistakes.map(({ provider, message }) => config.mistakeAt(path, `${provider}: ${message}`)),
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
