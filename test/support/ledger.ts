import type { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import type { KeyedHash } from '../../src/budget/keyed-hash.ts';
import { createLedger, LEDGER_DEFAULTS, type Ledger, type LedgerOptions } from '../../src/budget/ledger.ts';
import type { LedgerEvents } from '../../src/budget/ledger-events.ts';
import { type LedgerKeys, ledgerKeys } from '../../src/budget/ledger-keys.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { NanoDollars } from '../../src/intent/money.ts';
import type { Bill, Expense } from '../../src/intent/spending.ts';
import { openConnection } from '../../src/redis/connection.ts';
import { ownName } from './shared.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A noon, so that no test meets a midnight that it did not ask for. */
const NOON = Date.parse('2026-11-21T12:00:00Z');

/** A name that a test can read, in place of one that nobody can. */
const hashOf: KeyedHash = (kind, text) => `${kind} «${text}»`;

/** A wall clock that stands until it is moved; what is measured goes on as always. */
export function wallClock(start = NOON): Clock & { move(ms: number): void; set(time: number): void } {
  let time = start;
  return {
    now: () => time,
    monotonic: systemClock.monotonic,
    move(ms) {
      time += ms;
    },
    set(next) {
      time = next;
    },
  };
}

export interface TestLedger extends Ledger {
  /** What it told, in order: `closed unreachable`, `opened`, `trouble: …`. */
  readonly told: readonly string[];
  readonly redis: Redis;
  /** Ends it as a crash would: nothing more is said to Redis, and the journal stays as it is. */
  crash(): void;
}

/**
 * A ledger with a day of `cap` and a month of ten times that, where nothing else is said.
 *
 * @param name of its connection; other ledgers on a Redis are known by having the same
 */
export async function startLedger({
  url,
  cap = 1000,
  keyPrefix = `${ownName()}:`,
  clock = wallClock(),
  name = 'ledger',
  ...given
}: {
  url: string;
  name?: string;
  cap?: NanoDollars;
  clock?: Clock;
} & Partial<LedgerOptions>): Promise<TestLedger> {
  const told: string[] = [];
  const redis = openConnection({
    ...{ url, key: ledgerKeys(keyPrefix).state, name },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  const events: LedgerEvents = {
    closed: (reason) => told.push(`closed ${reason}`),
    opened: () => told.push('opened'),
    refused: ({ scope, window }) => told.push(`refused ${scope} ${window}`),
    threshold: ({ scope, window, percent }) => told.push(`${percent} % of ${scope} ${window}`),
    trouble: (operation, error) => told.push(`trouble: ${operation}: ${error.message}`),
    forgotten: (id) => told.push(`forgotten ${id}`),
  };
  const options: LedgerOptions = {
    ...LEDGER_DEFAULTS,
    limits: [
      { scope: 'all', window: 'day', limit: cap },
      { scope: 'all', window: 'month', limit: cap * 10 },
    ],
    timeZone: 'Europe/Warsaw',
    consumer: 'replica-1',
    refreshMs: 100,
    settlingMs: 300,
    // None is taken for the first one where a test does not say so, however long its Redis has been up.
    reconnectMs: Number.POSITIVE_INFINITY,
    // As a disk may take for a write while others write as well.
    patienceMs: 1500,
    silenceMs: 1000,
    keyPrefix,
    ...given,
    folder: given.folder ?? (await temporaryFolder()),
  };
  const ledger = await createLedger({ redis, hashOf, options, events, clock });
  onTestFinished(() => ledger.stop(0));
  return {
    ...ledger,
    told,
    redis,
    crash: () => redis.disconnect(),
  };
}

/** Waits until it can be spent from. */
export async function opened(ledger: Ledger): Promise<void> {
  await ledger.opened(AbortSignal.timeout(15_000));
}

let expenses = 0;

export function anExpense(atMost: NanoDollars, given: Partial<Expense> = {}): Expense {
  expenses += 1;
  return {
    id: `expense-${process.pid}-${expenses}`,
    provider: 'openai',
    model: 'gpt-5-mini',
    atMost,
    ...given,
  };
}

const never = new AbortController().signal;

/** Reserves with so much patience. */
export function reserve(ledger: Ledger, expense: Expense, { withinMs = 2000, signal = never } = {}) {
  return ledger.reserve(expense, { deadline: systemClock.monotonic() + withinMs, signal });
}

export function metered(cost: NanoDollars): Bill {
  return { kind: 'metered', cost, usage: { promptTokens: 100, cachedTokens: 20, completionTokens: 10 } };
}

/** What Redis itself holds, whatever ledgers believe. */
export async function books(
  redis: Redis,
  keyPrefix: string,
  label = 'day:2026-11-21',
): Promise<{ spent: number; reserved: number }> {
  const [spent, reserved] = await redis.hmget(
    ledgerKeys(keyPrefix).totals,
    `s|all|${label}`,
    `r|all|${label}`,
  );
  return { spent: Number(spent ?? 0), reserved: Number(reserved ?? 0) };
}

/** What was written into the ledger stream, oldest first. */
export async function records(redis: Redis, keys: LedgerKeys): Promise<Record<string, string>[]> {
  return (await redis.xrange(keys.ledger, '-', '+')).map(([, fields]) => {
    const named: Record<string, string> = {};
    for (let index = 0; index + 1 < fields.length; index += 2) {
      named[fields[index] as string] = fields[index + 1] as string;
    }
    return named;
  });
}
