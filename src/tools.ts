import { type CostBooks, createCostBooks } from './budget/cost-books.ts';
import { type BudgetOperator, createBudgetOperator } from './budget/operator.ts';
import { type Reconciled, reconcile } from './budget/reconcile.ts';
import type { UsageExport } from './budget/usage-export.ts';
import type { BackendEvents, CacheBackend, CacheCounts } from './cache/backend.ts';
import { openRedisBackend } from './cache/redis-backend.ts';
import { cacheFileIn, openSqliteBackend } from './cache/sqlite-backend.ts';
import { systemClock } from './clock.ts';
import { budgetLimits } from './config/budget-limits.ts';
import type { Config } from './config/schema.ts';
import { forgetQuestions } from './conversation/forget-questions.ts';
import { eraseEntries } from './erasure/erase-entries.ts';
import { eraseRequests } from './erasure/erase-requests.ts';
import { eraseTexts } from './erasure/erase-texts.ts';
import { plansLeft } from './erasure/plans-left.ts';
import { createNames, type Whose } from './erasure/whose-words.ts';
import { readStatistics } from './events/recognition-books.ts';
import type { Statistics } from './intent/statistics.ts';
import { loadHome } from './lexicon/home-document.ts';
import { type ModeState, modeStateOf } from './mode/mode-state.ts';
import { createModeStore, type ModeSetting } from './mode/mode-store.ts';
import { answersOnce } from './redis/answer-once.ts';
import { reachPlaces } from './redis/reach-places.ts';
import { keyOfRoom, prefixOfRoom } from './room-keys.ts';
import { createDeadLetters, type DeadLetters } from './stream/dead-letters.ts';
import type { Reply } from './stream/say.ts';
import { sendTranscript } from './stream/send.ts';
import { inputStreams } from './stream-settings.ts';
import { openTalk } from './talk.ts';

export type { Reconciled } from './budget/reconcile.ts';
export { readUsageExport } from './budget/usage-export.ts';

/** What an operator can do with the streams and the budget of running services. */
export interface Tools {
  readonly deadLetters: DeadLetters;
  readonly budget: BudgetOperator;
  readonly costs: Pick<CostBooks, 'report'> & {
    /**
     * Holds the books against what a provider says.
     *
     * @throws an error of Redis; DocumentError for a file of prices with mistakes
     */
    reconcile(usage: UsageExport): Promise<Reconciled[]>;
  };
  /** What holds for services that are reached by Redis; they follow within a second. */
  readonly mode: {
    show(): Promise<ModeState>;
    set(setting: ModeSetting): Promise<ModeState>;
  };
  /** What was recognised how. @param days up to and with the present one, at most 90 */
  stats(days: number): Promise<Statistics>;
  /** Says something on the first input stream. @param fields of the input entry, by name */
  send: (fields: Parameters<typeof sendTranscript>[0], signal: AbortSignal) => Promise<Reply>;
  close(): void;
}

/** @throws an error that names the reason when Redis is not reached within 5 seconds */
export async function connectTools(
  config: Config,
  { redisUrl, signal }: { redisUrl: string; signal: AbortSignal },
): Promise<Tools> {
  const [names] = inputStreams(config);
  if (!names) throw new Error('there is no input stream');
  const places = await reachPlaces(redisUrl, {
    keys: [
      names.input,
      keyOfRoom('budget', config),
      keyOfRoom('mode', config),
      keyOfRoom('statistics', config),
    ],
    signal,
  });
  const redis = places.at(names.input);
  const books = places.at(keyOfRoom('budget', config));
  const costs = createCostBooks({
    redis: books,
    keyPrefix: config.redis.key_prefix,
    timeZone: config.budget.time_zone,
    monthly: () => config.budget.monthly_usd,
    clock: systemClock,
  });
  const modes = createModeStore(places.at(keyOfRoom('mode', config)), config.redis.key_prefix);
  return {
    deadLetters: createDeadLetters({ redis, stream: names.deadLetters }),
    budget: createBudgetOperator({
      redis: books,
      keyPrefix: config.redis.key_prefix,
      limits: budgetLimits(config),
      timeZone: config.budget.time_zone,
      clock: systemClock,
    }),
    costs: {
      report: costs.report,
      async reconcile(usage) {
        // A large list, which only this needs.
        const { loadPrices } = await import('./budget/prices.ts');
        const prices = await loadPrices(config.files.prices, systemClock);
        const books = await costs.read(usage.days);
        return reconcile(books, usage, (model) => prices.known(usage.provider, model));
      },
    },
    mode: {
      show: async () => modeStateOf(await modes.read()),
      set: async (setting) => modeStateOf(await modes.set(setting)),
    },
    stats: (days) =>
      readStatistics(places.at(keyOfRoom('statistics', config)), {
        keyPrefix: config.redis.key_prefix,
        timeZone: config.time_zone,
        ...{ days, now: systemClock.now() },
      }),
    send: (fields, sendSignal) => sendTranscript(fields, { redis, names, signal: sendSignal }),
    close: () => places.close(),
  };
}

/** What an operator can do with the cache of a running service, beside what it keeps in its process. */
export interface CacheTools {
  /** @throws an error where what keeps the cache does not answer */
  stats(): Promise<{
    readonly backend: CacheBackend['name'];
    readonly entries: number;
    readonly counts: CacheCounts;
  }>;
  /** @returns how many entries there were. @throws an error where not every replica was cleared */
  clear(signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/** @throws an error that says why the cache cannot be reached: where there is none but in the service's process, too */
export async function openCacheTools(
  config: Config,
  { signal }: { signal: AbortSignal },
): Promise<CacheTools> {
  const { backend, close } = await openCacheBackend(config, signal);
  return {
    async stats() {
      const [entries, counts] = await Promise.all([backend.count(), backend.allCounts()]);
      if (entries === undefined || !counts) throw new Error(`the cache in ${backend.name} does not answer`);
      return { backend: backend.name, entries, counts };
    },
    clear: (clearSignal) => backend.clear(clearSignal),
    async close() {
      await backend.close();
      close();
    },
  };
}

/** What became of what a room or a user has said. */
export interface Erased {
  /** Turns of talks that were remembered. */
  readonly turns: number;
  /** Questions that waited for an answer, or were answered just now. */
  readonly questions: number;
  /** Entries of streams, by stream. */
  readonly entries: Readonly<Record<string, number>>;
  /** Requests that waited for a model, which are never answered then, and answers to those that waited. */
  readonly requests: number;
  /** Answers that were kept for whoever asks again under the same `Idempotency-Key`. */
  readonly answers: number;
  /** Answers of models, of everybody: nobody can tell whose they are. Undefined where only the service reaches them. */
  readonly cached: number | undefined;
  /** Entries of theirs that are in work: to be erased a moment later. */
  readonly inWork: number;
  /** Dead letters of which nobody can tell whose they are. */
  readonly untold: readonly string[];
  /** What they have planned: it stays. */
  readonly plans: readonly string[];
}

/**
 * Erases what was said in a room, or by a user, wherever it is kept.
 *
 * @throws an error that names the reason when Redis is not reached within 5 seconds, or does not answer; DocumentError for a
 *   home with mistakes
 */
export async function eraseWords(
  config: Config,
  whose: Whose,
  { redisUrl, signal }: { redisUrl: string; signal: AbortSignal },
): Promise<Erased> {
  // A room has several names, and is remembered under one.
  const home = await loadHome(config.files.home);
  const [talks, waiting] = [keyOfRoom('talk', config), keyOfRoom('queue', config)];
  const [input = '', executed] = [config.streams.input[0], config.bridge.output];
  const asked = keyOfRoom('idempotency', config);
  const places = await reachPlaces(redisUrl, {
    keys: [talks, waiting, asked, input, executed],
    signal,
  });
  const { conversation, privacy, close } = openTalk({
    ...{ config, home, redis: places.at(talks), clock: systemClock },
    events: { trouble: () => undefined, recovered: () => undefined, corrupted: () => undefined },
  });
  const keyPrefix = config.redis.key_prefix;
  const isTheirs = createNames(whose, privacy.isSame);
  try {
    // What leads to new turns first, and what new answers are made of last.
    const streams = await eraseEntries(places.at(input), {
      ...{ inputs: inputStreams(config), executed: { redis: places.at(executed), stream: executed } },
      ...{ isTheirs, signal },
    });
    const questions = await forgetQuestions(places.at(talks), whose, { keyPrefix, privacy, signal });
    const turns = await conversation.forget(whose, signal);
    const requests = await eraseRequests(places.at(waiting), { keyPrefix, isTheirs, signal });
    const answers = await eraseTexts(places.at(asked), {
      ...{ start: answersOnce(prefixOfRoom('idempotency', config)), isTheirs, signal },
    });
    const cached = await clearCache(config, signal);
    const plans = await plansLeft(places.at(config.streams.output), {
      ...{ keyPrefix: prefixOfRoom('bridge', config), group: config.bridge.group, isTheirs, signal },
    });
    const { erased: entries, inWork, untold } = streams;
    return { turns, questions, entries, requests, answers, cached, inWork, untold, plans };
  } finally {
    await close();
    places.close();
  }
}

async function clearCache(config: Config, signal: AbortSignal): Promise<number | undefined> {
  if (config.cache.backend === 'memory') return undefined;
  const cache = await openCacheTools(config, { signal });
  try {
    return await cache.clear(signal);
  } finally {
    await cache.close();
  }
}

async function openCacheBackend(
  config: Config,
  signal: AbortSignal,
): Promise<{ backend: CacheBackend; close: () => void }> {
  const clock = systemClock;
  // Nobody listens: what fails is told by what is asked.
  const events: BackendEvents = {
    trouble: () => undefined,
    recovered: () => undefined,
    cleared: () => undefined,
  };
  if (config.cache.backend === 'sqlite') {
    const backend = await openSqliteBackend({ file: cacheFileIn(config.data_dir), clock, events });
    return { backend, close: () => undefined };
  }
  if (config.cache.backend === 'memory' || config.redis.url === undefined) {
    throw new Error("the cache is within the service's own reach only: ask its HTTP server");
  }
  const key = keyOfRoom('cache', config);
  const places = await reachPlaces(config.redis.url, { keys: [key], signal });
  const redis = places.at(key);
  const backend = await openRedisBackend({ redis, keyPrefix: config.redis.key_prefix, clock, events });
  return { backend, close: () => places.close() };
}
