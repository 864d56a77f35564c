import {
  type Attributes,
  type AttributeValue,
  type Context,
  context as contextApi,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

/** A span as it was recorded, for a test to look at. */
interface RecordedSpan {
  readonly name: string;
  readonly context: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly attributes: Attributes;
  readonly status: SpanStatus;
  readonly links: SpanContext[];
  readonly ended: boolean;
}

/** Keeps every span that is started, in order, and numbers them: `0…01`, `0…02`. */
export function recordSpans(): { provider: TracerProvider; spans: readonly RecordedSpan[] } {
  const spans: RecordedSpan[] = [];

  function startSpan(name: string, options?: SpanOptions, context: Context = contextApi.active()): Span {
    const parent = options?.root ? undefined : trace.getSpanContext(context);
    const spanId = String(spans.length + 1).padStart(16, '0');
    const recorded = {
      name,
      context: { traceId: parent?.traceId ?? spanId.padStart(32, '0'), spanId, traceFlags: 1 },
      parent,
      attributes: { ...options?.attributes } as Attributes,
      status: { code: SpanStatusCode.UNSET } as SpanStatus,
      links: [] as SpanContext[],
      ended: false,
    };
    spans.push(recorded);
    const span: Span = {
      spanContext: () => recorded.context,
      setAttribute(key: string, value: AttributeValue) {
        recorded.attributes[key] = value;
        return span;
      },
      setAttributes(attributes) {
        Object.assign(recorded.attributes, attributes);
        return span;
      },
      setStatus(status) {
        recorded.status = status;
        return span;
      },
      end() {
        recorded.ended = true;
      },
      addEvent: () => span,
      addLink({ context: linked }) {
        recorded.links.push(linked);
        return span;
      },
      addLinks: () => span,
      updateName: () => span,
      recordException: () => undefined,
      isRecording: () => !recorded.ended,
    };
    return span;
  }

  function startActiveSpan(name: string, ...rest: unknown[]): never {
    const run = rest.at(-1) as (span: Span) => never;
    const [options, context = contextApi.active()] = rest.slice(0, -1) as [SpanOptions?, Context?];
    const span = startSpan(name, options, context);
    return contextApi.with(trace.setSpan(context, span), run, undefined, span);
  }

  const tracer: Tracer = { startSpan, startActiveSpan };
  return { provider: { getTracer: () => tracer }, spans };
}
