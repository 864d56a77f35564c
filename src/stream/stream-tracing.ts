import {
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import type { Recognition } from '../intent/recognition.ts';
import { describeRecognition } from '../intent/recognition-span.ts';
import { formatTraceparent } from '../intent/trace-parent.ts';
import type { TraceParent, Transcript } from '../intent/transcript.ts';

/** The spans around one transcript on the streams, and how they travel on. */
export interface StreamTracing {
  /**
   * Starts the span of working on an entry, a child of the caller's.
   *
   * @param waitedMs how long the entry lay on the stream
   */
  process(transcript: Transcript, messageId: string, waitedMs: number): Span;
  /** Links a span to the one that it had to wait for. @param waitedMs since it was read */
  waited(span: Span, ahead: SpanContext, waitedMs: number): void;
  /** Starts the span of publishing the answer, a child of the processing span. */
  publish(parent: Span, recognition: Recognition): Span;
  /** A span as output fields, for the next one in line; nothing where there is no trace. */
  carry(span: Span): { traceparent?: string; tracestate?: string };
}

/** Span names and attributes follow OpenTelemetry's semantic conventions for messaging. */
export function createStreamTracing({
  input,
  output,
  group,
  tellsTranscripts = false,
}: {
  input: string;
  output: string;
  group: string;
  /** Whether spans tell what was said. */
  tellsTranscripts?: boolean;
}): StreamTracing {
  const tracer = trace.getTracer('llm-intent');
  const processing = {
    'messaging.system': 'redis',
    'messaging.operation.type': 'process',
    'messaging.operation.name': 'process',
    'messaging.destination.name': input,
    'messaging.consumer.group.name': group,
  };
  const publishing = {
    'messaging.system': 'redis',
    'messaging.operation.type': 'send',
    'messaging.operation.name': 'publish',
    'messaging.destination.name': output,
  };

  return {
    process(transcript, messageId, waitedMs) {
      const caller = callerContext(transcript.trace);
      const span = tracer.startSpan(
        `process ${input}`,
        { kind: SpanKind.CONSUMER, attributes: { ...processing, 'messaging.message.id': messageId } },
        caller,
      );
      if (!span.isRecording()) return span;
      const wait = { 'queue.name': input, 'queue.wait_ms': Math.max(0, waitedMs) };
      span.setAttributes(wait);
      const sender = trace.getSpanContext(caller);
      if (sender) span.addLink({ context: sender, attributes: wait });
      if (tellsTranscripts) span.setAttribute('intent.transcript', transcript.text);
      return span;
    },
    waited(span, ahead, waitedMs) {
      span.addLink({ context: ahead, attributes: { 'queue.name': 'room', 'queue.wait_ms': waitedMs } });
    },
    publish(parent, recognition) {
      describeRecognition(parent, recognition);
      return tracer.startSpan(
        `publish ${output}`,
        { kind: SpanKind.PRODUCER, attributes: publishing },
        trace.setSpan(ROOT_CONTEXT, parent),
      );
    },
    carry(span) {
      const context = span.spanContext();
      const tracestate = context.traceState?.serialize();
      return {
        ...(trace.isSpanContextValid(context) && { traceparent: formatTraceparent(context) }),
        ...(tracestate && { tracestate }),
      };
    },
  };
}

function callerContext(parent: TraceParent | undefined): Context {
  if (!parent) return ROOT_CONTEXT;
  const { tracestate, ...ids } = parent;
  const context: SpanContext = {
    ...ids,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  };
  return trace.setSpanContext(ROOT_CONTEXT, context);
}
