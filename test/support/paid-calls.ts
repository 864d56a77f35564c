import type { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { createKeyedHash } from '../../src/budget/keyed-hash.ts';
import { ledgerKeys } from '../../src/budget/ledger-keys.ts';
import { formatDollars, type NanoDollars } from '../../src/intent/money.ts';
import { decodeOutput } from '../../src/intent/recognition-codec.ts';
import { loadTokenCounter } from '../../src/llm/token-counter.ts';
import { type FakeProvider, startFakeProvider } from './fake-provider.ts';
import { books, records, startLedger, wallClock } from './ledger.ts';
import { noonZone } from './noon-zone.ts';
import { UNHURRIED } from './unhurried.ts';

export const INPUTS = ['said:a', 'said:b', 'said:c'] as const;
const OUTPUT = 'understood';
const KEY_PREFIX = 'money:';

const PLACES = [
  'salonie',
  'kuchni',
  'sypialni',
  'gabinecie',
  'łazience',
  'garażu',
  'przedpokoju',
  'ogrodzie',
];

/** A provider that counts as gpt-5-mini does, and asks what gpt-5-mini costs. @param thinking tokens of every reply */
export async function startPaidProvider(thinking = 0): Promise<FakeProvider> {
  const provider = await startFakeProvider({ countTokens: await loadTokenCounter('o200k_base'), thinking });
  onTestFinished(() => provider.close());
  return provider;
}

/** Settings of a service that asks a provider about everything, first. */
export function payingSettings({
  redisUrl,
  provider,
  cap,
  folder,
  consumer = 'replica-1',
}: {
  readonly redisUrl: string;
  readonly provider: FakeProvider;
  readonly cap: NanoDollars;
  /** Where the journal is kept. */
  readonly folder: string;
  readonly consumer?: string;
}): Record<string, string> {
  return {
    REDIS_URL: redisUrl,
    KEY_PREFIX,
    INPUT_STREAM: INPUTS.join(),
    OUTPUT_STREAM: OUTPUT,
    DLQ_STREAM: 'dead',
    CONSUMER_NAME: consumer,
    LEASE_MS: '800',
    MAX_TRANSCRIPT_AGE_SECONDS: '0',
    DATA_DIR: folder,
    RESOLVERS: 'llm,rules',
    LLM_PROVIDERS: 'openai:gpt-5-mini',
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: provider.url,
    ...UNHURRIED,
    DAILY_LLM_BUDGET_USD: formatDollars(cap),
    BUDGET_TIMEZONE: noonZone(),
  };
}

/** Up to 800, no two alike, so that none has its answer from another; rules understand them too. */
export function distinctOrders(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, offset) => {
    const index = from + offset;
    return `ustaw jasność światła w ${PLACES[index % PLACES.length]} na ${1 + Math.floor(index / PLACES.length)} procent`;
  });
}

/** Says each in a room of its own, on all streams in turn. @returns the ids, under each its stream and what was said */
export async function sayAll(redis: Redis, orders: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const pipeline = redis.pipeline();
  const streams = orders.map((_, index) => INPUTS[index % INPUTS.length] ?? INPUTS[0]);
  for (const [index, text] of orders.entries()) {
    const room = `room of ${text}`;
    pipeline.xadd(streams[index] ?? INPUTS[0], '*', 'transcript', text, 'room', room, 'language', 'pl');
  }
  const said = new Map<string, string>();
  for (const [index, [error, id]] of ((await pipeline.exec()) ?? []).entries()) {
    if (error) throw error;
    said.set(`${streams[index]} ${id}`, orders[index] ?? '');
  }
  return said;
}

type Answer = Readonly<Record<string, unknown>>;

export async function answers(redis: Redis): Promise<Answer[]> {
  return (await redis.xrange(OUTPUT, '-', '+')).map(([, fields]) => decodeOutput(fields));
}

export async function untilAnswered(redis: Redis, count: number, timeout = 60_000): Promise<void> {
  await expect.poll(() => redis.xlen(OUTPUT), { timeout, interval: 20 }).toBeGreaterThanOrEqual(count);
}

/** @throws an assertion where anything said has no answer, or more than one */
export async function expectAnsweredOnce(redis: Redis, said: ReadonlyMap<string, string>): Promise<void> {
  const given = (await answers(redis)).map(
    (answer) =>
      [`${answer['source_stream']} ${answer['source_message_id']}`, String(answer['transcript'])] as const,
  );
  expect(given.toSorted()).toEqual([...said].toSorted());
  for (const input of INPUTS) {
    expect((await redis.xpending(input, 'llm-intent'))[0]).toBe(0);
  }
}

/** What the ledger itself holds of today. */
export async function booksToday(redis: Redis): Promise<{ spent: NanoDollars; reserved: NanoDollars }> {
  return books(redis, KEY_PREFIX, `day:${today()}`);
}

/** As seen when all leases are over: whatever nobody settled is booked at its worst case by then. */
export async function booksInTheEnd(redisUrl: string, redis: Redis): ReturnType<typeof booksToday> {
  const ledger = await startLedger({
    url: redisUrl,
    keyPrefix: KEY_PREFIX,
    consumer: 'later',
    timeZone: noonZone(),
    clock: wallClock(Date.now() + 5 * 60_000),
  });
  await expect.poll(async () => (await booksToday(redis)).reserved).toBe(0);
  await ledger.stop(1000);
  return booksToday(redis);
}

function today(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: noonZone() }).format(Date.now());
}

/**
 * Holds the ledger against the bill, utterance by utterance: every call whose cost was told is booked at what was billed,
 * and every bill is covered by a record of its own, which costs no less.
 */
export async function expectBooksCoverBill(
  redis: Redis,
  provider: FakeProvider,
): Promise<{
  readonly metered: number;
  readonly atWorst: number;
  /** What calls were booked at that no provider ever heard of: who was to make them died first. */
  readonly neverMade: NanoDollars;
}> {
  const hashOf = await createKeyedHash(redis, KEY_PREFIX);
  const all = await records(redis, ledgerKeys(KEY_PREFIX));
  const booked = Object.groupBy(all, ({ utterance }) => utterance ?? '');
  const billed = Object.groupBy(provider.bill, ({ id }) => {
    const request = provider.requests[Number(id.slice('chatcmpl-'.length))];
    return hashOf('utterance', request?.said ?? '');
  });
  for (const [utterance, items = []] of Object.entries(billed)) {
    const told = booked[utterance] ?? [];
    const open = items.map(({ cost }) => cost);
    for (const { cost, outcome } of told) {
      if (outcome !== 'metered') continue;
      const at = open.indexOf(Number(cost));
      expect({ open, cost, at }).not.toMatchObject({ at: -1 });
      open.splice(at, 1);
    }
    const worst = told.filter(({ outcome }) => outcome === 'unknown' || outcome === 'expired');
    expect(worst.length).toBeGreaterThanOrEqual(open.length);
    for (const { cost } of worst) expect(Number(cost)).toBeGreaterThanOrEqual(Math.max(0, ...open));
  }
  const metered = all.filter(({ outcome }) => outcome === 'metered').length;
  const worst = all.filter(({ outcome }) => outcome === 'unknown' || outcome === 'expired');
  expect(provider.bill.length).toBeGreaterThanOrEqual(metered);
  const unmade = Object.entries(Object.groupBy(worst, ({ utterance }) => utterance ?? '')).flatMap(
    ([utterance, tries = []]) => {
      const told = (booked[utterance] ?? []).filter(({ outcome }) => outcome === 'metered').length;
      return tries.slice((billed[utterance]?.length ?? 0) - told);
    },
  );
  const neverMade = unmade.reduce((sum, { cost }) => sum + Number(cost), 0);
  return { metered, atWorst: worst.length, neverMade };
}

/** Waits until money can be spent. */
export async function untilOpen(url: string): Promise<void> {
  await expect.poll(async () => (await health(url)).budget?.state).toBe('open');
}

export async function health(
  url: string,
): Promise<{ readonly status: string; readonly budget: { readonly state: string } | null }> {
  const response = await fetch(`${url}/health`);
  return (await response.json()) as Awaited<ReturnType<typeof health>>;
}
