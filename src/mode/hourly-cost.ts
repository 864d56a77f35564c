import type { Clock } from '../clock.ts';
import { formatDollars, type NanoDollars } from '../intent/money.ts';
import type { SpentWindow } from './budget-cause.ts';
import { type Cause, reaches } from './cause.ts';

export interface HourlyCostSettings {
  /** Absent: no cost of an hour asks for that mode. */
  readonly economy?: NanoDollars;
  readonly rulesOnly?: NanoDollars;
  /** 0–1. */
  readonly margin: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Asks for a cheaper mode where the last sixty minutes cost too much, all replicas together, as far as this process has
 * watched: a replica that was just started has seen less than the others.
 */
export function createHourlyCost({
  settings: { economy = Number.POSITIVE_INFINITY, rulesOnly = Number.POSITIVE_INFINITY, margin },
  windows,
  clock,
}: {
  settings: HourlyCostSettings;
  windows: () => readonly SpentWindow[];
  clock: Clock;
}): Cause {
  let seen: ReadonlyMap<string, SpentWindow> | undefined;
  /** By minute. */
  const spent = new Map<number, NanoDollars>();

  /** What was spent since the last look. An operator's correction is no cost: it touches one window only. */
  function grown(current: readonly SpentWindow[]): NanoDollars {
    // Books that are closed for a moment are no new ones.
    if (current.length === 0) return 0;
    const before = seen;
    seen = new Map(current.map((window) => [window.window, window]));
    if (!before) return 0;
    const growths = current.map((window) => {
      const earlier = before.get(window.window);
      const isSame = earlier?.resetsAt === window.resetsAt;
      return isSame ? Math.max(0, window.spent - earlier.spent) : window.spent;
    });
    return Math.min(...growths);
  }

  return {
    look(held) {
      const now = clock.monotonic();
      const growth = grown(windows());
      const minute = Math.floor(now / MINUTE_MS);
      if (growth > 0) spent.set(minute, (spent.get(minute) ?? 0) + growth);
      let total = 0;
      for (const [at, amount] of spent) {
        if (at * MINUTE_MS <= now - HOUR_MS) spent.delete(at);
        else total += amount;
      }
      const reason = `the last hour cost ${formatDollars(total)} dollars`;
      if (reaches(total, rulesOnly, { wasThere: held === 'rules-only', margin })) {
        return { mode: 'rules-only', reason };
      }
      if (reaches(total, economy, { wasThere: held !== 'full', margin })) return { mode: 'economy', reason };
      return undefined;
    },
  };
}
