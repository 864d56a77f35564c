import type { ModelUse } from './model-use.ts';
import type { NanoDollars } from './money.ts';
import type { Transcript } from './transcript.ts';

/** Values of an action's slots: `{area: 'salon', entity_id: 'light.salon', brightness_pct: 40}`. */
export type Slots = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** One thing to do or to ask: a Home Assistant action (`light.turn_on`) with its slots. */
export interface Action {
  readonly intent: string;
  readonly entities: Slots;
  /** ISO 8601 with zone: when, if it was asked for later. */
  readonly at?: string;
  /** How often, from `at` on, if it was asked for again and again: an RFC 5545 recurrence rule, `FREQ=WEEKLY;BYDAY=MO`. */
  readonly repeat?: string;
}

/** A reading the speaker may have meant, for an `ambiguous` recognition. */
export interface Candidate extends Action {
  /** What to call it when asking back: "lampa przy oknie". */
  readonly label: string;
}

/** Who gave the answer. */
export type Source = 'cache' | 'llm' | 'rules' | 'none';

/** Why a better resolver was passed over; the values of the contract's `fallback_reason`. */
export type FallbackReason =
  | 'circuit_open'
  | 'budget_exceeded'
  | 'rate_limited'
  | 'timeout'
  | 'provider_error'
  | 'invalid_output'
  | 'no_provider'
  | 'mode'
  | 'ledger_unavailable'
  | 'queue_full';

/** What an utterance was understood to mean. */
export type Meaning =
  | {
      readonly status: 'recognized';
      readonly kind: 'action';
      /** In spoken order; never empty. */
      readonly actions: readonly Action[];
      readonly confidence: number;
      /** True where policy wants a spoken yes before anything is done. */
      readonly requiresConfirmation: boolean;
      /** True where somebody was asked and said yes: it may be done. */
      readonly isConfirmed?: true;
      /** True where a slip was taken for granted; never published, but policy is as strict then as without any rules. */
      readonly isMended?: true;
      readonly responseText?: string;
    }
  | {
      readonly status: 'recognized';
      readonly kind: 'query';
      /** What is asked. A query never carries an action. */
      readonly query: Action;
      readonly confidence: number;
      readonly responseText?: string;
    }
  | {
      readonly status: 'ambiguous';
      readonly candidates: readonly Candidate[];
      /** True where each of them is a question: whichever is meant, it is no action. */
      readonly isQuery?: true;
      readonly confidence: number;
      readonly responseText: string;
    }
  | { readonly status: 'unclear'; readonly confidence?: number; readonly responseText: string }
  | { readonly status: 'unavailable'; readonly confidence: number; readonly responseText: string }
  | { readonly status: 'refused'; readonly confidence: number; readonly responseText: string }
  | { readonly status: 'expired' };

/** A meaning, and who found it. */
export interface Recognition {
  readonly meaning: Meaning;
  readonly source: Source;
  readonly fallbackReason?: FallbackReason;
  /** What was asked of a language model for this, also where it was of no use; absent where nothing was. */
  readonly use?: ModelUse;
  /** What an answer that was known already did not cost again. */
  readonly saved?: NanoDollars;
  /** All words that it took, where what was said answers a question: "włącz lampę stojącą". Private, and never published. */
  readonly saidInFull?: string;
  /** How it was found, for a person; never published. */
  readonly explanation?: string;
  /** Milliseconds until the limit ends that kept a better resolver from it; never published. */
  readonly retryAfterMs?: number;
}

/** A recognition with what a consumer needs to know about the transcript it answers. */
export interface RecognizedTranscript {
  readonly transcript: Transcript;
  readonly recognition: Recognition;
  /** ISO 8601: after this, act on nothing. Absent where nothing expires. */
  readonly expiresAt?: string;
  /** Milliseconds from reading the transcript to publishing. */
  readonly latencyMs: number;
  readonly processorId: string;
  /** UTC, ISO 8601. */
  readonly processedAt: string;
  /** This service's span, as `traceparent`, and its `tracestate`. */
  readonly traceparent?: string;
  readonly tracestate?: string;
}
