import type { Breaker, BreakerState } from './breaker.ts';
import type { Rotation } from './rotation.ts';

/** How a provider is, for health. */
export interface ProviderStatus {
  readonly provider: string;
  readonly model: string;
  /** Of its breaker; or what an operator has to put right, where none of its keys and addresses is of use. */
  readonly state: BreakerState | 'misconfigured' | 'unreachable';
  /** What to do about it. Holds no key. */
  readonly problem?: string;
}

export function providerStatus(
  { provider, model, rotation }: { provider: string; model: string; rotation: Rotation },
  breaker: Pick<Breaker, 'state'>,
): ProviderStatus {
  const troubles = rotation.troubles();
  const problem = troubles.length > 0 && { problem: troubles.map(({ message }) => message).join('; ') };
  if (!rotation.isAllInTrouble()) return { provider, model, state: breaker.state, ...problem };
  const isOurs = troubles.some(({ traits }) => traits.kind === 'rejected');
  return { provider, model, state: isOurs ? 'misconfigured' : 'unreachable', ...problem };
}
