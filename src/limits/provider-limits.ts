import type { Clock } from '../clock.ts';
import type { ProviderQuota } from '../intent/provider-quota.ts';
import type { Counter, CounterOptions } from './counters.ts';

/** What is sent to one provider in a minute; infinite: no limit. */
export interface ProviderAllowance {
  readonly requests: number;
  readonly tokens: number;
}

/** What of a provider's allowance is used up. */
export type ProviderLimit = keyof ProviderAllowance;

const MINUTE_S = 60;

/**
 * @param allowances by provider; one that has none may be asked without end
 * @param refused told of each refusal, and by which limit
 */
export function createProviderLimits({
  allowances,
  counter,
  clock,
  refused: tellRefused,
}: {
  allowances: ReadonlyMap<string, ProviderAllowance>;
  counter: (options: CounterOptions) => Counter;
  clock: Clock;
  refused: (limit: ProviderLimit) => void;
}): ProviderQuota {
  const counters = {
    requests: countersOf('requests'),
    tokens: countersOf('tokens'),
  };

  function countersOf(kind: ProviderLimit): ReadonlyMap<string, Counter> {
    const limited = [...allowances].filter(([, allowance]) => allowance[kind] !== Number.POSITIVE_INFINITY);
    return new Map(
      limited.map(([provider, allowance]) => [
        provider,
        counter({ purpose: `provider:${kind}`, limit: allowance[kind], seconds: MINUTE_S }),
      ]),
    );
  }

  /** @returns what gives back so many of those taken, while the window goes on; undefined where they are used up */
  async function take(
    kind: ProviderLimit,
    provider: string,
    many: number,
  ): Promise<((many: number) => void) | undefined> {
    const counted = counters[kind].get(provider);
    if (!counted) return () => undefined;
    const { isTaken, endsInMs } = await counted.take(provider, many);
    if (!isTaken) return undefined;
    const endsAt = clock.monotonic() + endsInMs;
    return (unused) => {
      if (unused > 0 && clock.monotonic() < endsAt) void counted.giveBack(provider, unused);
    };
  }

  return {
    async take(provider, tokens) {
      const [returnRequests, returnTokens] = await Promise.all([
        take('requests', provider, 1),
        take('tokens', provider, tokens),
      ]);
      if (returnRequests && returnTokens) {
        return {
          took: (counted) => returnTokens(tokens - counted),
          giveBack() {
            returnRequests(1);
            returnTokens(tokens);
          },
        };
      }
      returnRequests?.(1);
      returnTokens?.(tokens);
      tellRefused(returnRequests ? 'tokens' : 'requests');
      return 'rate_limited';
    },
  };
}
