import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { ProviderQuota } from '../intent/provider-quota.ts';
import { createQuickAnswers, type TroubleEvents } from '../redis/quick-answers.ts';
import { createCounters } from './counters.ts';
import { type Allowance, createOriginLimits, type LimitWindow, type OriginLimits } from './origin-limits.ts';
import { createProviderLimits, type ProviderAllowance, type ProviderLimit } from './provider-limits.ts';
import { createRecentOrigins } from './recent-origins.ts';

/** What of all limits refused a call; there are no others. */
export type LimitScope = `origin_${LimitWindow}` | `provider_${ProviderLimit}`;

export interface LimitsEvents extends TroubleEvents {
  readonly limited: (scope: LimitScope) => void;
}

/** How often models may be asked: by each origin, and each provider. */
export interface Limits {
  readonly origins: OriginLimits;
  readonly providers: ProviderQuota;
  /** False while each process counts by itself, because Redis is away. */
  isShared(): boolean;
  /** Hears no more of the connection, which stays open. */
  close(): void;
}

/** Milliseconds a call waits for Redis before it is counted here: little beside what a model takes. */
const COUNT_LIMIT_MS = 100;

/**
 * @param redis a connection of its own
 * @param own allowances by origin, in place of the usual one
 * @param places of the line for those whose window ends soon
 */
export function createLimits({
  redis,
  keyPrefix,
  usual,
  own,
  places,
  providers,
  clock,
  events,
}: {
  redis: Redis;
  keyPrefix: string;
  usual: Allowance;
  own: ReadonlyMap<string, Allowance>;
  places: number;
  providers: ReadonlyMap<string, ProviderAllowance>;
  clock: Clock;
  events: LimitsEvents;
}): Limits {
  const quick = createQuickAnswers({ redis, limitMs: COUNT_LIMIT_MS, events });
  const { counter, close } = createCounters({ redis, quick, keyPrefix, clock });
  return {
    origins: createOriginLimits({
      ...{ usual, own, places, counter, clock },
      recent: createRecentOrigins({ redis, quick, keyPrefix, clock }),
      refused: (window) => events.limited(`origin_${window}`),
    }),
    providers: createProviderLimits({
      ...{ allowances: providers, counter, clock },
      refused: (limit) => events.limited(`provider_${limit}`),
    }),
    isShared: quick.isThere,
    close() {
      quick.close();
      close();
    },
  };
}
