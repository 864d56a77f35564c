import type { Action, Candidate } from './recognition.ts';

/** What the house has asked back, and what an answer to it is about. */
export type Question = {
  /** Of the delivery that led to it: what is delivered again asks the same again. */
  readonly id: string;
  /** As it was asked. */
  readonly text: string;
  /** The words of the order. Private; absent where words are not remembered. */
  readonly said?: string;
} & (
  | {
      readonly kind: 'confirm';
      /** Exactly those that a yes is about. */
      readonly actions: readonly Action[];
      readonly confidence: number;
      /** What to say when they are done. */
      readonly response?: string;
      /** The ways that the order went: a yes may say them again ("tak, otwórz"). */
      readonly ways: readonly string[];
    }
  | {
      readonly kind: 'choose';
      /** As they were published, in this order. */
      readonly candidates: readonly Candidate[];
      readonly confidence: number;
      /** True where each of them is a question: none is ever an action. */
      readonly isQuery?: true;
    }
);

/** Who speaks, as far as it is known: an answer has to match all that was known of who asked. */
export interface Speaker {
  readonly room?: string;
  readonly sessionId?: string;
  readonly user?: string;
}

/** Something that was said, as far as an answer depends on that. */
export interface Delivery {
  /** The same one when it comes again after a crash, and nobody else's. */
  readonly id: string;
  /** When it was handed in, in milliseconds on Redis's clock; absent: just now. */
  readonly handedInAt?: number;
  /** When it was said, in milliseconds on the clock of whoever heard it. */
  readonly saidAt?: number;
}
