/**
 * What was said, by whom and where, after an entry or a request was decoded. See `transcript-codec.ts` for the
 * shapes it arrives in.
 */
export interface Transcript {
  /** What was said, as it arrived. Private: never logged at `info`. */
  readonly text: string;
  /** The upstream's id of what was said; the entry id where it gave none. */
  readonly frameId: string;
  /** BCP 47 tag (`pl`, `en-US`), the configured default where none was given. */
  readonly language: string;
  /** How sure the speech recogniser was, above 0 and up to 1; absent when it did not say. */
  readonly confidence?: number;
  readonly room?: string;
  readonly user?: string;
  readonly sessionId?: string;
  /** When it was said, in milliseconds since the epoch, where the upstream told. */
  readonly spokenAt?: number;
  /** The caller's trace, as W3C Trace Context. */
  readonly trace?: TraceParent;
}

/** A place in a distributed trace: W3C Trace Context's `traceparent`, taken apart. */
export interface TraceParent {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  /** Bit field; 1 = sampled. */
  readonly traceFlags: number;
  readonly tracestate?: string;
}
