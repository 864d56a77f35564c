import { ROOT_CONTEXT, type Span, type SpanContext, SpanKind, trace } from '@opentelemetry/api';
import { createConsumerSpans } from '../intent/consumer-span.ts';
import type { Recognition } from '../intent/recognition.ts';
import { describeRecognition } from '../intent/recognition-span.ts';
import type { Transcript } from '../intent/transcript.ts';

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
  const startProcess = createConsumerSpans({ stream: input, group });
  const publishing = {
    'messaging.system': 'redis',
    'messaging.operation.type': 'send',
    'messaging.operation.name': 'publish',
    'messaging.destination.name': output,
  };

  return {
    process(transcript, messageId, waitedMs) {
      const span = startProcess({ parent: transcript.trace, messageId, waitedMs });
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
  };
}
