import type { TokenUsage } from '../intent/spending.ts';
import type { Message } from './prompt.ts';

/** How far a request has come. */
export interface Progress {
  /** Nothing of it went out, as far as is known: nobody has heard it, and nobody bills it. */
  isUnsent: boolean;
}

/** What a model is asked, whatever its provider calls the fields. */
export interface WireRequest {
  readonly messages: readonly Message[];
  /** Hidden reasoning included. */
  readonly maxTokens: number;
  readonly temperature: number;
  /** Kept up to date by a wire that can tell. */
  readonly progress?: Progress;
}

export interface WireReply {
  readonly text: string;
  /** `cut`: at the limit of tokens. `refused`: by the model or a filter. */
  readonly end: 'whole' | 'cut' | 'refused';
  /** What answered, as the provider calls it; absent where it told nothing that can be a name. */
  readonly model?: string;
  /** Absent where the provider told nothing that can be true. */
  readonly usage?: TokenUsage;
  /** Milliseconds for which the provider has no requests or tokens left, where it says so. */
  readonly exhaustedForMs?: number;
}

/** A request that is ready to leave. */
export interface Prepared {
  /**
   * Asks once. No retries in here: each try is paid for by itself.
   *
   * @param signal ends the try; the connection is given up at once
   * @throws ProviderFailure
   * @throws the signal's reason when it is aborted first
   */
  send(signal: AbortSignal): Promise<WireReply>;
  /** Forgets what was not sent; what was goes on. */
  drop(): void;
}

/** How to talk with one model of one provider. */
export interface Wire {
  /**
   * Makes a request as far as it can be made while its money is being set aside: nothing leaves before it is sent. Never throws: what is
   * wrong with it is thrown to whoever sends it.
   */
  prepare(request: WireRequest): Prepared;
}
