import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { createBudgetOperator } from '../../src/budget/operator.ts';
import { systemClock } from '../../src/clock.ts';
import { decodeOutput } from '../../src/intent/recognition-codec.ts';
import {
  type RunningService,
  type ServiceProcess,
  startServiceHere,
  startServiceProcess,
} from './command.ts';
import { type FakeProvider, startFakeProvider } from './fake-provider.ts';
import { postIntent } from './post-intent.ts';
import { readMetrics } from './read-metrics.ts';
import { connectShared, ownName, whereRedisIs } from './shared.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { UNHURRIED } from './unhurried.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The key that a provider is asked with. Nobody may ever read it anywhere. */
export const SECRET_KEY = 'sk-a-key-that-nobody-may-read';

/** For a service that many speak to at once, as soon as it is ready. */
export const WARM = { LLM_INTENT_RULES__WARM_UP: 'true' };

/** A provider, and streams, keys and a folder of one's own for a service that asks it. */
export interface ModelGround {
  readonly provider: FakeProvider;
  readonly redis: Redis;
  readonly keyPrefix: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Puts transcripts on the input stream. @returns their ids */
  say(...said: readonly Readonly<Record<string, string>>[]): Promise<string[]>;
  /** Waits for so many answers. @returns all of them, the oldest first */
  answers(count: number, timeoutMs?: number): Promise<Fields[]>;
}

/**
 * Prepares what a service needs that asks a fake provider in OpenAI's name. Its budget is open already, as on any but the
 * first start.
 */
export async function prepareModelGround(given: Readonly<Record<string, string>> = {}): Promise<ModelGround> {
  const name = ownName();
  const keyPrefix = `${name}:`;
  const provider = await startFakeProvider();
  const redis = connectShared();
  onTestFinished(async () => {
    await provider.close();
    redis.disconnect();
  });
  await createBudgetOperator({
    ...{ redis, keyPrefix, limits: [], timeZone: 'UTC', clock: systemClock },
  }).open();
  const [input, output] = [`${name}:in`, `${name}:out`];
  return {
    provider,
    redis,
    keyPrefix,
    environment: {
      ...whereRedisIs(name),
      INPUT_STREAM: input,
      OUTPUT_STREAM: output,
      DLQ_STREAM: `${name}:dlq`,
      KEY_PREFIX: keyPrefix,
      DATA_DIR: join(await temporaryFolder(), 'data'),
      LEASE_MS: '600',
      LLM_PROVIDERS: 'openai:gpt-5-mini',
      OPENAI_API_KEY: SECRET_KEY,
      OPENAI_BASE_URL: provider.url,
      ...UNHURRIED,
      ...given,
    },
    async say(...said) {
      const pipeline = redis.pipeline();
      for (const fields of said) pipeline.xadd(input, '*', ...Object.entries(fields).flat());
      return ((await pipeline.exec()) ?? []).map(([error, id]) => {
        if (error) throw error;
        return String(id);
      });
    },
    async answers(count, timeoutMs = 15_000) {
      await expect.poll(() => redis.xlen(output), { timeout: timeoutMs, interval: 10 }).toBe(count);
      return (await redis.xrange(output, '-', '+')).map(([, fields]) => decodeOutput(fields));
    },
  };
}

/** A running service on such a ground, its budget open. */
export interface ModelService extends ModelGround, RunningService {
  /** `POST /intent`. */
  ask(body: Fields): Promise<Fields>;
  health(): Promise<Fields>;
  /** Of `GET /metrics`, by name and labels as they are written there. */
  metrics(): Promise<ReadonlyMap<string, number>>;
}

/** Starts the real service, and waits until it may spend. */
export async function startModelService(given: Readonly<Record<string, string>> = {}): Promise<ModelService> {
  return onModelGround(given, startServiceHere);
}

/** As `startModelService`, as a process of its own: to be killed, or its memory measured. */
export async function startModelProcess(
  given: Readonly<Record<string, string>> = {},
): Promise<ModelService & ServiceProcess> {
  return onModelGround(given, startServiceProcess);
}

async function onModelGround<Service extends RunningService>(
  given: Readonly<Record<string, string>>,
  start: (environment: Readonly<Record<string, string>>) => Promise<Service>,
): Promise<ModelService & Service> {
  const ground = await prepareModelGround(given);
  const service = await start(ground.environment);
  await Promise.all([service.logged('ownership'), service.logged('budget_open')]);
  return {
    ...ground,
    ...service,
    async ask(body) {
      const response = await postIntent(service.url, body);
      const answer = (await response.json()) as Fields;
      if (!response.ok) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
      return answer;
    },
    health: async () => (await (await fetch(`${service.url}/health`)).json()) as Fields,
    metrics: async () => readMetrics(await (await fetch(`${service.url}/metrics`)).text()),
  };
}

/** A model's reply that picks the first candidate with such an intent. */
export function picking(prompt: string, intent: string): Fields {
  const id = new RegExp(`(c\\d+) ${intent.replace('.', '\\.')}(?![\\w.])`).exec(prompt)?.[1];
  if (id === undefined) throw new Error(`there is no ${intent} among\n${prompt}`);
  return { kind: 'action', picks: [{ id, at: null, slots: [] }], confidence: 0.9 };
}
