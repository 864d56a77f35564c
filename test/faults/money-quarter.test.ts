import { expect, onTestFinished, test } from 'vitest';
import { createCostBooks } from '../../src/budget/cost-books.ts';
import { flat, type Rates } from '../../src/budget/rates.ts';
import { reconcile } from '../../src/budget/reconcile.ts';
import { createTariff } from '../../src/budget/tariff.ts';
import { readUsageExport } from '../../src/budget/usage-export.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { CostReport, ReportBy } from '../../src/intent/cost-report.ts';
import type { Tariff } from '../../src/intent/spending.ts';
import {
  type FakePrices,
  type FakeProvider,
  type FakeRequest,
  type Fate,
  startFakeProvider,
} from '../support/fake-provider.ts';
import { books, opened, startLedger, type TestLedger } from '../support/ledger.ts';
import { picking } from '../support/model-service.ts';
import { type ModelStep, startModelStep } from '../support/model-step.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { seeded } from '../support/seeded.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KEY_PREFIX = 'quarter:';
const TIME_ZONE = 'Europe/Warsaw';
const DAY_MS = 24 * 3_600_000;
/** Noon in UTC and early afternoon in Warsaw, on both sides of the change of the clock in October. */
const FIRST = Date.parse('2026-10-01T12:00:00Z');
const DAYS = 92;
/** From here on the first provider asks less. */
const CHANGE = Date.parse('2026-11-15T00:00:00Z');
const PEOPLE = ['anna', 'jan', 'ola'] as const;
const ASKED_A_DAY = 12;

const NAMES = ['openai', 'anthropic', 'groq'] as const;
type Name = (typeof NAMES)[number];
const MODELS: Readonly<Record<Name, string>> = {
  openai: 'gpt-4.1-mini',
  anthropic: 'claude-haiku-4-5',
  groq: 'openai/gpt-oss-20b',
};
const WRITTEN = { fiveMinutes: 1250, oneHour: 2000 };
/** Nano-dollars a token. */
const PRICES: Readonly<Record<Name, FakePrices>> = {
  openai: { prompt: 400, cached: 100, completion: 1600, written: { fiveMinutes: 400, oneHour: 400 } },
  anthropic: { prompt: 1000, cached: 100, completion: 5000, written: WRITTEN },
  groq: { prompt: 75, cached: 37, completion: 300, written: { fiveMinutes: 75, oneHour: 75 } },
};
const LATER: FakePrices = { ...PRICES.openai, prompt: 317, cached: 79, completion: 1301 };

/** What the household gives, in nano-dollars: little enough that each of them is met on some days. */
const LIMITS = [
  { scope: 'all', window: 'day', limit: 10_000_000 },
  { scope: 'all', window: 'month', limit: 140_000_000 },
  { scope: 'provider:anthropic', window: 'day', limit: 9_000_000 },
  { scope: 'origin:*', window: 'day', limit: 7_000_000 },
] as const;

/** One call as its provider saw it. */
interface Seen {
  readonly provider: Name;
  readonly day: string;
  readonly origin: string;
  readonly request: FakeRequest;
  readonly fate: Fate;
}

function quarterClock(): Clock & { nextDay(): void } {
  let now = FIRST;
  return {
    now: () => now,
    // Who was left alone yesterday is asked today.
    monotonic: () => systemClock.monotonic() + now - FIRST,
    nextDay() {
      now += DAY_MS;
    },
  };
}

function ratesOf({ prompt, cached, completion, written }: FakePrices): Rates {
  const aMillion = (price: number) => flat(BigInt(price) * 1_000_000n);
  return {
    ...{ prompt: aMillion(prompt), cached: aMillion(cached), completion: aMillion(completion), perCall: 0n },
    cacheWrite: aMillion(written.fiveMinutes),
    cacheWriteHour: aMillion(written.oneHour),
  };
}

function tariffsAt(clock: Clock): Readonly<Record<Name, Tariff>> {
  const always = { kind: 'always' } as const;
  const since = { kind: 'since', start: CHANGE } as const;
  return {
    openai: createTariff(
      [
        { rates: ratesOf(PRICES.openai), when: always },
        { rates: ratesOf(LATER), when: since },
      ],
      clock,
    ),
    anthropic: createTariff([{ rates: ratesOf(PRICES.anthropic), when: always }], clock),
    groq: createTariff([{ rates: ratesOf(PRICES.groq), when: always }], clock),
  };
}

/** What a provider does with a request: mostly it answers, with more or less of the prompt from its cache. */
function fateBy(random: () => number, provider: Name): (request: FakeRequest) => Fate {
  return ({ prompt }) => {
    const dice = random();
    if (dice < 0.06) return { kind: 'status', status: 500 };
    if (dice < 0.12) return { kind: 'status', status: 429 };
    if (dice < 0.16) return { kind: 'reset' };
    if (dice < 0.19) return { kind: 'torn' };
    const content = picking(prompt, 'light.turn_on');
    if (dice < 0.22) return { kind: 'answer', content, usage: 'missing' };
    const written =
      provider === 'anthropic'
        ? { fiveMinutes: Math.floor(random() * 60), oneHour: Math.floor(random() * 30) }
        : { fiveMinutes: 0, oneHour: 0 };
    return { kind: 'answer', content, cache: { cached: Math.floor(random() * 90), written } };
  };
}

/** Three providers that bill, each call with what became of it. */
async function startProviders(clock: Clock) {
  const seen: Seen[] = [];
  const random = seeded(2026);
  const servers = {} as Record<Name, FakeProvider>;
  for (const provider of NAMES) {
    const current = (): FakePrices =>
      provider === 'openai' && clock.now() >= CHANGE ? LATER : PRICES[provider];
    const server = await startFakeProvider({
      prices: {
        get prompt() {
          return current().prompt;
        },
        get cached() {
          return current().cached;
        },
        get completion() {
          return current().completion;
        },
        get written() {
          return current().written;
        },
      },
    });
    onTestFinished(() => server.close());
    const decide = fateBy(random, provider);
    server.plan((request) => {
      const fate = decide(request);
      const origin = request.said.split(' ', 1)[0] ?? '';
      seen.push({ provider, day: new Date(clock.now()).toISOString().slice(0, 10), origin, request, fate });
      return fate;
    });
    servers[provider] = server;
  }
  /** Undefined where nothing was billed. */
  const billOf = ({ provider, request: { index } }: Seen) =>
    servers[provider].bill.find(({ id }) => id === `chatcmpl-${index}`);
  return { servers, seen, billOf };
}

const isTold = ({ fate }: Seen): boolean => fate.kind === 'answer' && fate.usage !== 'missing';
const isFree = ({ fate }: Seen): boolean => fate.kind === 'status' && fate.status < 500;

test('a quarter of three providers, faults, a new price and two restarts of Redis is booked to the nano-dollar', async () => {
  const clock = quarterClock();
  const { servers, seen, billOf } = await startProviders(clock);
  const redis = await startOwnRedis({ appendonly: true });
  const folder = await temporaryFolder();
  const tariffs = tariffsAt(clock);
  const ledgers: TestLedger[] = [];
  for (const consumer of ['replica-1', 'replica-2']) {
    const options = { url: redis.url, keyPrefix: KEY_PREFIX, limits: LIMITS, timeZone: TIME_ZONE };
    const ledger = await startLedger({ ...options, folder, consumer, clock, patienceMs: 10_000 });
    ledgers.push(ledger);
  }
  await Promise.all(ledgers.map(opened));

  // Each replica asks each provider first at times.
  const steps: ModelStep[] = [];
  for (const spending of ledgers) {
    for (const start of NAMES.keys()) {
      const order = NAMES.map((_, index) => NAMES[(start + index) % NAMES.length] ?? 'openai');
      const step = await startModelStep({
        ...{ clock, spending, server: servers.openai },
        settings: { retries: 0, breaker: { failures: 100, open_ms: 100 } },
        tariffOf: ({ provider }) => tariffs[provider as Name],
        choices: () =>
          order.map((provider) => ({
            kind: provider === 'anthropic' ? 'anthropic wire' : 'openai wire',
            provider,
            model: MODELS[provider],
            accounts: [{ name: '', baseUrl: servers[provider].url, apiKey: 'sk', weight: 1 }],
            isRemote: true,
          })),
      });
      steps.push(step);
    }
  }

  async function settled(day: string): Promise<void> {
    await expect.poll(async () => (await books(redis.redis, KEY_PREFIX, `day:${day}`)).reserved).toBe(0);
  }

  let answered = 0;
  for (let count = 0; count < DAYS; count += 1) {
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    await Promise.all(
      Array.from({ length: ASKED_A_DAY }, async (_, index) => {
        const step = steps[(count + index) % steps.length];
        const origin = PEOPLE[index % PEOPLE.length] ?? 'anna';
        const utterance = { text: `${origin} prosi zapal kinkiet w salonie`, language: 'pl' };
        const answer = await step?.ask({ utterance, origin, now: clock.now() });
        if (answer?.kind === 'answer') answered += 1;
      }),
    );
    await settled(day);
    const today = seen.filter((one) => one.day === day);
    const billed = (is: (one: Seen) => boolean): number =>
      today.filter(is).reduce((sum, one) => sum + (billOf(one)?.cost ?? 0), 0);
    for (const { scope, window, spent, limit } of ledgers.flatMap((ledger) => ledger.show().windows)) {
      expect({ day, scope, window, spent, isWithin: spent <= limit }).toMatchObject({ isWithin: true });
    }
    const ofScope = async (scope: string): Promise<number> =>
      Number(
        (await redis.redis.hget(`${KEY_PREFIX}v1:{budget}:windows:day:${day}`, `s|${scope}|day:${day}`)) ?? 0,
      );
    expect((await books(redis.redis, KEY_PREFIX, `day:${day}`)).spent).toBeGreaterThanOrEqual(
      billed(() => true),
    );
    expect(await ofScope('provider:anthropic')).toBeGreaterThanOrEqual(
      billed(({ provider }) => provider === 'anthropic'),
    );
    for (const person of PEOPLE) {
      expect(await ofScope(`origin:${person}`)).toBeGreaterThanOrEqual(
        billed(({ origin }) => origin === person),
      );
    }
    if (count === 30 || count === 61) {
      // What each of them saw last is what the books hold: nothing is lost, and nothing is counted twice.
      const spent = async () => (await books(redis.redis, KEY_PREFIX, `day:${day}`)).spent;
      const all = await spent();
      for (const ledger of ledgers) {
        await expect.poll(() => ledger.show().windows[0]).toMatchObject({ spent: all, reserved: 0 });
      }
      await redis.kill();
      await redis.restart();
      await expect
        .poll(async () => {
          const server = /run_id:(\w+)/.exec(await redis.redis.info('server'))?.[1];
          const state = await redis.redis.hmget(`${KEY_PREFIX}v1:{budget}:state`, 'server', 'open');
          return [state[0] === server, state[1]];
        })
        .toEqual([true, '1']);
    }
    if (count < DAYS - 1) clock.nextDay();
  }

  const costs = createCostBooks({
    ...{ redis: redis.redis, keyPrefix: KEY_PREFIX, timeZone: TIME_ZONE, monthly: () => 1, clock },
  });
  async function report(by: ReportBy): Promise<CostReport> {
    const found = await costs.report({ from: '2026-10', to: '2026-12', by });
    if ('mistake' in found) throw new Error(found.mistake);
    return found;
  }
  /** What the providers billed, where the books know it. */
  const billedBy = (nameOf: (one: Seen) => string): Record<string, number> => {
    const groups = Map.groupBy(seen.filter(isTold), nameOf);
    return Object.fromEntries(
      [...groups].map(([name, group]) => [
        name,
        group.reduce((sum, one) => sum + (billOf(one)?.cost ?? 0), 0),
      ]),
    );
  };
  /** On some days nobody heard back from any call. */
  const sure = async (by: ReportBy): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await report(by)).rows
        .filter(({ sums }) => sums.metered > 0)
        .map(({ name, sums }) => [name, sums.cost - sums.unsure]),
    );

  expect(await sure('day')).toEqual(billedBy(({ day }) => day));
  expect(await sure('month')).toEqual(billedBy(({ day }) => day.slice(0, 7)));
  expect(await sure('provider')).toEqual(billedBy(({ provider }) => provider));
  expect(await sure('model')).toEqual(billedBy(({ provider }) => `${provider}:${MODELS[provider]}`));
  expect(await sure('origin')).toEqual(billedBy(({ origin }) => origin));

  const { total, unaccounted } = await report('day');
  const told = seen.filter(isTold).flatMap((one) => billOf(one) ?? []);
  const sum = (of: (item: (typeof told)[number]) => number): number =>
    told.reduce((all, item) => all + of(item), 0);
  expect(total).toMatchObject({
    metered: told.length,
    promptTokens: sum(({ tokens }) => tokens.prompt),
    cachedTokens: sum(({ tokens }) => tokens.cached),
    writtenTokens: sum(({ tokens }) => tokens.written.fiveMinutes + tokens.written.oneHour),
    completionTokens: sum(({ tokens }) => tokens.completion),
  });
  const unheard = seen.filter((one) => !isTold(one) && !isFree(one));
  expect(total.unknown).toBe(unheard.length);
  expect(total.unsure).toBeGreaterThanOrEqual(
    unheard.reduce((all, one) => all + (billOf(one)?.cost ?? 0), 0),
  );
  expect(unaccounted).toBe(0);

  // Every fault, and every limit, was met.
  expect(answered).toBeGreaterThan(300);
  expect(new Set(seen.map(({ fate }) => fate.kind))).toEqual(new Set(['answer', 'status', 'reset', 'torn']));
  const refusals = new Set(
    ledgers.flatMap((ledger) => ledger.told).filter((line) => line.startsWith('refused')),
  );
  for (const limit of ['all day', 'all month', 'provider:anthropic day', 'origin:anna day']) {
    expect([...refusals]).toContain(`refused ${limit}`);
  }

  // The providers' own accounts of it: nothing differs that calls do not explain whose end nobody heard.
  for (const provider of ['openai', 'anthropic'] as const) {
    const usage = readUsageExport(JSON.stringify(exportOf(provider, { seen, billOf })));
    const lines = reconcile(await costs.read(usage.days), usage, () => tariffsAt(clock)[provider]);
    expect(lines.length).toBeGreaterThan(60);
    expect(lines.filter(({ verdict }) => verdict === 'different')).toEqual([]);
    expect(lines.filter(({ verdict }) => verdict === 'equal').length).toBeGreaterThan(10);
  }
});

/** What a provider would export of the quarter. */
function exportOf(
  provider: 'openai' | 'anthropic',
  { seen, billOf }: Pick<Awaited<ReturnType<typeof startProviders>>, 'seen' | 'billOf'>,
): object {
  const days = Map.groupBy(
    seen.filter((one) => one.provider === provider && billOf(one)),
    ({ day }) => day,
  );
  const data = [...days].map(([day, calls]) => {
    const items = calls.flatMap((one) => billOf(one)?.tokens ?? []);
    const sum = (of: (tokens: (typeof items)[number]) => number): number =>
      items.reduce((all, tokens) => all + of(tokens), 0);
    const start = Date.parse(`${day}T00:00:00Z`);
    if (provider === 'openai') {
      const result = {
        object: 'organization.usage.completions.result',
        input_tokens: sum(({ prompt }) => prompt),
        input_cached_tokens: sum(({ cached }) => cached),
        output_tokens: sum(({ completion }) => completion),
        num_model_requests: items.length,
        model: 'gpt-4.1-mini-2025-04-14',
      };
      return {
        object: 'bucket',
        start_time: start / 1000,
        end_time: (start + DAY_MS) / 1000,
        results: [result],
      };
    }
    const result = {
      uncached_input_tokens: sum(
        ({ prompt, cached, written }) => prompt - cached - written.fiveMinutes - written.oneHour,
      ),
      cache_creation: {
        ephemeral_5m_input_tokens: sum(({ written }) => written.fiveMinutes),
        ephemeral_1h_input_tokens: sum(({ written }) => written.oneHour),
      },
      cache_read_input_tokens: sum(({ cached }) => cached),
      output_tokens: sum(({ completion }) => completion),
      model: 'claude-haiku-4-5-20251001',
    };
    return {
      starting_at: new Date(start).toISOString(),
      ending_at: new Date(start + DAY_MS).toISOString(),
      results: [result],
    };
  });
  return provider === 'openai' ? { object: 'page', data } : { data, has_more: false, next_page: null };
}
