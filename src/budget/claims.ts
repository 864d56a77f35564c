import type { NanoDollars } from '../intent/money.ts';
import type { Claim } from './ledger-scripts.ts';
import type { BudgetWindow, WindowName } from './windows.ts';

/**
 * How much may be spent in every window of a kind, by whom: `all` is everybody together, `provider:openai`, `origin:anna`
 * and `tenant:guests` are one, `origin:*` is each one that has no limit of its own.
 */
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
export interface WindowClaim extends Claim {
  readonly scope: string;
  readonly window: BudgetWindow;
}

/** Who pays: whose limits an expense counts against. */
interface Payer {
  readonly provider: string;
  readonly origin: string;
  readonly tenant?: string | undefined;
}

/** Which windows an expense counts in. */
export interface Claims {
  of(payer: Payer, now: number): readonly WindowClaim[];
  /** Of the scopes that are named one by one. */
  named(now: number): readonly WindowClaim[];
  /** Of one scope; empty where nothing limits it. */
  ofScope(scope: string, now: number): readonly WindowClaim[];
  /** The claim of a window of the present, by its field; undefined of another time, or where nothing limits it. */
  ofField(field: string, now: number): WindowClaim | undefined;
  /** Of any time. @returns 0 where it has none */
  limitOf(field: string): NanoDollars;
  /** From now on these are the limits. What was claimed before stays claimed. */
  replace(limits: readonly BudgetLimit[]): void;
}

/** Scopes whose claims are remembered; whoever asks under ever new names has them made anew. */
const REMEMBERED = 2000;

export function createClaims(
  limits: readonly BudgetLimit[],
  windowsAt: (now: number) => readonly BudgetWindow[],
): Claims {
  let byScope = limitsByScope(limits);
  let current: readonly BudgetWindow[] | undefined;
  let known = new Map<string, readonly WindowClaim[]>();

  function limitIn(scope: string, window: WindowName): NanoDollars | undefined {
    return byScope.get(scope)?.[window] ?? byScope.get(`${kindOf(scope)}:*`)?.[window];
  }

  /** They are the same from one midnight to the next. */
  function ofScope(scope: string, now: number): readonly WindowClaim[] {
    const windows = windowsAt(now);
    if (windows !== current || known.size > REMEMBERED) known = new Map();
    current = windows;
    const remembered = known.get(scope);
    if (remembered) return remembered;
    const claims = windows.flatMap((window) => {
      const limit = limitIn(scope, window.name);
      return limit === undefined ? [] : [{ field: `${scope}|${window.label}`, limit, scope, window }];
    });
    known.set(scope, claims);
    return claims;
  }

  return {
    of: (payer, now) => scopesOf(payer).flatMap((scope) => ofScope(scope, now)),
    named: (now) =>
      [...byScope.keys()].filter((scope) => !isEach(scope)).flatMap((scope) => ofScope(scope, now)),
    ofScope,
    ofField(field, now) {
      const { scope } = partsOf(field);
      return ofScope(scope, now).find((claim) => claim.field === field);
    },
    limitOf(field) {
      const { scope, window } = partsOf(field);
      return limitIn(scope, window) ?? 0;
    },
    replace(given) {
      byScope = limitsByScope(given);
      known = new Map();
    },
  };
}

type LimitsByScope = ReadonlyMap<string, Partial<Readonly<Record<WindowName, NanoDollars>>>>;

function limitsByScope(limits: readonly BudgetLimit[]): LimitsByScope {
  const byScope = new Map<string, Partial<Record<WindowName, NanoDollars>>>();
  for (const { scope, window, limit } of limits) {
    byScope.set(scope, { ...byScope.get(scope), [window]: limit });
  }
  return byScope;
}

function scopesOf({ provider, origin, tenant }: Payer): string[] {
  const scopes = ['all', `provider:${provider}`, `origin:${origin}`];
  return tenant === undefined ? scopes : [...scopes, `tenant:${tenant}`];
}

function kindOf(scope: string): string {
  return scope.split(':', 1)[0] ?? scope;
}

function isEach(scope: string): boolean {
  return scope.endsWith(':*');
}

/** A name may have a bar, a label has none. */
function partsOf(field: string): { readonly scope: string; readonly window: WindowName } {
  const bar = field.lastIndexOf('|');
  const window = field.slice(bar + 1, field.indexOf(':', bar));
  return { scope: field.slice(0, bar), window: window === 'month' ? 'month' : 'day' };
}

export function windowState(
  { scope, window, limit }: WindowClaim,
  { spent, reserved }: { readonly spent: NanoDollars; readonly reserved: NanoDollars },
): WindowState {
  const left = Math.max(0, limit - spent - reserved);
  const resetsAt = new Date(window.endsAt).toISOString();
  return { scope, window: window.name, limit, spent, reserved, left, resetsAt };
}

/** Of a window by its field. One that is yet to come, as where a clock was set back, is not. */
export function isOver(field: string, current: readonly BudgetWindow[]): boolean {
  const label = field.slice(field.lastIndexOf('|') + 1);
  const now = current.find(({ name }) => label.startsWith(`${name}:`));
  return now !== undefined && label < now.label;
}
