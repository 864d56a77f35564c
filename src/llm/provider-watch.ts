import type { Breaker, BreakerState } from './breaker.ts';
import type { ModelEvents } from './model-events.ts';
import type { ProviderFailure } from './provider-failure.ts';

/** How a provider is, for health. */
export interface ProviderStatus {
  readonly provider: string;
  readonly model: string;
  /** Of its breaker; or what an operator has to put right. */
  readonly state: BreakerState | 'misconfigured' | 'unreachable';
  /** What to do about it. Holds no key. */
  readonly problem?: string;
}

/** Keeps what is wrong with one provider, and tells when that changes. */
export interface ProviderWatch {
  failed(failure: ProviderFailure): void;
  worked(): void;
  status(): ProviderStatus;
}

export function watchProvider(
  { provider, model }: { readonly provider: string; readonly model: string },
  { breaker, events }: { readonly breaker: Breaker; readonly events: ModelEvents },
): ProviderWatch {
  let trouble: ProviderFailure | undefined;
  return {
    failed(failure) {
      if (failure.traits.problem === undefined) return;
      const isNew = trouble?.message !== failure.message;
      trouble = failure;
      if (isNew) events.problem({ provider, message: failure.message });
    },
    worked() {
      if (!trouble) return;
      trouble = undefined;
      events.solved({ provider });
    },
    status() {
      if (!trouble) return { provider, model, state: breaker.state };
      const state = trouble.traits.kind === 'rejected' ? 'misconfigured' : 'unreachable';
      return { provider, model, state, problem: trouble.message };
    },
  };
}
