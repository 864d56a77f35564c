import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { publicScope } from '../intent/budget-scope.ts';
import { NANO_DOLLARS_A_DOLLAR, type NanoDollars } from '../intent/money.ts';
import type { Recognition } from '../intent/recognition.ts';
import { answeredByRulesOnPurpose } from '../intent/rules-on-purpose.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { LimitScope } from '../limits/limits.ts';
import type { BreakerState } from '../llm/breaker.ts';
import type { ModelCall } from '../llm/model-events.ts';
import type { TraceLabel } from './sampled-trace.ts';

/** One window of the budget. */
export interface BudgetWindow {
  /** Whose money: `all` for everybody's. */
  readonly scope: string;
  readonly window: string;
  readonly limit: NanoDollars;
  readonly spent: NanoDollars;
  readonly reserved: NanoDollars;
}

/** What Prometheus is told about models, money and the cache. The names are part of the contract. */
export interface ModelMetrics {
  called(call: ModelCall): void;
  /** @param scope as `publicScope` names it */
  budgetRefused(scope: string, window: string): void;
  /** @param reached its scope as `publicScope` names it */
  budgetThreshold(reached: {
    readonly scope: string;
    readonly window: string;
    readonly percent: number;
  }): void;
  /** From now on the service asks these: what they did not do yet is 0. */
  mayBeAsked(models: readonly { readonly provider: string; readonly model: string }[]): void;
  lookedUp(outcome: 'hit' | 'miss' | 'shared'): void;
  /** Something refused a call: an origin's window, or a provider's allowance; never whose. */
  limited(scope: LimitScope): void;
  /**
   * What an answer cost, by whether the user, the room or nobody is known who asked; and what it did not cost, because it
   * was known, or because rules knew it and were to be asked first.
   */
  answered(from: Pick<Utterance, 'user' | 'room'>, recognition: Recognition): void;
}

// From what a mock needs to the deadline nobody waits beyond.
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 5, 10];
const TOKENS = [1, 2, 3, 5, 10, 25, 50, 100, 250];
const OUTCOMES = Object.keys({
  answered: 0,
  aborted: 0,
  circuit_open: 0,
  budget_exceeded: 0,
  rate_limited: 0,
  timeout: 0,
  provider_error: 0,
  invalid_output: 0,
  ledger_unavailable: 0,
  no_provider: 0,
  mode: 0,
  queue_full: 0,
} satisfies Record<ModelCall['outcome'], 0>);
const CIRCUIT = { closed: 0, half_open: 1, open: 2 } as const;

/**
 * @param budget asked at every scrape; empty where nothing is known of it
 * @param circuits asked at every scrape: the breakers of whom the service asks
 * @param rulesGoFirst whether rules are asked before models
 */
export function createModelMetrics(
  registry: Registry,
  {
    budget,
    circuits,
    rulesGoFirst,
  }: {
    budget: () => readonly BudgetWindow[];
    circuits: () => readonly { readonly provider: string; readonly state: BreakerState }[];
    rulesGoFirst: boolean;
  },
): ModelMetrics {
  const registers = [registry];
  const byModel = ['provider', 'model'] as const;
  // The arm of an experiment is told only while one runs.
  const byArm = [...byModel, 'variant'] as const;
  const requests = new Counter({
    name: 'llm_requests_total',
    help: 'Utterances that a provider was asked about, all tries together, by how that ended.',
    labelNames: [...byArm, 'outcome'],
    registers,
  });
  const durations = new Histogram<(typeof byArm)[number] | keyof TraceLabel>({
    name: 'llm_request_duration_seconds',
    help: 'Time one utterance took at a provider, all tries together.',
    labelNames: byArm,
    buckets: SECONDS,
    enableExemplars: true,
    // A registry for classic text takes one with exemplars only afterwards; it does not write them.
    registers: [],
  });
  registry.registerMetric(durations);
  const tokens = new Counter({
    name: 'llm_tokens_used_total',
    help: 'Tokens as the provider counted them; "cached" is a part of "prompt".',
    labelNames: [...byArm, 'kind'],
    registers,
  });
  const cost = new Counter({
    name: 'llm_cost_dollars_total',
    help: 'US dollars spent; a try that may have been billed unseen counts at its worst case.',
    labelNames: byArm,
    registers,
  });
  const costByOrigin = new Counter({
    name: 'llm_origin_cost_dollars_total',
    help: 'US dollars spent on answers, by what is known of who asked: "user", else "room", else "unknown"; never who it was.',
    labelNames: ['origin'],
    registers,
  });
  new Gauge({
    name: 'llm_circuit_state',
    help: "State of a provider's circuit breaker: 0 closed, 1 half-open, 2 open.",
    labelNames: ['provider'],
    registers,
    collect() {
      this.reset();
      for (const { provider, state } of circuits()) this.set({ provider }, CIRCUIT[state]);
    },
  });
  const estimates = new Histogram({
    name: 'llm_token_estimate_error',
    help: 'Tokens by which the count before a call differed from what the provider counted.',
    labelNames: byModel,
    buckets: TOKENS,
    registers,
  });
  const lookups = new Counter({
    name: 'llm_cache_requests_total',
    help: 'Questions to the intent cache: hit, miss, or shared with the same question under way.',
    labelNames: ['outcome'],
    registers,
  });
  const limited = new Counter({
    name: 'llm_rate_limited_total',
    help: "Times that a limit kept a call back, by the limit: a window of whoever asked, or a provider's minute.",
    labelNames: ['scope'],
    registers,
  });
  const savings = new Counter({
    name: 'llm_savings_dollars_total',
    help: 'US dollars not spent: "cache" is what known answers had cost; "rules" an estimate, the mean cost of a call so far for each answer of rules that are asked before models, or instead of them in a cheaper mode.',
    labelNames: ['by'],
    registers,
  });
  const refusals = new Counter({
    name: 'llm_budget_refusals_total',
    help: 'Calls that were not made because there was no money for them, by whose budget that was.',
    labelNames: ['scope', 'window'],
    registers,
  });
  const thresholds = new Counter({
    name: 'llm_budget_thresholds_total',
    help: 'How often so much of a limit was spent, each once a window and scope over all replicas.',
    labelNames: ['scope', 'window', 'percent'],
    registers,
  });
  // What never happened is 0: what appears out of nothing is no increase for Prometheus, and its cost would be missing.
  for (const outcome of ['hit', 'miss', 'shared'] as const) lookups.inc({ outcome }, 0);
  for (const by of ['cache', 'rules'] as const) savings.inc({ by }, 0);
  for (const origin of ['user', 'room', 'unknown'] as const) costByOrigin.inc({ origin }, 0);
  let known = 0;
  let asked = 0;
  const paid = { dollars: 0, utterances: 0 };
  new Gauge({
    name: 'llm_cache_hit_ratio',
    help: 'Share of the questions to the intent cache that it answered, since the start; NaN before the first.',
    registers,
    collect() {
      this.set(asked === 0 ? Number.NaN : known / asked);
    },
  });
  new Gauge({
    name: 'llm_budget_dollars',
    help: 'The budget in US dollars: its limit, what is spent of it, and what is reserved for calls under way. The scope "origin" is the user or room that has used most of its own.',
    labelNames: ['scope', 'window', 'kind'],
    registers,
    collect() {
      this.reset();
      for (const { scope, window, ...amounts } of fullestOfEach(budget())) {
        for (const kind of ['limit', 'spent', 'reserved'] as const) {
          this.set({ scope, window, kind }, amounts[kind] / NANO_DOLLARS_A_DOLLAR);
        }
      }
    },
  });

  return {
    called({ provider, model, variant, outcome, duration, estimateError, cost: spent, ...took }) {
      const labels = { provider, model, ...(variant !== undefined && { variant }) };
      const exemplarLabels = took.isSampled && took.traceId !== undefined && { trace_id: took.traceId };
      requests.inc({ ...labels, outcome });
      durations.observe({ labels, value: duration / 1000, ...(exemplarLabels && { exemplarLabels }) });
      if (took.promptTokens > 0) tokens.inc({ ...labels, kind: 'prompt' }, took.promptTokens);
      if (took.cachedTokens > 0) tokens.inc({ ...labels, kind: 'cached' }, took.cachedTokens);
      if (took.completionTokens > 0) tokens.inc({ ...labels, kind: 'completion' }, took.completionTokens);
      cost.inc(labels, spent / NANO_DOLLARS_A_DOLLAR);
      paid.dollars += spent / NANO_DOLLARS_A_DOLLAR;
      paid.utterances += 1;
      if (estimateError !== undefined) estimates.observe({ provider, model }, Math.abs(estimateError));
    },
    budgetRefused: (scope, window) => refusals.inc({ scope, window }),
    budgetThreshold: (reached) => thresholds.inc(reached),
    mayBeAsked(models) {
      for (const { provider, model } of models) {
        const labels = { provider, model };
        for (const outcome of OUTCOMES) requests.inc({ ...labels, outcome }, 0);
        for (const kind of ['prompt', 'cached', 'completion'] as const) tokens.inc({ ...labels, kind }, 0);
        cost.inc(labels, 0);
        durations.zero(labels);
        estimates.zero(labels);
      }
    },
    lookedUp(outcome) {
      lookups.inc({ outcome });
      asked += 1;
      if (outcome !== 'miss') known += 1;
    },
    limited: (scope) => limited.inc({ scope }),
    answered({ user, room }, recognition) {
      const { saved, use } = recognition;
      if (use)
        costByOrigin.inc(
          { origin: user ? 'user' : room ? 'room' : 'unknown' },
          use.cost / NANO_DOLLARS_A_DOLLAR,
        );
      if (saved) savings.inc({ by: 'cache' }, saved / NANO_DOLLARS_A_DOLLAR);
      if (answeredByRulesOnPurpose(recognition, { rulesGoFirst }) && paid.utterances > 0) {
        savings.inc({ by: 'rules' }, paid.dollars / paid.utterances);
      }
    },
  };
}

/** One window of each public scope: of the people's, the one that has least left of its limit. */
function fullestOfEach(windows: readonly BudgetWindow[]): BudgetWindow[] {
  const found = new Map<string, BudgetWindow>();
  for (const one of windows) {
    const scope = publicScope(one.scope);
    const key = `${scope} ${one.window}`;
    const other = found.get(key);
    if (!other || used(one) > used(other)) found.set(key, { ...one, scope });
  }
  return [...found.values()];
}

function used({ limit, spent, reserved }: BudgetWindow): number {
  return limit === 0 ? 1 : (spent + reserved) / limit;
}
