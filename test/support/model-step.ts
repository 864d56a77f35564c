import { ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { Catalogue } from '../../src/intent/catalogue.ts';
import type { ShortlistEntry } from '../../src/intent/shortlist-entry.ts';
import type { Tariff } from '../../src/intent/spending.ts';
import { objectionsIn } from '../../src/language/objection.ts';
import type { ModelAnswer, ModelQuestion } from '../../src/llm/ask-model.ts';
import type { ProviderChoice } from '../../src/llm/choose-providers.ts';
import {
  createLanguageModel,
  type LanguageModel,
  type LanguageModelOptions,
  type LanguageModelSettings,
} from '../../src/llm/language-model.ts';
import type { ModelCall } from '../../src/llm/model-events.ts';
import { BUILT_IN_PROMPTS } from '../../src/llm/prompts.ts';
import { FAKE_PRICES, type FakeProvider, startFakeProvider } from './fake-provider.ts';
import { createPurse, type Purse } from './purse.ts';

const FAKE_TARIFF: Tariff = {
  atMost: ({ prompt, completion }) => prompt * FAKE_PRICES.prompt + completion * FAKE_PRICES.completion,
  cost: ({ promptTokens, cachedTokens, completionTokens, cacheWrites, reportedCost }) => {
    if (reportedCost !== undefined) return reportedCost;
    const { fiveMinutes, oneHour } = cacheWrites ?? { fiveMinutes: 0, oneHour: 0 };
    return (
      (promptTokens - cachedTokens - fiveMinutes - oneHour) * FAKE_PRICES.prompt +
      cachedTokens * FAKE_PRICES.cached +
      fiveMinutes * FAKE_PRICES.written.fiveMinutes +
      oneHour * FAKE_PRICES.written.oneHour +
      completionTokens * FAKE_PRICES.completion
    );
  },
};

export const SMALL_CATALOGUE: Catalogue = new Map([
  [
    'light.turn_on',
    {
      kind: 'action',
      required: new Set(),
      requiredAny: new Set(),
      slots: new Map([['brightness_pct', [{ kind: 'number', from: 0, to: 100 } as const]]]),
    },
  ],
  ['light.turn_off', { kind: 'action', required: new Set(), requiredAny: new Set(), slots: new Map() }],
  ['light.get_state', { kind: 'query', required: new Set(), requiredAny: new Set(), slots: new Map() }],
  [
    'todo.add_item',
    {
      kind: 'action',
      required: new Set(),
      requiredAny: new Set(),
      slots: new Map([['item', [{ kind: 'words' } as const]]]),
    },
  ],
]);

export const CANDIDATES: readonly ShortlistEntry[] = [
  {
    intent: 'light.turn_on',
    domain: 'light',
    label: 'kinkiet, salon',
    score: 0.9,
    area: 'salon',
    entity_id: 'light.kinkiet',
  },
  {
    intent: 'light.turn_off',
    domain: 'light',
    label: 'kinkiet, salon',
    score: 0.8,
    area: 'salon',
    entity_id: 'light.kinkiet',
  },
  { intent: 'light.turn_on', domain: 'light', label: 'kuchnia', score: 0.5, area: 'kuchnia' },
  { intent: 'light.get_state', domain: 'light', label: 'kuchnia', score: 0.4, area: 'kuchnia' },
];

const SETTINGS: LanguageModelSettings = {
  temperature: 0,
  max_tokens: 300,
  templates: { recognise: {}, repair: {} },
  // More than the service takes: a busy machine shall not decide a test.
  timeout_ms: 5000,
  deadline_ms: 12_000,
  retries: 3,
  concurrency: 50,
  breaker: { failures: 5, open_ms: 10_000 },
  mock: { seed: 1, latency_ms: 0, jitter_ms: 0, error_rate: 0, burst: 1 },
};

export interface ModelStep {
  readonly model: LanguageModel;
  readonly server: FakeProvider;
  readonly purse: Purse;
  readonly calls: readonly ModelCall[];
  /** What else was told: `breaker openai open`, `problem openai: …`, `solved openai`. */
  readonly told: readonly string[];
  ask(
    question?: string | Partial<ModelQuestion>,
    context?: {
      readonly signal?: AbortSignal;
      readonly withinMs?: number;
      readonly span?: Span;
      readonly tried?: () => void;
      readonly allowed?: Promise<boolean>;
    },
  ): Promise<ModelAnswer>;
}

/** The model step before a fake provider, both gone when the test ends. */
export async function startModelStep({
  settings = {},
  choices = (url) => [
    {
      kind: 'openai wire',
      provider: 'openai',
      model: 'gpt-4.1-mini',
      accounts: [{ name: '', baseUrl: url, apiKey: 'sk-secret', weight: 1 }],
      isRemote: true,
    },
  ],
  arms,
  server: given,
  clock = systemClock,
  ...options
}: {
  readonly clock?: Clock;
  readonly settings?: Partial<LanguageModelSettings>;
  readonly choices?: (url: string) => readonly ProviderChoice[];
  /** In place of `choices`. */
  readonly arms?: (url: string) => LanguageModelOptions['arms'];
  readonly server?: FakeProvider;
} & Partial<
  Pick<
    LanguageModelOptions,
    'catalogue' | 'targetOf' | 'random' | 'tariffOf' | 'spending' | 'quota' | 'threshold'
  >
> = {}): Promise<ModelStep> {
  const server = given ?? (await startFakeProvider());
  if (!given) onTestFinished(() => server.close());
  const purse = createPurse();
  const calls: ModelCall[] = [];
  const told: string[] = [];
  const model = await createLanguageModel({
    settings: { ...SETTINGS, ...settings },
    arms: arms?.(server.url) ?? [{ choices: choices(server.url), prompts: BUILT_IN_PROMPTS }],
    tariffOf: () => FAKE_TARIFF,
    spending: purse,
    catalogue: SMALL_CATALOGUE,
    threshold: 0.5,
    phrases: { unclear: () => 'Nie rozumiem.', whichOne: (labels) => labels.join(' czy ') },
    targetOf: ({ area, entity_id: id }) => ({ ...(area && { area }), ...(id && { entity_id: id }) }),
    objectionsIn,
    clock,
    random: () => 1,
    events: {
      called: (call) => calls.push(call),
      breakerChanged: ({ provider, state }) => told.push(`breaker ${provider} ${state}`),
      problem: ({ message }) => told.push(`problem ${message}`),
      solved: ({ provider }) => told.push(`solved ${provider}`),
    },
    ...options,
  });
  const silent = trace.getTracer('test').startSpan('test', {}, ROOT_CONTEXT);

  return {
    model,
    server,
    purse,
    calls,
    told,
    ask(
      question = {},
      {
        signal = new AbortController().signal,
        withinMs = SETTINGS.deadline_ms,
        span = silent,
        tried = () => undefined,
        allowed,
      } = {},
    ) {
      const asked =
        typeof question === 'string' ? { utterance: { text: question, language: 'pl' } } : question;
      return model.ask(
        {
          utterance: { text: 'zapal kinkiet w salonie', language: 'pl' },
          candidates: CANDIDATES,
          now: Date.UTC(2026, 10, 21, 12),
          timeZone: 'Europe/Warsaw',
          turns: [],
          ...asked,
        },
        { signal, deadline: clock.monotonic() + withinMs, span, tried, ...(allowed && { allowed }) },
      );
    },
  };
}
