import type { Clock } from '../clock.ts';
import { assertNever } from '../intent/assert-never.ts';
import type { Catalogue } from '../intent/catalogue.ts';
import type { NanoDollars } from '../intent/money.ts';
import type { ProviderQuota } from '../intent/provider-quota.ts';
import type { Slots } from '../intent/recognition.ts';
import type { ShortlistEntry } from '../intent/shortlist-entry.ts';
import type { Spending, Tariff } from '../intent/spending.ts';
import type { Account } from './accounts.ts';
import { createAdmission } from './admission.ts';
import { type AskModel, type AskModelParts, createAskModel, type GuardedModel } from './ask-model.ts';
import { type Breaker, type BreakerState, createBreaker } from './breaker.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { ProviderChoice } from './choose-providers.ts';
import type { Connections } from './connections.ts';
import type { Arm } from './experiment.ts';
import type { ModelPhrases } from './meaning.ts';
import { createMeter } from './meter.ts';
import { createMockWire, type MockSettings } from './mock-wire.ts';
import type { ModelEvents } from './model-events.ts';
import { openrouterFields } from './openrouter.ts';
import { createPace } from './pace.ts';
import { OPENROUTER, PRESETS } from './presets.ts';
import { type Probed, probe } from './probe.ts';
import { type ProviderStatus, providerStatus } from './provider-status.ts';
import { createRotation, type Rotation } from './rotation.ts';
import { templateSettings } from './template-settings.ts';
import { type CountTokens, loadTokenCounter } from './token-counter.ts';
import { createTokenEstimator, tokensByLength } from './token-estimate.ts';
import type { Wire } from './wire.ts';

/** The part of `llm` in the configuration that says how they are asked. */
export type LanguageModelSettings = Parameters<typeof templateSettings>[0] & {
  readonly timeout_ms: number;
  readonly deadline_ms: number;
  readonly retries: number;
  readonly concurrency: number;
  readonly breaker: { readonly failures: number; readonly open_ms: number };
  readonly mock: MockSettings;
};

/** The model step. */
export interface LanguageModel {
  readonly ask: AskModel;
  /** As the first one counts whose tokenizer we can run, else by length. */
  readonly countTokens: CountTokens;
  /** In the order in which they are asked. */
  providers(): readonly ProviderStatus[];
  /** The same with what they cost, in nano-dollars a million tokens. */
  described(): readonly DescribedModel[];
  /**
   * Makes one tiny real call. Whoever asks while one is under way hears of that one.
   *
   * @param name `openai`, whose first model is meant, or `openai:gpt-5-mini`
   * @returns undefined where nobody is called so
   */
  probe(name: string): Promise<Probed> | undefined;
  /** Lets go of connections, when nobody is asked by it any more. */
  close(): Promise<void>;
}

interface DescribedModel {
  readonly status: ProviderStatus;
  readonly breaker: BreakerState;
  /** False: it runs on this machine or network. */
  readonly isRemote: boolean;
  readonly prices: Readonly<Record<'prompt' | 'cached' | 'completion', NanoDollars>>;
}

export interface LanguageModelOptions {
  readonly settings: LanguageModelSettings;
  /** The ways of asking; one where no experiment runs. */
  readonly arms: readonly Omit<Arm, 'weight'>[];
  /** Asked in place of the arms' where a question is thrifty; absent: nobody. */
  readonly thriftyChoices?: readonly ProviderChoice[];
  /** Every model that is chosen has one: without a price there is no start. */
  readonly tariffOf: (choice: ProviderChoice) => Tariff;
  readonly spending: Spending;
  readonly quota?: ProviderQuota;
  readonly catalogue: Catalogue;
  readonly phrases: ModelPhrases;
  /** As in `AskModelParts`. */
  readonly threshold: number;
  /** The slots that say where a reading is done. */
  readonly targetOf: (entry: ShortlistEntry) => Slots;
  /** As in `AskModelParts`. */
  readonly objectionsIn: AskModelParts['objectionsIn'];
  readonly clock: Clock;
  /** 0–1. */
  readonly random: () => number;
  readonly events: ModelEvents;
}

/** Whoever has not connected by then is not there; a try may go on for longer. */
const LONGEST_CONNECT_MS = 1000;

/** Builds the model step. Loads a tokenizer where one of the models has one that we can run. */
export async function createLanguageModel(options: LanguageModelOptions): Promise<LanguageModel> {
  const { settings, arms, thriftyChoices = [], clock, events, tariffOf } = options;
  const choices = [...new Set([...arms.flatMap((arm) => arm.choices), ...thriftyChoices])];
  const breakers = new Map<string, Breaker>();
  const breakerOf = (provider: string): Breaker => {
    const known = breakers.get(provider);
    if (known) return known;
    const breaker = createBreaker({
      failures: settings.breaker.failures,
      openMs: settings.breaker.open_ms,
      clock,
      onChange: (state) => events.breakerChanged({ provider, state }),
    });
    breakers.set(provider, breaker);
    return breaker;
  };

  const connections = new Map<string, Promise<Connections>>();
  /** Loaded with the SDKs: who asks nobody over them needs none. */
  const connectionsOf = (provider: string): Promise<Connections> => {
    const connectMs = Math.min(LONGEST_CONNECT_MS, settings.timeout_ms / 2);
    const made =
      connections.get(provider) ??
      import('./connections.ts').then(({ createConnections }) => createConnections({ connectMs }));
    connections.set(provider, made);
    return made;
  };

  const counters: CountTokens[] = [];
  const counterOf = async (choice: ProviderChoice): Promise<CountTokens | undefined> => {
    const { encoding } = capabilitiesOf(choice.provider, choice.model);
    const counter = encoding && (await loadTokenCounter(encoding));
    if (counter) counters.push(counter);
    return counter;
  };
  const guard = async (choice: ProviderChoice): Promise<GuardedModel> => {
    const { provider, model, isRemote } = choice;
    const tariff = tariffOf(choice);
    const breaker = breakerOf(provider);
    return {
      callee: {
        provider,
        model,
        rotation: await rotationOf(choice, { settings, connectionsOf, clock, tariff, events }),
        tariff,
        meter: createMeter({
          tariff,
          doubt: (problem) => events.problem({ provider, message: `${provider}: ${problem}` }),
        }),
        estimator: createTokenEstimator(await counterOf(choice)),
        pace: createPace({ limitMs: settings.timeout_ms, deadlineMs: settings.deadline_ms }),
      },
      breaker,
      isRemote,
    };
  };
  const models = new Map(
    await Promise.all(choices.map(async (choice) => [choice, await guard(choice)] as const)),
  );
  const guarded = (wanted: readonly ProviderChoice[]): GuardedModel[] =>
    wanted.flatMap((choice) => models.get(choice) ?? []);

  const probing = new Map<GuardedModel, Promise<Probed>>();
  async function close(): Promise<void> {
    for (const made of connections.values()) await (await made).close();
  }

  return {
    ask: createAskModel({
      ...options,
      arms: arms.map(({ variant, choices: own, prompts }) => ({
        models: guarded(own),
        prompts,
        settings: { templates: templateSettings(settings), retries: settings.retries },
        ...(variant !== undefined && { variant }),
      })),
      thriftyModels: guarded(thriftyChoices),
      admission: createAdmission(settings.concurrency, () => clock.monotonic()),
    }),
    countTokens: counters[0] ?? tokensByLength,
    close,
    providers: () => [...models.values()].map(({ callee, breaker }) => providerStatus(callee, breaker)),
    described: () =>
      [...models.values()].map(({ callee, breaker, isRemote }) => ({
        ...{ status: providerStatus(callee, breaker), breaker: breaker.state, isRemote },
        prices: pricesOf(callee.tariff),
      })),
    probe(name) {
      const found = [...models.values()].find(
        ({ callee: { provider, model } }) => name === provider || name === `${provider}:${model}`,
      );
      if (!found) return undefined;
      const underWay = probing.get(found);
      if (underWay) return underWay;
      const { quota, spending, random } = options;
      const context = {
        ...{ spending, quota, clock, random },
        settings: { templates: templateSettings(settings), retries: 0 },
      };
      const made = probe(found, { context, events, deadlineMs: settings.deadline_ms }).finally(() =>
        probing.delete(found),
      );
      probing.set(found, made);
      return made;
    },
  };
}

/** Of a thousand tokens, a thousand times: a larger prompt may have another price. */
function pricesOf(tariff: Tariff): DescribedModel['prices'] {
  const none = { promptTokens: 0, cachedTokens: 0, completionTokens: 0 };
  const aMillion = (usage: Partial<typeof none>): NanoDollars => 1000 * tariff.cost({ ...none, ...usage });
  return {
    prompt: aMillion({ promptTokens: 1000 }),
    cached: aMillion({ promptTokens: 1000, cachedTokens: 1000 }),
    completion: aMillion({ completionTokens: 1000 }),
  };
}

interface WireParts {
  readonly settings: LanguageModelSettings;
  readonly connectionsOf: (provider: string) => Promise<Connections>;
  readonly clock: Clock;
  readonly tariff: Tariff;
  readonly events: ModelEvents;
}

async function rotationOf(choice: ProviderChoice, parts: WireParts): Promise<Rotation> {
  const { clock, events } = parts;
  const { provider } = choice;
  if (choice.kind === 'mock') {
    const accounts = [{ wire: createMockWire(parts.settings.mock), address: '', weight: 1 }];
    return createRotation({ provider, accounts, events, clock });
  }
  const accounts = choice.accounts.map(async (account) => ({
    wire: await wireOf(choice, account, parts),
    address: account.baseUrl,
    weight: account.weight,
  }));
  return createRotation({ provider, accounts: await Promise.all(accounts), events, clock });
}

/** The SDKs are large: who asks nobody by one of them need not load it. */
async function wireOf(
  { kind, provider, model, headers }: Exclude<ProviderChoice, { readonly kind: 'mock' }>,
  { name, baseUrl, apiKey }: Account,
  { connectionsOf, clock, tariff }: WireParts,
): Promise<Wire> {
  const isRouted = provider === OPENROUTER;
  const { keyVariable = 'its key', addressVariable = 'its address' } = PRESETS.get(provider) ?? {};
  const options = {
    asked: {
      name: name ? `${provider}, ${name}` : provider,
      ...{ model, keyVariable, addressVariable, hasPriceLimit: isRouted },
    },
    baseUrl,
    capabilities: capabilitiesOf(provider, model),
    connections: await connectionsOf(provider),
    clock,
    ...(apiKey !== undefined && { apiKey }),
    ...(headers && { headers }),
  };
  switch (kind) {
    case 'openai wire':
      return (await import('./openai-wire.ts')).createOpenAIWire({
        ...options,
        ...(isRouted && { reportsCost: true, fields: () => openrouterFields(tariff) }),
      });
    case 'anthropic wire':
      return (await import('./anthropic-wire.ts')).createAnthropicWire(options);
    default:
      return assertNever(kind);
  }
}
