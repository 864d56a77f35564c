import type { ProviderQuota } from '../intent/provider-quota.ts';
import type { Counters } from './counters.ts';

/** What is sent to one provider in a minute; infinite: no limit. */
export interface ProviderAllowance {
  readonly requests: number;
  readonly tokens: number;
}

/** What of a provider's allowance is used up. */
export type ProviderLimit = keyof ProviderAllowance;

const KINDS = ['requests', 'tokens'] as const;
const MINUTE_S = 60;

/**
 * @param allowances by provider; one that has none may be asked without end
 * @param refused told of each refusal, and by which limit
 */
export function createProviderLimits({
  allowances,
  counters,
  refused,
}: {
  allowances: ReadonlyMap<string, ProviderAllowance>;
  counters: Pick<Counters, 'take'>;
  refused: (limit: ProviderLimit) => void;
}): ProviderQuota {
  return {
    async take(provider, tokens) {
      const wanted = { requests: 1, tokens };
      const claims = KINDS.flatMap((kind) => {
        const limit = allowances.get(provider)?.[kind] ?? Number.POSITIVE_INFINITY;
        if (limit === Number.POSITIVE_INFINITY) return [];
        const window = { kind, purpose: `provider:${kind}`, limit, seconds: MINUTE_S };
        return [{ window, name: provider, many: wanted[kind] }];
      });
      if (claims.length === 0) return FREE;
      const taken = await counters.take(claims);
      if (!taken.isTaken) {
        refused(taken.full.some(({ window }) => window.kind === 'requests') ? 'requests' : 'tokens');
        return 'rate_limited';
      }
      const giveBack = (kind: ProviderLimit, many: number): void =>
        taken.giveBack[claims.findIndex(({ window }) => window.kind === kind)]?.(many);
      return {
        took: (used) => giveBack('tokens', tokens - used),
        giveBack() {
          giveBack('requests', 1);
          giveBack('tokens', tokens);
        },
      };
    },
  };
}

/** Where nothing is counted. */
const FREE = { took: () => undefined, giveBack: () => undefined };
