import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { answered } from '../redis/connection.ts';
import { unlessAborted } from '../waiting.ts';
import { isFirstStart } from './first-start.ts';
import type { Journal } from './journal.ts';
import type { LedgerEvents } from './ledger-events.ts';
import type { Knowledge, LedgerScripts } from './ledger-scripts.ts';
import type { Views } from './views.ts';

export interface GateOptions {
  /** How often what this process knows is brought up to date. */
  readonly refreshMs: number;
  /** How long restored books stay closed: longer than any process needs to notice and say what it knows. */
  readonly settlingMs: number;
  /** How long Redis has to be up before whoever has no connection to it counts as not there. */
  readonly reconnectMs: number;
  /** How long Redis may leave a command unanswered before the ledger counts as unreachable. */
  readonly patienceMs: number;
  /** How long Redis may leave a command unanswered before its connection is replaced. */
  readonly silenceMs: number;
}

/** Whether money can be spent now. */
export interface Gate {
  /** The epoch of the books while they are open and Redis answers. */
  epoch(): string | undefined;
  standing(): 'open' | 'settling' | 'unreachable';
  /** Redis said that the books are closed, or did not answer in time. */
  doubt(what: 'closed' | 'unanswered'): void;
  /** Resolves when the books are open. @throws the signal's reason when it is aborted first */
  opened(signal: AbortSignal): Promise<void>;
  stop(): void;
}

/** How often closed books are looked at. */
const LOOK_AGAIN_MS = 250;

/**
 * Follows the books in Redis: every second what they hold, and from the moment Redis has lost them until they are
 * restored, nothing is spent.
 *
 * @param windows that are current: also those that only other processes spend in, which may end with what they know
 * @param mayStillSpend whether a window is current by anybody's clock
 * @param ownExpenses of this process that are open
 * @param ticked after each look that found the books open
 */
export function createGate({
  redis,
  scripts,
  views,
  journal,
  windows,
  mayStillSpend,
  ownExpenses,
  ticked,
  options,
  events,
  clock,
}: {
  readonly redis: Redis;
  readonly scripts: LedgerScripts;
  readonly views: Views;
  readonly journal: Journal;
  readonly windows: () => Promise<readonly string[]>;
  readonly mayStillSpend: (field: string) => boolean;
  readonly ownExpenses: () => Knowledge['expenses'];
  readonly ticked: () => void;
  readonly options: GateOptions;
  readonly events: LedgerEvents;
  readonly clock: Clock;
}): Gate {
  const stopping = new AbortController();
  /** The books this process last knew, open or not any more. */
  let lastEpoch = '';
  let open = false;
  let reachable = false;
  /** Which books were told what this process knows. */
  let toldEpoch: string | undefined;
  let told: ReturnType<Gate['standing']> | undefined;
  let looking = false;
  let lookAgain = false;
  let timer: NodeJS.Timeout | undefined;
  let waiting: (() => void)[] = [];

  function standing(): ReturnType<Gate['standing']> {
    if (!reachable) return 'unreachable';
    return open ? 'open' : 'settling';
  }

  function tell(): void {
    const now = standing();
    if (now === told) return;
    told = now;
    if (now !== 'open') {
      events.closed(now);
      return;
    }
    events.opened();
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  /** Waits for Redis, however long it takes, and says so when that is too long. */
  async function ask<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const late = setTimeout(() => {
      reachable = false;
      tell();
    }, options.patienceMs);
    try {
      return await answered(answer, { redis, limitMs: options.silenceMs, signal: stopping.signal });
    } finally {
      clearTimeout(late);
    }
  }

  async function look(): Promise<number> {
    if (open) {
      const fields = await ask(windows());
      const verdict = await ask(scripts.refresh({ epoch: lastEpoch, now: clock.now(), fields }));
      if (verdict === 'open') {
        views.forgetAllBut(fields);
        journal.trim();
        return options.refreshMs;
      }
      // Said at once: others may have restored them already, and then they are open again in this very look.
      open = false;
      tell();
    }
    const { epoch, opensInMs } = await ask(
      scripts.reassert({
        now: clock.now(),
        epoch: randomUUID(),
        settlingMs: await settlingMs(),
        knowledge: { expenses: ownExpenses(), floors: toldEpoch === undefined ? floors() : [] },
      }),
    );
    if (toldEpoch !== undefined && toldEpoch !== epoch) {
      // Lost again before they were open: what was told is lost, too.
      toldEpoch = undefined;
      return 0;
    }
    toldEpoch = epoch;
    if (opensInMs > 0) return Math.min(opensInMs + 1, LOOK_AGAIN_MS);
    toldEpoch = undefined;
    lastEpoch = epoch;
    const verdict = await ask(scripts.refresh({ epoch, now: clock.now(), fields: await ask(windows()) }));
    if (verdict === 'closed') return 0;
    journal.enter(epoch);
    open = true;
    return options.refreshMs;
  }

  /** On a first start there is nobody to wait for. A process that has seen books, or inherited some, is at none. */
  async function settlingMs(): Promise<number> {
    const mayBeFirst = lastEpoch === '' && toldEpoch === undefined && journal.inherited.length === 0;
    if (!mayBeFirst || options.settlingMs === 0) return options.settlingMs;
    const { standing: found } = await ask(scripts.look([]));
    const isFirst = found === 'absent' && (await ask(isFirstStart(redis, options)));
    return isFirst ? 0 : options.settlingMs;
  }

  /** Also what earlier processes left behind, until the first books were open: from then on, these know it. */
  function floors(): Knowledge['floors'] {
    const seen = views.all().map(({ field, spent, reserved }) => ({
      field,
      committed: spent + reserved,
      epoch: lastEpoch,
    }));
    const known = lastEpoch === '' ? [...journal.inherited, ...seen] : seen;
    // What was last seen of a window that is over may be more than it came to in the end.
    return known.filter(({ field }) => mayStillSpend(field));
  }

  async function run(): Promise<void> {
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = true;
    clearTimeout(timer);
    let again = options.refreshMs;
    try {
      again = await look();
      reachable = true;
      tell();
      if (open) ticked();
    } catch (error) {
      if (!stopping.signal.aborted) {
        reachable = false;
        events.trouble('look into the budget', error as Error);
        tell();
      }
    }
    looking = false;
    if (stopping.signal.aborted) return;
    if (lookAgain) {
      lookAgain = false;
      again = 0;
    }
    timer = setTimeout(() => void run(), again);
  }

  const ready = (): void => void run();
  redis.on('ready', ready);
  void run();

  return {
    epoch: () => (open && reachable ? lastEpoch : undefined),
    standing,
    doubt(what) {
      if (what === 'closed') open = false;
      else reachable = false;
      tell();
      void run();
    },
    opened(signal) {
      if (standing() === 'open') return Promise.resolve();
      return unlessAborted(new Promise<void>((resolve) => waiting.push(resolve)), signal);
    },
    stop() {
      stopping.abort(new Error('the ledger was stopped'));
      clearTimeout(timer);
      redis.off('ready', ready);
    },
  };
}
