import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { type Config, DEFAULT_TENANT } from './config/schema.ts';
import { DocumentError, type DocumentPath, formatMistake, type Mistake } from './documents/located-yaml.ts';
import { together } from './documents/together.ts';
import type { Tariff } from './intent/spending.ts';
import { chooseProviders, type ProviderChoice } from './llm/choose-providers.ts';
import type { Arm } from './llm/experiment.ts';
import { readPromptFolder } from './llm/prompt-folder.ts';
import { BUILT_IN_PROMPTS, type Prompts } from './llm/prompts.ts';

/** Who is asked, and with which words. */
export interface ModelPlan {
  /** All that may be asked, and what each costs. Empty where no model is asked. */
  readonly models: readonly PricedModel[];
  /** The ways of asking; more than one while an experiment runs. */
  readonly arms: readonly [Arm, ...Arm[]];
  /** Who is asked in economy, in this order, whichever arm it is. */
  readonly economy: readonly ProviderChoice[];
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
  const wanted = wantedArms(config);
  const known = new Map<string, ProviderChoice>();
  const choose = ({ providers, path }: Pick<WantedArm, 'providers' | 'path'>) => {
    if (!config.recognition.resolvers.includes('llm')) return { choices: [], mistakes: [] };
    const { chosen: choices, mistakes } = chooseProviders({ ...config.llm, providers });
    return {
      // The same model in two lists is one: it has one breaker, and its keys take turns for both.
      choices: choices.map((choice) => {
        const name = `${choice.provider}:${choice.model}`;
        const same = known.get(name) ?? choice;
        known.set(name, same);
        return same;
      }),
      mistakes: mistakes.map(({ provider, message }) => config.mistakeAt(path, `${provider}: ${message}`)),
    };
  };
  const chosen = wanted.map(choose);
  const { models: listed } = config.mode.economy;
  // What is cheap stands in for something: where nobody is asked, nothing does.
  const cheap =
    listed && known.size > 0 ? choose({ providers: listed, path: ['mode', 'economy', 'models'] }) : undefined;
  const [prompts, models] = await together([
    promptsOf(wanted, config),
    pricedOf([...known.values()], { config, clock }),
    refused([...chosen, ...(cheap ? [cheap] : [])].flatMap(({ mistakes }) => mistakes)),
  ]);
  const arms = wanted.map(
    ({ variant, weight }, index): Arm => ({
      weight,
      choices: chosen[index]?.choices ?? [],
      prompts: prompts[index] ?? BUILT_IN_PROMPTS,
      ...(variant !== undefined && { variant }),
    }),
  );
  const [first, ...others] = arms;
  if (!first) throw new Error('there is no way of asking');
  return { models, arms: [first, ...others], economy: cheap?.choices ?? cheapestOf(models) };
}

/** Tokens of a usual question. */
const USUAL = { promptTokens: 1000, cachedTokens: 0, completionTokens: 100 };

function cheapestOf(models: readonly PricedModel[]): readonly ProviderChoice[] {
  const costs = models.map(({ tariff }) => tariff.cost(USUAL));
  const least = Math.min(...costs);
  return models.filter((_, index) => costs[index] === least).map(({ choice }) => choice);
}

/** Whether rules are asked before models, so that every answer of theirs is a call not made. */
export function rulesGoFirst({ recognition: { resolvers } }: Config): boolean {
  return resolvers.includes('rules') && resolvers.indexOf('rules') < resolvers.indexOf('llm');
}

interface WantedArm {
  readonly variant?: string;
  readonly weight: number;
  readonly providers: Config['llm']['providers'];
  readonly prompt?: string | undefined;
  /** Where the configuration says whom to ask. */
  readonly path: DocumentPath;
  /** Where it names the prompt. */
  readonly promptPath: DocumentPath;
}

function wantedArms({ llm: { variants, providers } }: Config): readonly WantedArm[] {
  const common = { providers, path: ['llm', 'providers'] };
  if (variants.length === 0) return [{ ...common, weight: 1, promptPath: ['tenant'] }];
  return variants.map(({ name, weight, providers: own, prompt }, index) => ({
    ...(own ? { providers: own, path: ['llm', 'variants', index, 'providers'] } : common),
    ...{ variant: name, weight, prompt, promptPath: ['llm', 'variants', index, 'prompt'] },
  }));
}

async function refused(mistakes: readonly Mistake[]): Promise<void> {
  // What all arms have in common would be told once for each of them.
  const different = new Map(mistakes.map((mistake) => [formatMistake(mistake), mistake]));
  if (different.size > 0) throw new DocumentError([...different.values()]);
}

/** Whoever names a tenant means its prompts; the unnamed one need not have any. */
async function promptsOf(
  wanted: readonly WantedArm[],
  { tenant, files, mistakeAt }: Config,
): Promise<readonly Prompts[]> {
  const folder = join(files.prompts, tenant);
  const { promptsOf: named, mistakes } = await readPromptFolder(folder, {
    mayBeMissing: tenant === DEFAULT_TENANT,
  });
  const missing: Mistake[] = [];
  const found = wanted.map(({ prompt, promptPath }) => {
    const prompts = named(prompt);
    if (!prompts) {
      const message = `there is no prompt called "${prompt}"; expected recognise.${prompt}.txt or repair.${prompt}.txt in ${folder}`;
      missing.push(mistakeAt(promptPath, message));
    }
    return prompts ?? BUILT_IN_PROMPTS;
  });
  await refused([...mistakes, ...missing]);
  return found;
}

async function pricedOf(
  chosen: readonly ProviderChoice[],
  { config, clock }: { config: Config; clock: Clock },
): Promise<readonly PricedModel[]> {
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
