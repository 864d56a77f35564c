import type { RecognizedTranscript } from '../intent/recognition.ts';
import type { DeadLetterReason } from './dead-letters.ts';
import type { TroubleListener } from './persist.ts';

/** Which entry it is about. */
interface EntryPlace {
  readonly id: string;
  /** Of the trace that it is worked on in; absent where there is none. */
  readonly traceId?: string | undefined;
}

/** What happens on a stream, for metrics and logs. Listeners must not throw. */
export interface StreamEvents extends TroubleListener {
  /** This replica became the owner of the stream, or stands by again. */
  readonly ownership: (state: 'owner' | 'standby') => void;
  /** A session ended before it was asked to, and another one follows. */
  readonly interrupted: (error: Error) => void;
  /** Entries an earlier owner had left pending. */
  readonly reclaimed: (count: number) => void;
  /** An answer is on the output stream. */
  readonly published: (recognized: RecognizedTranscript) => void;
  readonly skipped: (reason: 'blank' | 'init' | 'deleted' | 'settled_before') => void;
  readonly deadLettered: (
    letter: EntryPlace & {
      readonly reason: DeadLetterReason;
    },
  ) => void;
  /** Working on an entry failed for a reason of ours; it is tried again until `attempt` reaches the limit. */
  readonly failed: (
    failure: EntryPlace & {
      readonly attempt: number;
      /** Its message may repeat what was said. */
      readonly error: Error;
    },
  ) => void;
}
