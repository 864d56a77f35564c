import type { Clock } from '../clock.ts';
import type { ProviderFailure } from './provider-failure.ts';

/** Why somebody is left alone. */
export type RestReason = 'rate_limited' | 'provider_error';

/** How long one account of a provider is to be left alone. */
export interface Rest {
  /** Why it must not be asked now; absent where it may be. */
  reason(): RestReason | undefined;
  /** It has just failed, and others are asked rather; nobody has said for how long. */
  isAvoided(): boolean;
  /** It is asked now: where it refused everything, that is the one question for the next minute. */
  asked(): void;
  failed(failure: ProviderFailure): void;
  answered(): void;
}

/** So often is somebody asked who refuses everything until an operator does something: whether it was done. */
const ASK_AGAIN_MS = 60_000;
/** So long are others asked rather. */
const AVOID_MS = 5000;
/** Whatever somebody asks for, an operator may have changed something since. */
const LONGEST_REST_MS = 3_600_000;
/** A timer may ring so much early. */
const TIMER_MS = 2;

export function createRest(clock: Pick<Clock, 'monotonic'>): Rest {
  let refusesAll = false;
  /** By the monotonic clock, as all times here. */
  let until = 0;
  let avoidUntil = 0;

  return {
    reason() {
      if (clock.monotonic() + TIMER_MS >= until) return undefined;
      return refusesAll ? 'provider_error' : 'rate_limited';
    },
    isAvoided: () => clock.monotonic() < avoidUntil,
    asked() {
      if (refusesAll) until = clock.monotonic() + ASK_AGAIN_MS;
    },
    failed({ traits: { kind, isStanding = false, retryAfterMs } }) {
      const now = clock.monotonic();
      if (isStanding) {
        refusesAll = true;
        until = now + ASK_AGAIN_MS;
      } else if (kind !== 'rejected') {
        avoidUntil = now + AVOID_MS;
        if (kind === 'rate_limited' && retryAfterMs !== undefined) {
          until = Math.max(until, now + Math.min(retryAfterMs, LONGEST_REST_MS));
        }
      }
    },
    answered() {
      if (refusesAll) until = 0;
      refusesAll = false;
      avoidUntil = 0;
    },
  };
}
