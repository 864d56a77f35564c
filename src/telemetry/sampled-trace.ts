const SAMPLED = 1;

/** The label of an exemplar. */
export interface TraceLabel {
  readonly trace_id: string;
}

/**
 * What an exemplar is labelled with, where somebody recorded the trace and it can be looked up.
 *
 * @param traceparent as the service publishes it: its version is 00, and its last field the flags
 */
export function sampledTrace(traceparent: string | undefined): TraceLabel | undefined {
  if (traceparent === undefined) return undefined;
  const [, traceId, , flags = ''] = traceparent.split('-');
  if (traceId === undefined || (Number.parseInt(flags, 16) & SAMPLED) === 0) return undefined;
  return { trace_id: traceId };
}
