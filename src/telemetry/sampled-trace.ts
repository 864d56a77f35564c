const SAMPLED = 1;
/** Where the id begins and ends in `00-<trace id>-<span id>-<flags>`. */
const ID_FROM = 3;
const ID_TO = 35;

/** The label of an exemplar. */
export interface TraceLabel {
  readonly trace_id: string;
}

/**
 * What an exemplar is labelled with, where somebody recorded the trace and it can be looked up.
 *
 * @param traceparent as the service publishes it, with flags from 00 to 03
 */
export function sampledTrace(traceparent: string | undefined): TraceLabel | undefined {
  if (traceparent === undefined) return undefined;
  // The code of a digit is odd where the digit is.
  if ((traceparent.charCodeAt(traceparent.length - 1) & SAMPLED) === 0) return undefined;
  return { trace_id: traceparent.slice(ID_FROM, ID_TO) };
}
