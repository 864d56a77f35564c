import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { formatDollars, type NanoDollars } from '../intent/money.ts';
import { publishEvent } from '../redis/publish-event.ts';
import { bindScript } from '../redis/script.ts';
import type { Claims, WindowClaim } from './claims.ts';
import { ledgerKeys } from './ledger-keys.ts';
import type { Totals } from './ledger-scripts.ts';
import type { WindowName } from './windows.ts';

type ThresholdPercent = 50 | 80 | 100;

/** So much of a limit is spent. */
export interface ThresholdReached {
  readonly scope: string;
  readonly window: WindowName;
  /** Which one, `2026-11-21` or `2026-11`. */
  readonly period: string;
  readonly percent: ThresholdPercent;
  readonly limit: NanoDollars;
  readonly spent: NanoDollars;
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly resetsAt: string;
}

/** Notices how full windows are, and has it told once in each of them and for each limit, by one of all replicas. */
export interface Thresholds {
  /** Off the path; never fails. What could not be told is told when it is seen again. */
  saw(totals: readonly Totals[]): void;
  /** A call did not fit into what is left of a window. */
  refused(claim: WindowClaim, spent: NanoDollars): void;
}

const PERCENTS: readonly ThresholdPercent[] = [50, 80, 100];
/** From here on, a call that does not fit means that the limit is as good as used up: it is never met to the last cent. */
const USED_UP_FROM = 0.8;
/** Windows remembered as told; beyond them Redis is asked again. */
const REMEMBERED = 10_000;
/** Milliseconds for which whoever began to tell has the time to do it. */
const CLAIM_MS = 5000;
/** Longer than any window. */
const KEPT_SECONDS = 100 * 24 * 60 * 60;

/** KEYS: what was told in a window. ARGV: scope, percent and limit. Returns `yours`, `taken` by somebody else, or `told`. */
const CLAIM = `#!lua flags=allow-oom
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('HGET', KEYS[1], ARGV[1])
if found == 'told' then return 'told' end
if found and now - found < ${CLAIM_MS} then return 'taken' end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now))
redis.call('EXPIRE', KEYS[1], ${KEPT_SECONDS})
return 'yours'
`;

/**
 * @param reached told by the replica that told everybody
 * @param failed told when something could not be told; it is tried again
 */
export function createThresholds({
  redis,
  keyPrefix,
  claims,
  clock,
  reached,
  failed,
}: {
  readonly redis: Redis;
  readonly keyPrefix: string;
  readonly claims: Claims;
  readonly clock: Clock;
  readonly reached: (threshold: ThresholdReached) => void;
  readonly failed: (error: Error) => void;
}): Thresholds {
  const keys = ledgerKeys(keyPrefix);
  const take = bindScript(redis, { name: 'budgetClaimThreshold', numberOfKeys: 1, lua: CLAIM });
  /** By window and limit: up to which percent it is told, or being told. */
  const known = new Map<string, ThresholdPercent>();

  function tell(claim: WindowClaim, { spent, share }: { spent: NanoDollars; share: number }): void {
    const before = known.get(nameOf(claim)) ?? 0;
    const passed = PERCENTS.filter((percent) => percent > before && share * 100 >= percent);
    const last = passed.at(-1);
    if (last === undefined) return;
    if (known.size >= REMEMBERED) known.clear();
    known.set(nameOf(claim), last);
    tellAll(claim, { spent, passed }).catch((error: unknown) => {
      known.delete(nameOf(claim));
      failed(error as Error);
    });
  }

  /** In order, so that nobody hears of 80 % before 50 %. */
  async function tellAll(
    claim: WindowClaim,
    { spent, passed }: { spent: NanoDollars; passed: readonly ThresholdPercent[] },
  ): Promise<void> {
    const { scope, window, limit } = claim;
    for (const percent of passed) {
      const key = `${keys.told}${window.label}`;
      const name = `${scope}|${percent}|${limit}`;
      const verdict = await take([key], [name]);
      if (verdict === 'taken') {
        known.delete(nameOf(claim));
        return;
      }
      if (verdict !== 'yours') continue;
      const threshold: ThresholdReached = {
        ...{ scope, percent, limit, spent },
        window: window.name,
        period: window.label.slice(window.name.length + 1),
        at: new Date(clock.now()).toISOString(),
        resetsAt: new Date(window.endsAt).toISOString(),
      };
      await publishEvent(redis, keyPrefix, { event: 'budget_threshold', fields: encodeThreshold(threshold) });
      await redis.hset(key, name, 'told');
      reached(threshold);
    }
  }

  return {
    saw(totals) {
      const now = clock.now();
      for (const { field, spent } of totals) {
        if (spent <= 0) continue;
        const claim = claims.ofField(field, now);
        if (claim && claim.limit > 0) tell(claim, { spent, share: spent / claim.limit });
      }
    },
    refused(claim, spent) {
      const { limit } = claim;
      if (limit > 0 && spent >= USED_UP_FROM * limit) tell(claim, { spent, share: 1 });
    },
  };
}

/** A limit that was raised is another one: half of it is news once more. */
function nameOf({ field, limit }: WindowClaim): string {
  return `${field}|${limit}`;
}

/** As text by name: for the event stream, and for whoever is called. */
export function encodeThreshold({
  scope,
  window,
  period,
  percent,
  limit,
  spent,
  at,
  resetsAt,
}: ThresholdReached): Readonly<Record<string, string>> {
  return {
    ...{ at, scope, window, period },
    percent: String(percent),
    limit_usd: formatDollars(limit),
    spent_usd: formatDollars(spent),
    resets_at: resetsAt,
  };
}
