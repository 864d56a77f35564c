import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { originOf } from '../intent/origin.ts';
import type { Expense, Spending } from '../intent/spending.ts';
import {
  type BudgetLimit,
  createClaims,
  isOver,
  type WindowClaim,
  type WindowState,
  windowState,
} from './claims.ts';
import { createGate, type Gate, type GateOptions } from './gate.ts';
import { openJournal } from './journal.ts';
import type { KeyedHash } from './keyed-hash.ts';
import type { LedgerEvents } from './ledger-events.ts';
import { ledgerKeys } from './ledger-keys.ts';
import { bindLedgerScripts } from './ledger-scripts.ts';
import { encodeExpense, type OwnExpense, openExpenses } from './own-expenses.ts';
import { createSettler } from './settler.ts';
import { createThresholds } from './thresholds.ts';
import { createViews } from './views.ts';
import { createWaitingLines } from './waiting-line.ts';
import { createWindows, dayOf } from './windows.ts';
import { windowsKept } from './windows-kept.ts';
import { within } from './within.ts';

export interface Ledger extends Spending {
  /** As seen within the last second; `state` says whether anything can be spent. Touches nothing: for health and metrics. */
  show(): { readonly state: ReturnType<Gate['standing']>; readonly windows: readonly WindowState[] };
  /** Resolves when the books are open. @throws the signal's reason when it is aborted first */
  opened(signal: AbortSignal): Promise<void>;
  /** From now on these are the limits; what is reserved stays reserved, and what was spent spent. */
  limit(limits: readonly BudgetLimit[]): void;
  /** The day of the budget that a moment belongs to, `2026-11-21`; milliseconds since 1970-01-01 UTC. */
  dayAt(now: number): string;
  /** Tells Redis what it has not heard, for so many milliseconds at most, and lets go. The connection stays open. */
  stop(limitMs: number): Promise<void>;
}

export interface LedgerOptions extends GateOptions {
  readonly limits: readonly BudgetLimit[];
  /** For whom this process spends, where several share a budget. */
  readonly tenant?: string | undefined;
  /** An IANA name, `Europe/Warsaw`: whose calendar ends days and months. */
  readonly timeZone: string;
  /** What every key of ours starts with, `llm-intent:`. */
  readonly keyPrefix: string;
  /** Where the journal is kept. */
  readonly folder: string;
  /** This replica, under the same name after a restart. */
  readonly consumer: string;
  /** How long a reservation is its owner's: longer than any call takes. Later it is booked at its worst case. */
  readonly leaseMs: number;
}

/** Windows of scopes without a limit of their own that are looked at each second; others are known by what their calls saw. */
const MOST_FOLLOWED = 1000;

/** So far behind the clock of another replica may be. */
const SLOW_CLOCK_MS = 60 * 60 * 1000;

export const LEDGER_DEFAULTS = {
  refreshMs: 1000,
  settlingMs: 2500,
  reconnectMs: 5000,
  patienceMs: 500,
  silenceMs: 5000,
  leaseMs: 60_000,
} as const;

/**
 * Opens the ledger: what may be spent, is spent and is set aside lives in Redis, for all replicas together. See
 * docs/decisions/2026-11-21-budget-ledger.md for why it cannot be overspent. It starts closed; see `opened`.
 *
 * @param redis a connection of its own, made by `openConnection`: it is replaced when Redis is silent
 * @param hashOf names people in what is kept of each call
 * @throws an error that says what to do where the journal is damaged or cannot be written
 */
export async function createLedger({
  redis,
  hashOf,
  options,
  events,
  clock,
}: {
  readonly redis: Redis;
  readonly hashOf: KeyedHash;
  readonly options: LedgerOptions;
  readonly events: LedgerEvents;
  readonly clock: Clock;
}): Promise<Ledger> {
  const { limits, tenant, keyPrefix, consumer, folder, leaseMs, patienceMs } = options;
  const windowsAt = createWindows(options.timeZone);
  const dayAt = (now: number): string => dayOf(windowsAt(now));
  const views = createViews();
  const own = new Map<string, OwnExpense>();
  const lines = createWaitingLines(clock);
  const claims = createClaims(limits, windowsAt);
  const thresholds = createThresholds({
    ...{ redis, keyPrefix, claims, clock, reached: events.threshold },
    failed: (error) => events.trouble('tell how much of a limit is spent', error),
  });
  const scripts = bindLedgerScripts(redis, ledgerKeys(keyPrefix), (totals) => {
    views.saw(totals);
    thresholds.saw(totals);
  });
  /** Of the present: what is limited by name, and whoever else was seen spending. */
  function currentClaims(): readonly WindowClaim[] {
    const now = clock.now();
    const found = new Map(claims.named(now).map((claim) => [claim.field, claim]));
    for (const { field } of views.all().slice(-MOST_FOLLOWED)) {
      const claim = claims.ofField(field, now);
      if (claim) found.set(field, claim);
    }
    return [...found.values()];
  }
  /** Also what only others have spent, or this process before it was restarted: Redis may lose it after they are gone. */
  async function followed(): Promise<readonly string[]> {
    const now = clock.now();
    const labels = windowsAt(now).map(({ label }) => label);
    const kept = await windowsKept(redis, { keyPrefix, labels, most: MOST_FOLLOWED });
    const limited = kept.filter((field) => claims.ofField(field, now) !== undefined);
    return [...new Set([...currentClaims().map(({ field }) => field), ...limited])];
  }
  const journal = await openJournal({
    folder,
    ledger: keyPrefix,
    consumer,
    views,
    isOver: (field) => isOver(field, windowsAt(clock.now())),
    limitOf: claims.limitOf,
    failed: (error) => events.trouble('write the budget journal', error),
  });
  const settler = createSettler({
    ...{ own, scripts, events, clock },
    gate: () => gate,
    settled: lines.notice,
  });
  const gate = createGate({
    ...{ redis, scripts, views, journal, options, events, clock },
    windows: followed,
    mayStillSpend(field) {
      const now = clock.now();
      return [now, now - SLOW_CLOCK_MS].some((time) => claims.ofField(field, time) !== undefined);
    },
    ownExpenses: () => openExpenses(own.values(), clock.now()),
    ticked: settler.pump,
  });

  /**
   * One try to set the worst case aside. A failure whose outcome is not known is settled as free: nothing was sent.
   *
   * @param wanted all windows that it counts in
   * @param refusedBy told which of them has no room
   */
  async function attempt(
    expense: Expense,
    {
      wanted,
      now,
      refusedBy,
      deadline,
      signal,
    }: Parameters<Spending['reserve']>[1] & {
      readonly wanted: readonly WindowClaim[];
      readonly now: number;
      readonly refusedBy: (claim: WindowClaim) => void;
    },
  ) {
    const epoch = gate.epoch();
    if (epoch === undefined) return 'ledger_unavailable';
    const { id, atMost } = expense;
    if (settler.isBilled(id)) return 'ledger_unavailable';
    const fields = wanted.map(({ field }) => field);
    const held = encodeExpense(expense, { at: now, day: dayAt(now), fields, hashOf });
    const due = now + leaseMs;
    const asked: OwnExpense = { expense, held, due, stage: 'asked' };
    own.set(id, asked);
    const timeLeft = () => Math.min(deadline - clock.monotonic(), patienceMs);
    const isPatient = timeLeft() === patienceMs;
    try {
      const request = scripts.reserve({ epoch, now, id, amount: atMost, due, held, claims: wanted });
      const reply = await within(request, { ms: timeLeft(), signal });
      if (reply === undefined || reply.verdict === 'closed') {
        if (reply) gate.doubt('closed');
        // Somebody in a hurry has not learnt that nobody answers.
        else if (isPatient) gate.doubt('unanswered');
        settler.settle(id, { kind: 'free' });
        return 'ledger_unavailable';
      }
      if (reply.verdict !== 'reserved') {
        own.delete(id);
        const refusing = wanted.find(({ field }) => field === reply.refusing?.field);
        if (refusing) refusedBy(refusing);
        if (refusing && reply.verdict === 'exceeded') {
          thresholds.refused(refusing, views.of(refusing.field).spent);
        }
        return reply.verdict === 'settled' ? 'ledger_unavailable' : reply.verdict;
      }
      const current = own.get(id);
      // Settled by its owner before Redis had answered.
      if (!current || current.stage === 'billed') return 'ledger_unavailable';
      own.set(id, { ...asked, stage: 'held' });
      if (journal.covers(fields)) return 'reserved';
      const covered = await within(
        journal.cover(fields).then(() => true),
        { ms: timeLeft(), signal },
      );
      if (covered) return 'reserved';
    } catch (error) {
      settler.settle(id, { kind: 'free' });
      signal.throwIfAborted();
      events.trouble('reserve what a try can cost', error as Error);
      return 'ledger_unavailable';
    }
    settler.settle(id, { kind: 'free' });
    return 'ledger_unavailable';
  }

  return {
    async reserve(expense, { deadline, signal }) {
      signal.throwIfAborted();
      const { atMost, isFree } = expense;
      if (!(Number.isSafeInteger(atMost) && atMost >= 0)) {
        throw new RangeError(
          `${atMost} is no amount in nano-dollars that ${expense.provider} could cost at most`,
        );
      }
      const payer = { provider: expense.provider, origin: expense.origin ?? originOf({}), tenant };
      if (isFree) {
        const at = clock.now();
        const fields = claims.of(payer, at).map(({ field }) => field);
        const held = encodeExpense(expense, { at, day: dayAt(at), fields, hashOf });
        own.set(expense.id, { expense, held, due: at + leaseMs, stage: 'held' });
        return 'reserved';
      }
      let refusing: WindowClaim | undefined;
      const refusedBy = (claim: WindowClaim): void => {
        refusing = claim;
      };
      const tryNow = (): ReturnType<typeof attempt> => {
        const now = clock.now();
        return attempt(expense, { wanted: claims.of(payer, now), now, refusedBy, deadline, signal });
      };
      let verdict = await tryNow();
      if (verdict === 'busy') {
        const place = lines.of(refusing?.scope ?? 'all').join();
        try {
          while (verdict === 'busy' && (await place.turn({ deadline, signal }))) verdict = await tryNow();
          // The ledger is well: the last try came too late to hear its answer.
          if (verdict === 'ledger_unavailable' && gate.epoch() !== undefined) verdict = 'busy';
        } finally {
          place.leave();
        }
      }
      if (verdict === 'reserved' || verdict === 'ledger_unavailable') return verdict;
      if (refusing) events.refused({ scope: refusing.scope, window: refusing.window.name });
      return 'budget_exceeded';
    },
    settle: settler.settle,
    show() {
      const windows = currentClaims().map((claim) => windowState(claim, views.of(claim.field)));
      return { state: gate.standing(), windows };
    },
    opened: gate.opened,
    limit: claims.replace,
    dayAt,
    async stop(limitMs) {
      settler.pump();
      await within(settler.idle(), { ms: limitMs, signal: new AbortController().signal });
      gate.stop();
      await journal.close();
    },
  };
}
