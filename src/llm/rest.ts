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
  /** @param exhaustedForMs for so long it can answer no more, as it says */
  answered(exhaustedForMs?: number): void;
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
  let why: RestReason = 'rate_limited';
  /** By the monotonic clock, as all times here. */
  let until = 0;
  let avoidUntil = 0;

  function rest(ms: number, reason: RestReason): void {
    const end = clock.monotonic() + Math.min(ms, LONGEST_REST_MS);
    if (end <= until) return;
    until = end;
    why = reason;
  }

  return {
    reason: () => (clock.monotonic() + TIMER_MS >= until ? undefined : why),
    isAvoided: () => clock.monotonic() < avoidUntil,
    asked() {
      if (refusesAll) rest(ASK_AGAIN_MS, 'provider_error');
    },
    failed({ traits: { kind, isStanding = false, retryAfterMs } }) {
      if (isStanding) {
        refusesAll = true;
        rest(ASK_AGAIN_MS, 'provider_error');
      } else if (kind !== 'rejected') {
        avoidUntil = clock.monotonic() + AVOID_MS;
        rest(retryAfterMs ?? 0, kind === 'rate_limited' ? 'rate_limited' : 'provider_error');
      }
    },
    answered(exhaustedForMs = 0) {
      if (refusesAll) until = 0;
      refusesAll = false;
      avoidUntil = 0;
      rest(exhaustedForMs, 'rate_limited');
    },
  };
}
