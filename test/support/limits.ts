import type { Redis } from 'ioredis';
import { inject, onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createLimits, type Limits } from '../../src/limits/limits.ts';
import type { Allowance } from '../../src/limits/origin-limits.ts';
import type { ProviderAllowance } from '../../src/limits/provider-limits.ts';
import { connected, openConnection } from '../../src/redis/connection.ts';
import { ownName } from './shared.ts';

/** No limit at all, except where a test says so. */
export const UNLIMITED: Allowance = {
  minute: Number.POSITIVE_INFINITY,
  hour: Number.POSITIVE_INFINITY,
  day: Number.POSITIVE_INFINITY,
};

export interface OpenLimits {
  readonly limits: Limits;
  /** What it told, in order: `limited origin_minute`, `trouble reach`. */
  readonly told: readonly string[];
  readonly keyPrefix: string;
  readonly redis: Redis;
  /** Asks for leave, as somebody who can wait for so many milliseconds. */
  enter(
    origin: string,
    withinMs?: number,
    signal?: AbortSignal,
  ): Promise<{ giveBack(): void } | 'rate_limited'>;
}

/** A replica's limits, gone when the test ends. */
export async function openLimits({
  url = inject('redisUrl'),
  keyPrefix = `${ownName()}:`,
  usual = {},
  own = {},
  places = 100,
  providers = {},
}: {
  readonly url?: string;
  readonly keyPrefix?: string;
  readonly usual?: Partial<Allowance>;
  readonly own?: Readonly<Record<string, Allowance>>;
  readonly places?: number;
  readonly providers?: Readonly<Record<string, ProviderAllowance>>;
} = {}): Promise<OpenLimits> {
  const told: string[] = [];
  const redis = openConnection({
    ...{ url, key: keyPrefix, name: 'test:limits' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  await connected(redis, AbortSignal.timeout(10_000));
  const limits = createLimits({
    ...{ redis, keyPrefix, places, clock: systemClock },
    usual: { ...UNLIMITED, ...usual },
    own: new Map(Object.entries(own)),
    providers: new Map(Object.entries(providers)),
    events: {
      limited: (scope) => told.push(`limited ${scope}`),
      trouble: (operation) => told.push(`trouble ${operation}`),
      recovered: (operation) => told.push(`recovered ${operation}`),
    },
  });
  onTestFinished(() => limits.close());
  return {
    ...{ limits, told, keyPrefix, redis },
    async enter(origin, withinMs = 0, signal = new AbortController().signal) {
      const deadline = systemClock.monotonic() + withinMs;
      const permit = await limits.origins.enter(origin, { deadline, signal });
      return permit.kind === 'permit' ? permit : permit.kind;
    },
  };
}
