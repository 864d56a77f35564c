import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { NanoDollars } from '../intent/money.ts';
import { type BudgetLimit, createClaims, type WindowClaim, type WindowState, windowState } from './claims.ts';
import { ledgerKeys } from './ledger-keys.ts';
import { bindLedgerScripts, type Standing } from './ledger-scripts.ts';
import { createWindows, type WindowName } from './windows.ts';
import { windowsKept } from './windows-kept.ts';

/** What an operator can do with the books of running services. */
export interface BudgetOperator {
  /**
   * What Redis holds. `absent`: no books yet; `lost`: Redis was restarted, and no service has restored them; `settling`:
   * they are being restored.
   */
  show(): Promise<{ readonly state: Standing; readonly windows: readonly WindowState[] }>;
  /**
   * Corrects what is spent in the current window of a kind.
   *
   * @returns what it was before, and when the window ends
   * @throws an error where nothing limits the scope
   */
  set(correction: {
    readonly scope: string;
    readonly window: WindowName;
    readonly spent: NanoDollars;
  }): Promise<{ readonly before: NanoDollars; readonly resetsAt: string }>;
  /** Goes on from what Redis holds, whatever processes and journals remember besides their own open reservations. */
  open(): Promise<void>;
}

export function createBudgetOperator({
  redis,
  keyPrefix,
  limits,
  timeZone,
  clock,
}: {
  readonly redis: Redis;
  readonly keyPrefix: string;
  readonly limits: readonly BudgetLimit[];
  readonly timeZone: string;
  readonly clock: Clock;
}): BudgetOperator {
  const scripts = bindLedgerScripts(redis, ledgerKeys(keyPrefix), () => undefined);
  const windowsAt = createWindows(timeZone);
  const claims = createClaims(limits, windowsAt);

  /** What is limited by name, and whoever else has spent something. */
  async function currentClaims(): Promise<readonly WindowClaim[]> {
    const now = clock.now();
    const labels = windowsAt(now).map(({ label }) => label);
    const found = new Map(claims.named(now).map((claim) => [claim.field, claim]));
    for (const field of await windowsKept(redis, { keyPrefix, labels })) {
      const claim = claims.ofField(field, now);
      if (claim) found.set(claim.field, claim);
    }
    return [...found.values()];
  }

  return {
    async show() {
      const current = await currentClaims();
      const { standing, totals } = await scripts.look(current.map(({ field }) => field));
      const windows = current.map((claim, index) =>
        windowState(claim, totals[index] ?? { spent: 0, reserved: 0 }),
      );
      return { state: standing, windows };
    },
    async set({ scope, window: name, spent }) {
      const claim = claims.ofScope(scope, clock.now()).find(({ window }) => window.name === name);
      if (!claim)
        throw new Error(
          `there is no limit of a ${name} for ${scope}: "llm-intent budget show" has those that are`,
        );
      const before = await scripts.correct(claim.field, spent);
      return { before, resetsAt: new Date(claim.window.endsAt).toISOString() };
    },
    open: () => scripts.open(randomUUID()),
  };
}
