import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { type Allowance, createAllowance } from './budget/allowance.ts';
import { systemClock } from './clock.ts';
import { loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import type { NanoDollars } from './intent/money.ts';
import type { Recognise } from './intent/recognise.ts';
import { templateSettings } from './llm/template-settings.ts';
import { type ModelPath, openModelPath } from './model-path/open-model-path.ts';
import { openConnection } from './redis/connection.ts';
import { startPrivateRedis } from './redis/private-redis.ts';
import { openTalk } from './talk.ts';
import { createUnderstanding, loadKnowledge } from './understanding.ts';

/** One model alone, as the service would ask it: no cache before it, no rules behind it. */
export interface ModelUnderTest {
  /** `openai:gpt-5-mini` */
  readonly name: string;
  readonly recognise: Recognise;
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

const WITHOUT_LIMITS = {
  LLM_INTENT_LIMITS__MINUTE: 'unlimited',
  LLM_INTENT_LIMITS__HOUR: 'unlimited',
  LLM_INTENT_LIMITS__DAY: 'unlimited',
  LLM_INTENT_LIMITS__ORIGINS: '[]',
};

/**
 * Opens one model with everything that guards the household's money: its calls are booked in the ledger of the running
 * service (`REDIS_URL`, else the private Redis in `DATA_DIR`) and held to its limits, and to one of their own.
 *
 * @param name as in `LLM_PROVIDERS`: `openai`, `openai:gpt-5-mini`
 * @param maxCost absent: only a model that costs nothing is asked
 * @param trouble told what goes wrong, for a person
 * @throws DocumentError for a model that cannot be asked or has no price; an error that says what to do where it costs
 * money and nobody said how much it may
 */
export async function openModelUnderTest(
  name: string,
  {
    environment,
    maxCost,
    signal,
    trouble,
  }: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly maxCost?: NanoDollars | undefined;
    readonly signal: AbortSignal;
    readonly trouble: (message: string) => void;
  },
): Promise<ModelUnderTest> {
  const clock = systemClock;
  const alone = {
    ...environment,
    ...{ LLM_PROVIDERS: name, RESOLVERS: 'llm', CACHE_MODE: 'off', LLM_INTENT_LLM__VARIANTS: '[]' },
    // A corpus is nobody's household: all of it comes from a few rooms, as fast as it can.
    ...WITHOUT_LIMITS,
    // A running service keeps a journal of its own.
    CONSUMER_NAME: 'evaluation',
  };
  const config = await loadConfig(alone);
  const knowledge = await loadKnowledge(config, { clock });
  const [planned] = knowledge.plan.models;
  if (!planned) throw new Error(`${name}: there is no such model to ask`);
  const { provider, model } = planned.choice;
  if (maxCost === undefined && planned.tariff.atMost({ prompt: 1000, completion: 100 }) > 0) {
    throw new Error(`asking ${provider}:${model} costs money: say how much at most, such as --max-cost 0.50`);
  }

  const releases = new AsyncDisposableStack();
  try {
    const redisUrl = config.redis.url ?? (await startRedis());
    const connect = (purpose: string): Redis =>
      openConnection({
        url: redisUrl,
        name: `llm-intent:eval:${purpose}`,
        events: { lost: ({ message }) => trouble(`Redis: ${message}`), ready: () => undefined },
      });
    const memory = connect('talk');
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
    let allowance: Allowance | undefined;
    const path = await openModelPath({
      ...{ knowledge, config, talk, connect, clock, isAlone: config.redis.url === undefined },
      guard(spending) {
        allowance = createAllowance(spending, maxCost ?? 0);
        return allowance;
      },
      events: {
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
      },
    });
    releases.defer(() => path.stop());
    await booksOpen(path);
    const { recognise } = createUnderstanding(knowledge, {
      ...{ config, clock, steps: path.steps },
      answered(transcript, recognition) {
        talk.answered(transcript, recognition);
        path.answered(recognition);
      },
    });
    return {
      name: `${provider}:${model}`,
      recognise,
      circumstances: await circumstancesOf(config, [
        `${provider}:${model}`,
        knowledge.plan.arms[0].prompts.version,
      ]),
      spent: () => allowance?.spent() ?? 0,
      mayGoOn: () => allowance?.isUsedUp() !== true,
      close: () => releases.disposeAsync(),
    };
  } catch (error) {
    await releases.disposeAsync();
    throw error;
  }

  async function booksOpen(path: ModelPath): Promise<void> {
    const late = AbortSignal.timeout(OPENING_MS);
    try {
      await path.opened(AbortSignal.any([signal, late]));
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

async function circumstancesOf(
  { files, rules, llm }: Config,
  asked: readonly [model: string, promptVersion: string],
): Promise<string> {
  const written = await Promise.all([files.intents, files.home].map((file) => readFile(file, 'utf8')));
  return hash('sha256', JSON.stringify([...asked, templateSettings(llm), rules.packs, written]), 'base64url');
}
