import { type Span, SpanKind, trace } from '@opentelemetry/api';
import { callerContext } from './carried-trace.ts';
import type { TraceParent } from './transcript.ts';

/** An entry of a stream that is worked on. */
interface Consumed {
  /** Who wrote it. */
  readonly parent: TraceParent | undefined;
  readonly messageId: string;
  /** Milliseconds that it lay on the stream; a little less than none where clocks are apart. */
  readonly waitedMs: number;
}

/**
 * Starts the spans of working on the entries of a stream, each a child of its writer's span and linked to it for the wait.
 * Names and attributes follow OpenTelemetry's semantic conventions for messaging.
 */
export function createConsumerSpans({
  stream,
  group,
}: {
  stream: string;
  group: string;
}): (consumed: Consumed) => Span {
  const tracer = trace.getTracer('llm-intent');
  const name = `process ${stream}`;
  const processing = {
    'messaging.system': 'redis',
    'messaging.operation.type': 'process',
    'messaging.operation.name': 'process',
    'messaging.destination.name': stream,
    'messaging.consumer.group.name': group,
  };
  return ({ parent, messageId, waitedMs }) => {
    const caller = callerContext(parent);
    const attributes = { ...processing, 'messaging.message.id': messageId };
    const span = tracer.startSpan(name, { kind: SpanKind.CONSUMER, attributes }, caller);
    if (!span.isRecording()) return span;
    const wait = { 'queue.name': stream, 'queue.wait_ms': Math.max(0, waitedMs) };
    span.setAttributes(wait);
    const writer = trace.getSpanContext(caller);
    if (writer) span.addLink({ context: writer, attributes: wait });
    return span;
  };
}
