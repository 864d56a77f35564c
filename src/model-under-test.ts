import { hash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { type Allowance, createAllowance } from './budget/allowance.ts';
import { type Clock, systemClock } from './clock.ts';
import { loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import type { NanoDollars } from './intent/money.ts';
import type { Recognise } from './intent/recognise.ts';
import { templateSettings } from './llm/template-settings.ts';
import { circumstancesOf } from './model-path/circumstances.ts';
import { createModelPath } from './model-path/create-model-path.ts';
import type { ModelPathEvents } from './model-path/model-path-events.ts';
import { type ModelStores, openModelStores } from './model-path/open-stores.ts';
import { openConnection } from './redis/connection.ts';
import { startPrivateRedis } from './redis/private-redis.ts';
import { keyOfRoom } from './room-keys.ts';
import { openTalk } from './talk.ts';
import { createUnderstanding, type Knowledge, loadKnowledge } from './understanding.ts';

/** One model alone, as the service would ask it: no cache before it, no rules behind it. */
export interface ModelUnderTest {
  /** `openai:gpt-5-mini` */
  readonly name: string;
  readonly isFree: boolean;
  /**
   * @param maxCost what it may cost
   * @throws an error where the books of the budget cannot be opened
   */
  open(maxCost: NanoDollars): Promise<OpenModel>;
}

export interface OpenModel {
  readonly recognise: Recognise;
  /** Milliseconds for which it is left alone after many failures. */
  readonly pauseMs: number;
  /** What its answers depend on besides what is said. */
  readonly circumstances: string;
  /** What it has cost or may have cost. */
  spent(): NanoDollars;
  /** False when no call fits into what it may cost any more. */
  mayGoOn(): boolean;
  close(): Promise<void>;
}

/** Milliseconds until the books must be open. */
const OPENING_MS = 15_000;

/** A corpus is nobody's household: neither its rooms' money is spent, nor do their limits hold. */
const SPENDER = 'evaluation';
const WITHOUT_LIMITS = {
  LLM_INTENT_LIMITS__MINUTE: 'unlimited',
  LLM_INTENT_LIMITS__HOUR: 'unlimited',
  LLM_INTENT_LIMITS__DAY: 'unlimited',
  LLM_INTENT_LIMITS__ORIGINS: '[]',
};

/**
 * Finds out whether a model can be asked, without asking it. Once open, its calls are booked in the ledger of the running
 * service (`REDIS_URL`, else the private Redis in `DATA_DIR`) as those of `evaluation`, and held to its limits but for those
 * of each origin, and to one of their own.
 *
 * @param name as in `LLM_PROVIDERS`: `openai`, `openai:gpt-5-mini`
 * @param trouble told what goes wrong, for a person
 * @throws DocumentError for a model that cannot be asked or has no price
 */
export async function modelUnderTest(
  name: string,
  {
    environment,
    signal,
    trouble,
  }: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly signal: AbortSignal;
    readonly trouble: (message: string) => void;
  },
): Promise<ModelUnderTest> {
  const clock = systemClock;
  const alone = {
    ...environment,
    ...{ LLM_PROVIDERS: name, RESOLVERS: 'llm', CACHE_MODE: 'off', LLM_INTENT_LLM__VARIANTS: '[]' },
    ...WITHOUT_LIMITS,
    // A running service keeps a journal of its own, and so does whoever else evaluates something.
    CONSUMER_NAME: `evaluation-${randomUUID()}`,
  };
  const loaded = await loadConfig(alone);
  const { budget } = loaded;
  const limits = budget.limits.filter(({ scope }) => scope !== 'origin:*');
  const config = { ...loaded, budget: { ...budget, limits } };
  const knowledge = await loadKnowledge(config, { clock });
  const [planned] = knowledge.plan.models;
  if (!planned) throw new Error(`${name}: there is no such model to ask`);
  const { provider, model } = planned.choice;
  return {
    name: `${provider}:${model}`,
    isFree: planned.tariff.atMost({ prompt: 1000, completion: 100 }) === 0,
    open: (maxCost) =>
      openModel({ knowledge, config, planned: planned.choice, maxCost, clock, signal, trouble }),
  };
}

async function openModel({
  knowledge,
  config,
  planned: { provider },
  maxCost,
  clock,
  signal,
  trouble,
}: {
  readonly knowledge: Knowledge;
  readonly config: Config;
  readonly planned: { readonly provider: string };
  readonly maxCost: NanoDollars;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly trouble: (message: string) => void;
}): Promise<OpenModel> {
  const releases = new AsyncDisposableStack();
  try {
    const redisUrl = config.redis.url ?? (await startRedis());
    const connect = (purpose: string, key: string): Redis =>
      openConnection({
        ...{ url: redisUrl, key },
        name: `llm-intent:eval:${purpose}`,
        events: { lost: ({ message }) => trouble(`Redis: ${message}`), ready: () => undefined },
      });
    const memory = connect('talk', keyOfRoom('talk', config));
    releases.defer(() => memory.disconnect());
    const talk = openTalk({
      ...{ config, home: knowledge.home, redis: memory, clock },
      events: {
        trouble: (operation, message) => trouble(`conversation, ${operation}: ${message}`),
        recovered: () => undefined,
        corrupted: () => trouble('conversation: a turn could not be read and is left out'),
      },
    });
    releases.defer(() => talk.close());
    const events: ModelPathEvents = {
      model: {
        called: () => undefined,
        breakerChanged: ({ state }) => {
          if (state === 'open') trouble(`${provider} is out: it is left alone for a while`);
        },
        problem: ({ message }) => trouble(message),
        solved: () => undefined,
      },
      ledger: {
        closed: () => undefined,
        opened: () => undefined,
        refused: ({ scope, window }) => trouble(`the budget of ${scope} for this ${window} is used up`),
        threshold: ({ scope, window, percent }) =>
          trouble(`${percent} % of the budget of ${scope} for this ${window} is spent`),
        trouble: (operation, { message }) => trouble(`budget, ${operation}: ${message}`),
        forgotten: (id) => trouble(`budget: the bill of ${id} was given up`),
      },
      trouble: (part, operation, message) => trouble(`${part}, ${operation}: ${message}`),
      recovered: () => undefined,
      lookedUp: () => undefined,
      limited: () => undefined,
    };
    const stores = await openModelStores({
      ...{ config, connect, clock, events, signal, isAlone: config.redis.url === undefined },
      areaOf: (id) => knowledge.home.entity(id)?.area,
    });
    releases.defer(() => stores.stop());
    let allowance: Allowance | undefined;
    const path = await createModelPath({
      ...{ stores, knowledge, config, talk, spender: SPENDER, clock, events },
      guard(spending) {
        allowance = createAllowance(spending, { limit: maxCost, clock });
        return allowance;
      },
    });
    releases.defer(() => path.close());
    await booksOpen(stores);
    const { recognise } = createUnderstanding(knowledge, {
      ...{ config, clock, steps: path.steps },
      // What is said for a trial is none of the household's answers, which the books of costs count.
      answered: talk.answered,
    });
    return {
      recognise,
      pauseMs: config.llm.breaker.open_ms,
      circumstances: whatCounts(knowledge, config),
      spent: () => allowance?.spent() ?? 0,
      mayGoOn: () => allowance?.isUsedUp() !== true,
      close: () => releases.disposeAsync(),
    };
  } catch (error) {
    await releases.disposeAsync();
    throw error;
  }

  async function booksOpen({ ledger }: ModelStores): Promise<void> {
    const late = AbortSignal.timeout(OPENING_MS);
    try {
      await ledger.opened(AbortSignal.any([signal, late]));
    } catch (error) {
      if (!late.aborted || signal.aborted) throw error;
      const where = config.redis.url === undefined ? 'the private Redis' : 'the Redis at REDIS_URL';
      throw new Error(
        `the books of the budget in ${where} did not open within ${OPENING_MS / 1000} s, and no model is asked before: ` +
          'is it reachable, and may it be written to?',
        { cause: error },
      );
    }
  }

  async function startRedis(): Promise<string> {
    const own = await startPrivateRedis({ dataDir: join(config.data_dir, 'redis'), signal });
    releases.defer(() => own.stop());
    return own.url;
  }
}

function whatCounts({ rules, home, plan }: Knowledge, config: Config): string {
  const [arm] = plan.arms;
  const asked = circumstancesOf({ rules, home, arm, economy: [] }, config);
  const settings = [templateSettings(config.llm), config.policy, config.conversation];
  return hash('sha256', JSON.stringify([asked, ...settings]), 'base64url');
}
