const SAMPLED = 1;
/** Where the id begins and ends in `00-<trace id>-<span id>-<flags>`. */
const ID_FROM = 3;
const ID_TO = 35;

/** The label of an exemplar. */
export interface TraceLabel {
  readonly trace_id: string;
}

/**
 * Whether somebody recorded a trace, so that it can be looked up.
 *
 * @param traceparent as the service publishes it, with flags from 00 to 03
 */
export function isSampled(traceparent: string): boolean {
  // The code of a digit is odd where the digit is.
  return (traceparent.charCodeAt(traceparent.length - 1) & SAMPLED) !== 0;
}

/** What an exemplar of such a trace is labelled with. */
export function traceLabel(traceparent: string): TraceLabel {
  return { trace_id: traceparent.slice(ID_FROM, ID_TO) };
}
