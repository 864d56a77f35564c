import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createBudgetOperator } from '../../src/budget/operator.ts';
import { systemClock } from '../../src/clock.ts';
import { formatDollars, NANO_DOLLARS_A_DOLLAR } from '../../src/intent/money.ts';
import { loadHome } from '../../src/lexicon/home-document.ts';
import { loadTokenCounter } from '../../src/llm/token-counter.ts';
import { startPrivateRedis } from '../../src/redis/private-redis.ts';
import { type FakeProvider, startFakeProvider } from '../../test/support/fake-provider.ts';
import { noonZone } from '../../test/support/noon-zone.ts';
import { seeded } from '../../test/support/seeded.ts';
import { createAnswerBooks } from './answer-books.ts';
import { createTroubleMaker, wellDay } from './bring-trouble.ts';
import { startCallers } from './callers.ts';
import { complaintsAbout, type Sample } from './judge.ts';
import { createReplica, type Replica } from './replica.ts';
import type { SoakReport } from './report.ts';
import { hearAnswers, startSpeaker } from './speaker.ts';
import { createSpeech } from './speech.ts';
import { planTroubles } from './troubles.ts';
import { takeSample } from './watch.ts';

const HOME = join(import.meta.dirname, '../../config/home.yaml');
const STREAMS = ['voice:0', 'voice:1', 'voice:2', 'voice:3'];
const OUTPUT = 'intents:recognized';
const DEAD_LETTERS = 'voice:dlq';
const GROUP = 'llm-intent';
const KEY_PREFIX = 'llm-intent:';
/** Dollars a second of the first cycle: less than is asked for, so that the first budget is spent before it is raised. */
const FIRST_BUDGET = 0.0008;
const RAISED_BUDGET = 1000;
const INPUT_SECONDS = 60;
const OUTPUT_ENTRIES = 10_000;
/** Seconds between two looks at what is too old, and what a look may leave because Redis trims by the hundred. */
const SWEPT_AFTER = 60;
/** Entries of the ledger, and events, that are kept. */
const RECORDS = 20_000;
const EVENTS = 10_000;
/** Milliseconds in which all that is in work has to end when nothing more comes. */
const SETTLE_MS = 90_000;
/** By each kind of program beside the streams. */
const REQUESTS_A_SECOND = 1;
/** A share of what is said that may be too late to act on: what docs/operations.md promises. */
const LATE_SHARE = 0.001;

export interface SoakSettings {
  readonly seconds: number;
  /** Transcripts. */
  readonly perSecond: number;
  readonly seed: number;
  /** Ends it early; it is judged all the same. */
  readonly signal: AbortSignal;
  /** Told what goes wrong, as it begins. */
  readonly trouble: (name: string) => void;
  /** Told how it goes. */
  readonly sampled: (progress: Omit<SoakReport, 'complaints' | 'settledMs'>) => void;
}

/** Runs everything for so long, and tells what it was like and what was wrong. */
export async function soak(settings: SoakSettings): Promise<SoakReport> {
  await using releases = new AsyncDisposableStack();
  const { seconds, perSecond, seed, signal } = settings;
  const random = seeded(seed);
  const folder = await mkdtemp(join(tmpdir(), 'llm-intent-soak-'));
  releases.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const server = await startPrivateRedis({ dataDir: join(folder, 'redis') });
  releases.defer(() => server.stop());
  const connect = (): Redis => {
    const redis = new Redis(server.url, { maxRetriesPerRequest: null });
    releases.defer(() => redis.disconnect());
    return redis;
  };
  const redis = connect();
  const provider = await startFakeProvider({
    countTokens: await loadTokenCounter('o200k_base'),
    forgets: true,
  });
  releases.defer(() => provider.close());
  provider.plan(wellDay(random));
  // Else nothing is spent until Redis has been up for a while: books that are not there might have been lost.
  await createBudgetOperator({
    ...{ redis, keyPrefix: KEY_PREFIX, limits: [], timeZone: 'UTC', clock: systemClock },
  }).open();

  const { troubles, cycle } = planTroubles(seconds);
  let cap = FIRST_BUDGET * cycle;
  const replicas = replicasOn({ redisUrl: server.url, provider, folder, cap, cycle });
  for (const replica of replicas) releases.defer(() => replica.kill());
  await Promise.all(replicas.map((replica) => replica.start()));

  const complaints: string[] = [];
  const samples: Sample[] = [];
  const books = createAnswerBooks();
  const failed = (error: Error): void => void complaints.push(`Redis refused: ${error.message}`);
  const hearing = new AbortController();
  const heard = hearAnswers({ redis: connect(), stream: OUTPUT, books, failed, signal: hearing.signal });
  const home = await loadHome(HOME);
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  const speaker = startSpeaker({
    ...{ redis, streams: STREAMS, perSecond, books, failed },
    speech: createSpeech(home, `${seed}`),
  });
  const callers = startCallers({
    replicas,
    speech: createSpeech(home, `${seed} by HTTP`),
    perSecond: REQUESTS_A_SECOND,
  });
  releases.defer(() => callers.stop());

  const progress = (): Omit<SoakReport, 'complaints' | 'settledMs'> => ({
    ...{ seconds: elapsed(), samples, answers: books.counts, open: books.open, calls: callers.counts },
    ...{
      waiting: callers.waiting,
      asked: provider.asked(),
      billed: provider.billed() / NANO_DOLLARS_A_DOLLAR,
    },
    warnings: Object.fromEntries(replicas.map((replica) => [replica.name, replica.warnings()])),
  });

  async function watch(): Promise<void> {
    const every = Math.min(5, seconds / 20);
    const keysEvery = Math.max(1, Math.round(Math.min(60, seconds / 8) / every));
    for (let index = 0; elapsed() < seconds && !signal.aborted; index += 1) {
      samples.push(await look(index % keysEvery === 0));
      settings.sampled(progress());
      await sleep(every * 1000, undefined, { signal }).catch(() => undefined);
    }
  }

  async function look(looksAtKeys: boolean): Promise<Sample> {
    const billed = provider.billed() / NANO_DOLLARS_A_DOLLAR;
    if (billed > cap) complaints.push(`$${billed} were billed where $${cap} may be spent`);
    const at = elapsed();
    return takeSample({ at, redis, streams: STREAMS, group: GROUP, replicas, looksAtKeys });
  }

  const bring = createTroubleMaker({
    ...{ provider, redisPid: server.pid, replicas, random },
    raise() {
      if (books.counts.said > 0 && provider.billed() < (cap * NANO_DOLLARS_A_DOLLAR) / 2) {
        complaints.push('the first budget was to be spent by now, and is not');
      }
      cap = RAISED_BUDGET;
      return { DAILY_LLM_BUDGET_USD: String(cap) };
    },
  });

  async function suffer(): Promise<void> {
    for (const trouble of troubles) {
      await sleep(Math.max(0, (trouble.at - elapsed()) * 1000), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      settings.trouble(trouble.name);
      await bring(trouble);
    }
  }

  await Promise.all([watch(), suffer()]);
  await speaker.stop();
  const stopped = performance.now();
  await callers.finish(SETTLE_MS);
  complaints.push(...(await settle()));
  const settledMs = performance.now() - stopped;
  await callers.stop();
  for (const replica of replicas) await replica.stop();
  hearing.abort();
  await heard;

  /** Waits until nothing is under way. @returns what is, where that takes too long */
  async function settle(): Promise<string[]> {
    const deadline = stopped + SETTLE_MS;
    for (;;) {
      const sample = await look(true);
      const { pending = Number.NaN, lag = Number.NaN } = sample.redis ?? {};
      if (books.open === 0 && pending === 0 && lag === 0) {
        samples.push(sample);
        return [];
      }
      if (performance.now() > deadline) {
        samples.push(sample);
        const left = `${pending} pending, ${lag} not delivered`;
        return [`not everything ended within ${SETTLE_MS / 1000} s: ${left}`, ...books.lost()];
      }
      await sleep(200);
    }
  }

  const late = books.counts.byStatus.get('expired') ?? 0;
  if (late > LATE_SHARE * books.counts.said) {
    complaints.push(`${late} of ${books.counts.said} transcripts were too old when their turn came`);
  }
  const given = await redis.xlen(DEAD_LETTERS);
  if (given > 0) complaints.push(`${given} transcripts were given up`);
  if (callers.counts.heard === 0) complaints.push('nobody who listened heard anything');
  complaints.push(
    ...books.complaints(),
    ...callers.complaints(),
    ...replicas.flatMap((replica) => replica.complaints()),
    ...complaintsAbout(samples, {
      replicas: replicas.length,
      mayHold: (purpose) => mayHold(purpose, { perSecond, asked: provider.asked() }),
    }),
  );
  return { ...progress(), settledMs, complaints };
}

/** Two of them, each of which would do alone. */
function replicasOn({
  redisUrl,
  provider,
  folder,
  cap,
  cycle,
}: {
  readonly redisUrl: string;
  readonly provider: FakeProvider;
  readonly folder: string;
  readonly cap: number;
  /** Seconds. */
  readonly cycle: number;
}): readonly [Replica, Replica] {
  const settings = {
    REDIS_URL: redisUrl,
    INPUT_STREAM: STREAMS.join(),
    OUTPUT_STREAM: OUTPUT,
    DLQ_STREAM: DEAD_LETTERS,
    CONSUMER_GROUP: GROUP,
    KEY_PREFIX,
    LLM_PROVIDERS: 'openai:gpt-5-mini',
    OPENAI_API_KEY: 'sk-soak',
    OPENAI_BASE_URL: provider.url,
    DAILY_LLM_BUDGET_USD: formatDollars(Math.round(cap * NANO_DOLLARS_A_DOLLAR)),
    BUDGET_TIMEZONE: noonZone(),
    LOG_LEVEL: 'info',
    // So that streams are as long as they ever get before half of it is over.
    LLM_INTENT_STREAMS__RETENTION__INPUT_SECONDS: String(INPUT_SECONDS),
    LLM_INTENT_STREAMS__RETENTION__OUTPUT_ENTRIES: String(OUTPUT_ENTRIES),
    // Three people who speak for forty rooms are over what one may ask in an hour after a third of it.
    LLM_INTENT_LIMITS__HOUR: 'unlimited',
    LLM_INTENT_LIMITS__DAY: 'unlimited',
    // What a provider does to the mode holds for longer each time that it comes again within the hour: models would hardly be asked.
    LLM_INTENT_MODE__TROUBLE__MINIMUM_CALLS: '1000000',
    LLM_INTENT_MODE__MINIMUM_STAY_SECONDS: String(Math.min(20, Math.ceil(cycle / 30))),
  };
  const named = (name: string): Replica =>
    createReplica(name, { ...settings, CONSUMER_NAME: name, DATA_DIR: join(folder, name) });
  return [named('first'), named('second')];
}

/** @returns how many elements something has when it is full; undefined for what has no bound of its own */
function mayHold(
  purpose: string,
  { perSecond, asked }: { readonly perSecond: number; readonly asked: number },
): number | undefined {
  if (STREAMS.includes(purpose)) return perSecond * (INPUT_SECONDS + SWEPT_AFTER);
  if (purpose === OUTPUT) return OUTPUT_ENTRIES + perSecond * SWEPT_AFTER;
  if (purpose === `${KEY_PREFIX}events`) return EVENTS;
  if (purpose.endsWith('{budget}:ledger')) return RECORDS;
  // Each call is remembered for a day.
  if (/\{budget\}:(expenses|due)$/.test(purpose)) return asked;
  return undefined;
}
