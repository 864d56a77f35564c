import {
  context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { formatTraceparent } from '../intent/trace-parent.ts';
import type { TraceParent } from '../intent/transcript.ts';

/** The spans of what the bridge does, in the trace of what was said. */
export interface BridgeTracing {
  /** Starts the span of what came over a stream, or became due. */
  begin(name: string, parent: TraceParent | undefined, attributes?: Readonly<Record<string, string>>): Span;
  /** A span around a question to Home Assistant. */
  around<Answer>(
    name: string,
    parent: Span,
    ask: () => Promise<Answer>,
    attributes?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** A span as output fields, for the next one in line; nothing where there is no trace. */
  carry(span: Span): { traceparent?: string; tracestate?: string };
  /** A span as it is kept with what is to be done later. */
  keep(span: Span): TraceParent | undefined;
}

export function createBridgeTracing(): BridgeTracing {
  const tracer = trace.getTracer('llm-intent');
  return {
    begin(name, parent, attributes = {}) {
      return tracer.startSpan(
        name,
        { kind: SpanKind.CONSUMER, attributes: { ...attributes } },
        contextOf(parent),
      );
    },
    async around(name, parent, ask, attributes = {}) {
      const options = { kind: SpanKind.CLIENT, attributes: { ...attributes } };
      const span = tracer.startSpan(name, options, trace.setSpan(ROOT_CONTEXT, parent));
      try {
        return await context.with(trace.setSpan(ROOT_CONTEXT, span), ask);
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
        throw error;
      } finally {
        span.end();
      }
    },
    carry(span) {
      const spanContext = span.spanContext();
      const tracestate = spanContext.traceState?.serialize();
      return {
        ...(trace.isSpanContextValid(spanContext) && { traceparent: formatTraceparent(spanContext) }),
        ...(tracestate && { tracestate }),
      };
    },
    keep(span) {
      const { traceId, spanId, traceFlags, traceState } = span.spanContext();
      if (!trace.isSpanContextValid(span.spanContext())) return undefined;
      const tracestate = traceState?.serialize();
      return { traceId, spanId, traceFlags, ...(tracestate && { tracestate }) };
    },
  };
}

function contextOf(parent: TraceParent | undefined) {
  if (!parent) return ROOT_CONTEXT;
  const { tracestate, ...ids } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...ids,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  });
}
