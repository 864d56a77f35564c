import type { NanoDollars } from '../intent/money.ts';
import type { Claim } from './ledger-scripts.ts';
import type { BudgetWindow, WindowName } from './windows.ts';

/** How much may be spent in every window of a kind, by whom: `all` is everybody together. */
export interface BudgetLimit {
  readonly scope: string;
  readonly window: WindowName;
  readonly limit: NanoDollars;
}

/** How one window of one scope stands. */
export interface WindowState {
  readonly scope: string;
  readonly window: WindowName;
  readonly limit: NanoDollars;
  readonly spent: NanoDollars;
  /** Set aside for calls that are under way. */
  readonly reserved: NanoDollars;
  readonly left: NanoDollars;
  /** UTC, ISO 8601. */
  readonly resetsAt: string;
}

/** A claim, with what an operator wants to know of it. */
interface WindowClaim extends Claim {
  readonly scope: string;
  readonly window: BudgetWindow;
}

/** The windows that every expense at a time counts in. */
export function claimsAt(limits: readonly BudgetLimit[], windows: readonly BudgetWindow[]): WindowClaim[] {
  return limits.flatMap(({ scope, window: name, limit }) => {
    const window = windows.find((candidate) => candidate.name === name);
    return window ? [{ field: `${scope}|${window.label}`, limit, scope, window }] : [];
  });
}

export function windowState(
  { scope, window, limit }: WindowClaim,
  { spent, reserved }: { readonly spent: NanoDollars; readonly reserved: NanoDollars },
): WindowState {
  const left = Math.max(0, limit - spent - reserved);
  const resetsAt = new Date(window.endsAt).toISOString();
  return { scope, window: window.name, limit, spent, reserved, left, resetsAt };
}

/** They are the same from one midnight to the next. */
export function rememberClaims(
  limits: readonly BudgetLimit[],
  windowsAt: (now: number) => readonly BudgetWindow[],
): (now: number) => readonly WindowClaim[] {
  let windows: readonly BudgetWindow[] | undefined;
  let claims: readonly WindowClaim[] = [];
  return (now) => {
    const current = windowsAt(now);
    if (current !== windows) claims = claimsAt(limits, current);
    windows = current;
    return claims;
  };
}

/** Of a window by its field. One that is yet to come, as where a clock was set back, is not. */
export function isOver(field: string, current: readonly BudgetWindow[]): boolean {
  const label = field.slice(field.lastIndexOf('|') + 1);
  const now = current.find(({ name }) => label.startsWith(`${name}:`));
  return now !== undefined && label < now.label;
}

/** Of a window by its field. @returns 0 where it has none */
export function limitOf(field: string, limits: readonly BudgetLimit[]): NanoDollars {
  const found = limits.find(({ scope, window }) => field.startsWith(`${scope}|${window}:`));
  return found?.limit ?? 0;
}
