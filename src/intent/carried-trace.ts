import { type Context, createTraceState, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { formatTraceparent } from './trace-parent.ts';
import type { TraceParent } from './transcript.ts';

/** What a span of ours becomes a child of: the caller's, or nothing. */
export function callerContext(parent: TraceParent | undefined): Context {
  if (!parent) return ROOT_CONTEXT;
  const { tracestate, ...ids } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...ids,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  });
}

/** A span as fields of an entry, for the next one in line; nothing where there is no trace. */
export function carriedBy(span: Span): { traceparent?: string; tracestate?: string } {
  const context = span.spanContext();
  const tracestate = context.traceState?.serialize();
  return {
    ...(trace.isSpanContextValid(context) && { traceparent: formatTraceparent(context) }),
    ...(tracestate && { tracestate }),
  };
}
