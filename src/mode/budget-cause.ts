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
  /** Milliseconds without a call that still fitted, after which a budget that refuses calls counts as used up. */
  readonly usedUpMs: number;
  /** 0–1. */
  readonly margin: number;
}

export interface BudgetCause extends Cause {
  /** A call was refused, or paid for. */
  reserved(verdict: 'reserved' | 'budget_exceeded'): void;
}

/**
 * Asks for a cheaper mode as the budget is used. Since no call is made that could break a limit, the last cents are
 * seldom spent: a budget that has come to refusing whatever is asked counts as used up as well.
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
  /** Since when nothing fitted, and which windows these were. */
  let refusing: { readonly since: number; readonly windows: string } | undefined;
  let refusedAt = Number.NEGATIVE_INFINITY;

  const nameOf = (current: readonly SpentWindow[]): string =>
    current.map(({ resetsAt }) => resetsAt).join(' ');
  const shareOf = (current: readonly SpentWindow[]): { share: number; window: string } =>
    current
      // Nothing to be spent is a decision, not a budget that runs out: what costs nothing may be asked.
      .filter(({ limit }) => limit > 0)
      .map(({ window, limit, spent }) => ({ window, share: spent / limit }))
      .reduce((most, each) => (each.share > most.share ? each : most), { window: '', share: 0 });

  function isUsedUp(current: readonly SpentWindow[], share: number): boolean {
    if (refusing && (refusing.windows !== nameOf(current) || share < economyShare)) refusing = undefined;
    // The last refusal tells, not time: nobody may have asked since the first one.
    return refusing !== undefined && refusedAt - refusing.since >= usedUpMs;
  }

  return {
    reserved(verdict) {
      if (verdict === 'reserved') {
        refusing = undefined;
        return;
      }
      refusedAt = clock.monotonic();
      refusing ??= { since: refusedAt, windows: nameOf(windows()) };
    },
    look(held: Mode) {
      const current = windows();
      const { share, window } = shareOf(current);
      if (isUsedUp(current, share)) {
        return {
          mode: 'rules-only',
          reason: `what is left of the ${window}'s budget is too little for a call`,
        };
      }
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
