/** Why a provider gave no reply, as far as anybody needs to know. */
export interface FailureTraits {
  readonly kind: /** No reply in time. */
    | 'timeout'
    | 'rate_limited'
    /** Not reachable, reset, or it says that it has trouble itself. */
    | 'unavailable'
    /** It will refuse the same request again. */
    | 'rejected'
    /** What came is no reply of such a provider at all. */
    | 'garbled';
  /** Whether asking again may help. */
  readonly retry: boolean;
  /** Whether it may have been billed. */
  readonly bill: 'free' | 'unknown';
  /** True for what says that the provider is out, rather than that it did not like the request. */
  readonly isOutage: boolean;
  /** How long it asks to be left alone. */
  readonly retryAfterMs?: number;
  /** True where every request is refused until an operator does something, whatever it asks. */
  readonly isStanding?: true;
  /** True where it refused this request, and another one may be fine. */
  readonly isOfRequest?: true;
  /** What an operator has to put right; absent where it mends itself. */
  readonly problem?: string;
}

/**
 * A failure of a provider, classified once, where it was met. Its message names the provider and what to do, and holds
 * nothing that the provider said: that may repeat the key or the words of the prompt. `cause` has it all.
 */
export class ProviderFailure extends Error {
  readonly traits: FailureTraits;

  constructor(message: string, traits: FailureTraits, options: { readonly cause: unknown }) {
    super(message, options);
    this.name = 'ProviderFailure';
    this.traits = traits;
  }
}

/** The same, where the next try may well succeed and need not wait. */
export function atOnce({ message, traits, cause }: ProviderFailure): ProviderFailure {
  return new ProviderFailure(message, { ...traits, retry: true, retryAfterMs: 0 }, { cause });
}
