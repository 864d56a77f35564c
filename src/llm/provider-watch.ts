import type { Clock } from '../clock.ts';
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
  /**
   * False where it refuses everything until an operator does something, as with a wrong key: asking would cost a round trip
   * each time. Once a minute somebody may, who finds out whether it was done.
   */
  mayAsk(): boolean;
  failed(failure: ProviderFailure): void;
  worked(): void;
  status(): ProviderStatus;
}

const ASK_AGAIN_MS = 60_000;

export function watchProvider(
  { provider, model }: { readonly provider: string; readonly model: string },
  {
    breaker,
    events,
    clock,
  }: { readonly breaker: Breaker; readonly events: ModelEvents; readonly clock: Clock },
): ProviderWatch {
  let trouble: ProviderFailure | undefined;
  /** By the monotonic clock. */
  let askAgainAt = 0;
  return {
    mayAsk() {
      if (trouble?.traits.isStanding !== true) return true;
      const now = clock.monotonic();
      if (now < askAgainAt) return false;
      askAgainAt = now + ASK_AGAIN_MS;
      return true;
    },
    failed(failure) {
      if (failure.traits.problem === undefined) return;
      const isNew = trouble?.message !== failure.message;
      trouble = failure;
      askAgainAt = clock.monotonic() + ASK_AGAIN_MS;
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
