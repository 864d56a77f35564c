import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { Expense, Spending } from '../intent/spending.ts';
import {
  type BudgetLimit,
  isOver,
  limitOf,
  rememberClaims,
  type WindowState,
  windowState,
} from './claims.ts';
import { createGate, type Gate, type GateOptions } from './gate.ts';
import { openJournal } from './journal.ts';
import type { LedgerEvents } from './ledger-events.ts';
import { ledgerKeys } from './ledger-keys.ts';
import { bindLedgerScripts } from './ledger-scripts.ts';
import { encodeExpense, type OwnExpense, openExpenses } from './own-expenses.ts';
import { createSettler } from './settler.ts';
import { createViews } from './views.ts';
import { createWaitingLine } from './waiting-line.ts';
import { createWindows } from './windows.ts';
import { within } from './within.ts';

export interface Ledger extends Spending {
  /** As seen within the last second; `state` says whether anything can be spent. Touches nothing: for health and metrics. */
  show(): { readonly state: ReturnType<Gate['standing']>; readonly windows: readonly WindowState[] };
  /** Resolves when the books are open. @throws the signal's reason when it is aborted first */
  opened(signal: AbortSignal): Promise<void>;
  /** Tells Redis what it has not heard, for so many milliseconds at most, and lets go. The connection stays open. */
  stop(limitMs: number): Promise<void>;
}

export interface LedgerOptions extends GateOptions {
  readonly limits: readonly BudgetLimit[];
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
 * @throws an error that says what to do where the journal is damaged or cannot be written
 */
export async function createLedger({
  redis,
  options,
  events,
  clock,
}: {
  readonly redis: Redis;
  readonly options: LedgerOptions;
  readonly events: LedgerEvents;
  readonly clock: Clock;
}): Promise<Ledger> {
  const { limits, keyPrefix, consumer, folder, leaseMs, patienceMs } = options;
  const windowsAt = createWindows(options.timeZone);
  const views = createViews();
  const own = new Map<string, OwnExpense>();
  const scripts = bindLedgerScripts(redis, ledgerKeys(keyPrefix));
  const line = createWaitingLine(clock);
  const claims = rememberClaims(limits, windowsAt);
  const currentFields = (): string[] => claims(clock.now()).map(({ field }) => field);
  const journal = await openJournal({
    folder,
    ledger: keyPrefix,
    consumer,
    views,
    isOver: (field) => isOver(field, windowsAt(clock.now())),
    limitOf: (field) => limitOf(field, limits),
    failed: (error) => events.trouble('write the budget journal', error),
  });
  const settler = createSettler({
    ...{ own, scripts, views, events, clock },
    gate: () => gate,
    settled: line.notice,
  });
  const gate = createGate({
    ...{ redis, scripts, views, journal, options, events, clock },
    windows: currentFields,
    ownExpenses: () => openExpenses(own.values()),
    ticked: settler.pump,
  });

  /** One try to set the worst case aside. A failure whose outcome is not known is settled as free: nothing was sent. */
  async function attempt(expense: Expense, { deadline, signal }: Parameters<Spending['reserve']>[1]) {
    const epoch = gate.epoch();
    if (epoch === undefined) return 'ledger_unavailable';
    const { id, atMost } = expense;
    const now = clock.now();
    const wanted = claims(now);
    const fields = wanted.map(({ field }) => field);
    const held = encodeExpense(expense, { at: now, fields });
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
      views.saw(reply.totals);
      if (reply.verdict !== 'reserved') {
        own.delete(id);
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
      if (isFree) {
        const at = clock.now();
        const held = encodeExpense(expense, { at, fields: claims(at).map(({ field }) => field) });
        own.set(expense.id, { expense, held, due: at + leaseMs, stage: 'held' });
        return 'reserved';
      }
      let verdict = await attempt(expense, { deadline, signal });
      if (verdict === 'busy') {
        const place = line.join();
        try {
          while (verdict === 'busy' && (await place.turn({ deadline, signal }))) {
            verdict = await attempt(expense, { deadline, signal });
          }
          // The ledger is well: the last try came too late to hear its answer.
          if (verdict === 'ledger_unavailable' && gate.epoch() !== undefined) return 'budget_exceeded';
        } finally {
          place.leave();
        }
      }
      return verdict === 'reserved' || verdict === 'ledger_unavailable' ? verdict : 'budget_exceeded';
    },
    settle: settler.settle,
    show() {
      const windows = claims(clock.now()).map((claim) => windowState(claim, views.of(claim.field)));
      return { state: gate.standing(), windows };
    },
    opened: gate.opened,
    async stop(limitMs) {
      settler.pump();
      await within(settler.idle(), { ms: limitMs, signal: new AbortController().signal });
      gate.stop();
      await journal.close();
    },
  };
}
