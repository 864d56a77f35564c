import type { Clock } from '../clock.ts';
import type { NanoDollars } from '../intent/money.ts';
import { type Automatic, createAutomatic } from './automatic.ts';
import { createBudgetCause, type SpentWindow, type ToldReservation } from './budget-cause.ts';
import { createHourlyCost } from './hourly-cost.ts';
import { createModelTrouble, type ModelTrouble } from './model-trouble.ts';

/** The part of `mode` in the configuration that says when a cheaper one is asked for. */
export interface JudgementSettings {
  readonly budget: { readonly economy_share: number; readonly rules_only_share: number };
  readonly hour: {
    readonly economy_usd?: NanoDollars | undefined;
    readonly rules_only_usd?: NanoDollars | undefined;
  };
  readonly trouble: {
    readonly p99_ms: number;
    readonly failed_share: number;
    readonly window_seconds: number;
    readonly minimum_calls: number;
  };
  readonly margin: number;
  readonly minimum_stay_seconds: number;
}

/** What a process asks for by itself, and what it goes by. */
export interface OwnJudgement extends Automatic {
  readonly asked: ModelTrouble['asked'];
  readonly reserved: ToldReservation;
}

/** Milliseconds for which calls must not have fitted: one may have been unusually long. */
const USED_UP_MS = 10_000;

/** @param windows of everybody's budget; empty while nobody knows them */
export function createOwnJudgement({
  settings: { budget, hour, trouble, margin, minimum_stay_seconds: staySeconds },
  windows,
  clock,
}: {
  settings: JudgementSettings;
  windows: () => readonly SpentWindow[];
  clock: Clock;
}): OwnJudgement {
  const spent = createBudgetCause({
    settings: {
      economyShare: budget.economy_share,
      rulesOnlyShare: budget.rules_only_share,
      usedUpMs: USED_UP_MS,
      margin,
    },
    windows,
    clock,
  });
  const hourly = createHourlyCost({
    settings: {
      margin,
      ...(hour.economy_usd !== undefined && { economy: hour.economy_usd }),
      ...(hour.rules_only_usd !== undefined && { rulesOnly: hour.rules_only_usd }),
    },
    windows,
    clock,
  });
  const models = createModelTrouble({
    settings: {
      slowMs: trouble.p99_ms,
      failedShare: trouble.failed_share,
      windowMs: trouble.window_seconds * 1000,
      minimumCalls: trouble.minimum_calls,
      margin,
    },
    clock,
  });
  const automatic = createAutomatic({
    causes: [spent, hourly, models],
    minimumStayMs: staySeconds * 1000,
    clock,
  });
  return { look: automatic.look, asked: models.asked, reserved: spent.reserved };
}
