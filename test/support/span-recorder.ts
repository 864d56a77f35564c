import { randomBytes } from 'node:crypto';
import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { afterAll } from 'vitest';

/** A span that has ended, as an exporter would get it. */
export interface RecordedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: SpanContext;
  readonly parent: SpanContext | undefined;
  readonly attributes: Attributes;
  readonly events: string[];
  readonly links: Link[];
  readonly status: SpanStatusCode;
}

/**
 * Records every span of a test file in memory, in the order of their ends. A trace that starts here is sampled; else
 * the parent's decision holds.
 */
export function recordSpans(): RecordedSpan[] {
  const ended: RecordedSpan[] = [];
  const tracer: Tracer = {
    startSpan: (name, options, context = ROOT_CONTEXT) => start({ name, context, ended, ...options }),
    startActiveSpan() {
      throw new Error('the streams hand their spans on by themselves');
    },
  };
  if (!trace.setGlobalTracerProvider({ getTracer: () => tracer }))
    throw new Error('somebody traces this process already');
  afterAll(() => trace.disable());
  return ended;
}

function start({
  name,
  kind = SpanKind.INTERNAL,
  attributes = {},
  context,
  ended,
}: SpanOptions & { name: string; context: Context; ended: RecordedSpan[] }): Span {
  const parent = trace.getSpanContext(context);
  const spanContext: SpanContext = {
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: parent?.traceFlags ?? TraceFlags.SAMPLED,
    ...(parent?.traceState && { traceState: parent.traceState }),
  };
  if ((spanContext.traceFlags & TraceFlags.SAMPLED) === 0) return trace.wrapSpanContext(spanContext);

  const recorded = {
    ...{ name, kind, parent, context: spanContext, status: SpanStatusCode.UNSET },
    attributes: { ...attributes } as Attributes,
    events: [] as string[],
    links: [] as Link[],
  };
  let recording = true;
  /** What is told to a span after its end is lost, as with a real one. */
  function note(change: () => void): Span {
    if (recording) change();
    return span;
  }
  const span: Span = {
    spanContext: () => spanContext,
    isRecording: () => recording,
    setAttribute: (key, value) =>
      note(() => {
        recorded.attributes[key] = value;
      }),
    setAttributes: (more) => note(() => Object.assign(recorded.attributes, more)),
    addEvent: (event) => note(() => recorded.events.push(event)),
    addLink: (link) => note(() => recorded.links.push(link)),
    addLinks: () => span,
    setStatus: ({ code }) =>
      note(() => {
        recorded.status = code;
      }),
    updateName: (newName) =>
      note(() => {
        recorded.name = newName;
      }),
    recordException: () => undefined,
    end() {
      if (!recording) throw new Error(`the span "${recorded.name}" was ended twice`);
      recording = false;
      ended.push(recorded);
    },
  };
  return span;
}
