import { assertNever } from './assert-never.ts';
import type { Mode } from './mode.ts';
import type { FallbackReason } from './recognition.ts';

/** How a resolver passed, as far as it tells whether waiting would help. */
export interface PassedOver {
  readonly reason?: FallbackReason;
  /** A provider was in trouble; else what went wrong lay in what was asked, or in a limit of ours. */
  readonly isTrouble?: true;
  /** Milliseconds until a limit of who asks ends; infinite: never. */
  readonly retryAfterMs?: number;
}

/** A model was to answer and cannot for now, and whoever asks had rather wait than hear somebody else. */
export class ModelUnavailable extends Error {
  override readonly name = 'ModelUnavailable';
  readonly reason: FallbackReason;
  /** Milliseconds until a limit of who asks ends; undefined where nobody knows how long it takes. */
  readonly retryAfterMs: number | undefined;

  constructor(reason: FallbackReason, retryAfterMs?: number) {
    super(`no model can be asked for now: ${reason}`);
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whether what kept a model from answering goes by: an outage, a spent budget, a full line; not what a person wants so. */
export function goesBy(
  { reason, isTrouble, retryAfterMs = 0 }: PassedOver,
  { mode, by }: { readonly mode: Mode; readonly by: 'operator' | 'automatic' },
): boolean {
  switch (reason) {
    case 'rate_limited':
      return Number.isFinite(retryAfterMs);
    case 'circuit_open':
    case 'budget_exceeded':
    case 'timeout':
    case 'ledger_unavailable':
    case 'queue_full':
      return true;
    case 'provider_error':
      return isTrouble === true;
    // In economy rules answer because they know it.
    case 'mode':
      return mode === 'rules-only' && by === 'automatic';
    case 'invalid_output':
    case 'no_provider':
    case undefined:
      return false;
    default:
      return assertNever(reason);
  }
}
