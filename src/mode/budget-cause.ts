import type { Clock } from '../clock.ts';
import type { Mode } from '../intent/mode.ts';
import type { NanoDollars } from '../intent/money.ts';
import { type Cause, reaches } from './cause.ts';

/** One window of the budget. */
export interface SpentWindow {
  /** `day`, `month`. */
  readonly window: string;
  readonly limit: NanoDollars;
  readonly spent: NanoDollars;
  /** When it is over; tells one day from the next. */
  readonly resetsAt: string;
}

export interface BudgetCauseSettings {
  /** Shares of a window's limit, 0–1. */
  readonly economyShare: number;
  readonly rulesOnlyShare: number;
  /** Milliseconds between the first and the last of the calls that did not fit, after which it counts as used up. */
  readonly usedUpMs: number;
  /** 0–1. */
  readonly margin: number;
}

/** What became of a try that costs money. @param atMost what was to be set aside for it */
export type ToldReservation = (
  verdict: 'reserved' | 'budget_exceeded',
  reservation: { readonly atMost: NanoDollars },
) => void;

export interface BudgetCause extends Cause {
  readonly reserved: ToldReservation;
}

/**
 * Asks for a cheaper mode as the budget is used. Since no call is made that could break a limit, the last cents are
 * seldom spent: a budget of which too little is left for whatever is asked counts as used up as well.
 *
 * @param windows everybody's; empty while nobody knows them, in which case nothing changes
 */
export function createBudgetCause({
  settings: { economyShare, rulesOnlyShare, usedUpMs, margin },
  windows,
  clock,
}: {
  settings: BudgetCauseSettings;
  windows: () => readonly SpentWindow[];
  clock: Clock;
}): BudgetCause {
  /** The calls that did not fit since one last did: from when to when, and what the least of them needed. */
  let refused: { readonly since: number; readonly until: number; readonly atMost: NanoDollars } | undefined;

  /** One in which so much cannot be spent any more. Others' open reservations do not count: they may come to less. */
  const tooSmallFor = (atMost: NanoDollars): SpentWindow | undefined =>
    windows().find(({ limit, spent }) => limit - spent < atMost);

  function usedUp(): SpentWindow | undefined {
    const window = refused && tooSmallFor(refused.atMost);
    if (!window) refused = undefined;
    // The last refusal tells, not time: nobody may have asked since the first one.
    return refused && refused.until - refused.since >= usedUpMs ? window : undefined;
  }

  return {
    reserved(verdict, { atMost }) {
      if (verdict === 'reserved') {
        refused = undefined;
        return;
      }
      if (!tooSmallFor(atMost)) return;
      const now = clock.monotonic();
      refused = {
        since: refused?.since ?? now,
        until: now,
        atMost: Math.min(atMost, refused?.atMost ?? atMost),
      };
    },
    look(held: Mode) {
      const current = windows();
      if (current.length === 0) return { mode: held, reason: 'nobody knows what is spent' };
      const empty = usedUp();
      if (empty) {
        return {
          mode: 'rules-only',
          reason: `what is left of the ${empty.window}'s budget is too little for a call`,
        };
      }
      const { share, window } = current
        // Nothing to be spent is a decision, not a budget that runs out: what costs nothing may be asked.
        .filter(({ limit }) => limit > 0)
        .map((each) => ({ window: each.window, share: each.spent / each.limit }))
        .reduce((most, each) => (each.share > most.share ? each : most), { window: '', share: 0 });
      const reason = `${Math.floor(share * 100)} % of the ${window}'s budget is spent`;
      if (reaches(share, rulesOnlyShare, { wasThere: held === 'rules-only', margin })) {
        return { mode: 'rules-only', reason };
      }
      if (reaches(share, economyShare, { wasThere: held !== 'full', margin })) {
        return { mode: 'economy', reason };
      }
      return undefined;
    },
  };
}
