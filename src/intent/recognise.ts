import type { Span } from '@opentelemetry/api';
import type { PassedOver } from './model-unavailable.ts';
import type { Delivery } from './question.ts';
import type { Recognition } from './recognition.ts';
import type { Transcript } from './transcript.ts';

/** `dedupe-only` keeps nothing and still makes one call of the same words said at once. */
export type CacheMode = 'on' | 'dedupe-only' | 'off';

/** What understanding is asked for with. */
export interface RecogniseContext {
  /** Ends the wait: nobody wants the answer any more. */
  readonly signal: AbortSignal;
  /** Of the whole processing; the steps become its children. */
  readonly span: Span;
  /** False: so many wait behind it that only what needs no waiting is asked. */
  readonly mayWait: boolean;
  /** How it was handed in, where it may come again; absent: it never does. */
  readonly delivery?: Pick<Delivery, 'id' | 'handedInAt'>;
  /** How the cache is used for this one, where that is not as configured. */
  readonly cacheMode?: CacheMode;
  /** Whether it had rather wait than have somebody else answer where a resolver passed so; absent: it never would. */
  readonly waitsFor?: (passed: PassedOver) => boolean;
}

/**
 * Understands a transcript; synchronously where nothing has to be waited for, so that a full batch costs no promises.
 *
 * @throws ModelUnavailable where it had rather wait; else for a defect or a failure of ours only: what is not understood is
 *   a recognition too
 */
export type Recognise = (
  transcript: Transcript,
  context: RecogniseContext,
) => Recognition | Promise<Recognition>;
