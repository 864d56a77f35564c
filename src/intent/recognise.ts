import type { Span } from '@opentelemetry/api';
import type { Recognition } from './recognition.ts';
import type { Transcript } from './transcript.ts';

/**
 * Understands a transcript; synchronously where nothing has to be waited for, so that a full batch costs no promises.
 *
 * @param signal ends the wait: nobody wants the answer any more
 * @param span of the whole processing; the steps become its children
 * @param mayWait false: so many wait behind it that only what needs no waiting is asked
 * @throws for a defect or a failure of ours only; what is not understood is a recognition too
 */
export type Recognise = (
  transcript: Transcript,
  context: { readonly signal: AbortSignal; readonly span: Span; readonly mayWait: boolean },
) => Recognition | Promise<Recognition>;
