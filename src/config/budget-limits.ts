import type { NanoDollars } from '../intent/money.ts';
import type { Config } from './schema.ts';

/** Every limit of the budget: that of all, and those of providers, origins and tenants. */
export function budgetLimits({ budget }: Config): {
  readonly scope: string;
  readonly window: 'day' | 'month';
  readonly limit: NanoDollars;
}[] {
  const all = { scope: 'all', daily_usd: budget.daily_usd, monthly_usd: budget.monthly_usd };
  return [all, ...budget.limits].flatMap(({ scope, daily_usd: day, monthly_usd: month }) => [
    ...(day === undefined ? [] : [{ scope, window: 'day' as const, limit: day }]),
    ...(month === undefined ? [] : [{ scope, window: 'month' as const, limit: month }]),
  ]);
}
