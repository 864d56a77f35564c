import { type Context, createTraceState, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { formatTraceparent } from './trace-parent.ts';
import type { TraceParent } from './transcript.ts';

interface TraceFields {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

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

/** A span as what comes after it takes it for its parent; undefined where there is no trace. */
export function parentOf(span: Span): TraceParent | undefined {
  const context = span.spanContext();
  if (!trace.isSpanContextValid(context)) return undefined;
  const { traceId, spanId, traceFlags } = context;
  const tracestate = context.traceState?.serialize();
  return { traceId, spanId, traceFlags, ...(tracestate && { tracestate }) };
}

/** A span as fields of an entry, for the next one in line; nothing where there is no trace. */
export function carriedBy(span: Span): TraceFields {
  const parent = parentOf(span);
  return parent ? traceFields(parent) : {};
}

/** A trace as fields of an entry. */
export function traceFields(parent: TraceParent): TraceFields {
  const { tracestate } = parent;
  return { traceparent: formatTraceparent(parent), ...(tracestate !== undefined && { tracestate }) };
}
