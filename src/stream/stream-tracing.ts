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
import { formatTraceparent } from '../intent/trace-parent.ts';
import type { TraceParent, Transcript } from '../intent/transcript.ts';

/** The spans around one transcript on the streams, and how they travel on. */
export interface StreamTracing {
  /** Starts the span of working on an entry, a child of the caller's. */
  process(transcript: Transcript, messageId: string): Span;
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
}: {
  input: string;
  output: string;
  group: string;
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
    process(transcript, messageId) {
      return tracer.startSpan(
        `process ${input}`,
        { kind: SpanKind.CONSUMER, attributes: { ...processing, 'messaging.message.id': messageId } },
        callerContext(transcript.trace),
      );
    },
    publish(parent, { meaning, source }) {
      if (parent.isRecording()) {
        parent.setAttribute('intent.source', source);
        parent.setAttribute('intent.status', meaning.status);
        if (meaning.status === 'recognized') {
          const [action] = meaning.kind === 'action' ? meaning.actions : [meaning.query];
          if (action) parent.setAttribute('intent.type', action.intent);
          parent.setAttribute('intent.confidence', meaning.confidence);
        }
      }
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
