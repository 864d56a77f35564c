import { SpanKind, trace } from '@opentelemetry/api';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { callerContext, carriedBy } from './intent/carried-trace.ts';
import { markFailed } from './intent/failed-span.ts';
import { ModelUnavailable } from './intent/model-unavailable.ts';
import type { RecogniseContext } from './intent/recognise.ts';
import type { RecognizedTranscript } from './intent/recognition.ts';
import { describeRecognition } from './intent/recognition-span.ts';
import type { Transcript } from './intent/transcript.ts';
import type { Understanding } from './understanding.ts';

/**
 * Understands one transcript that did not come over the streams, under a span of its own.
 *
 * @param signal nobody waits for the answer any more
 * @throws ModelUnavailable where it had rather wait; what the resolvers throw for a defect of ours; the signal's reason
 *   when it is aborted
 */
export async function recogniseRequest(
  transcript: Transcript,
  {
    understanding,
    config,
    clock = systemClock,
    signal,
    ...wishes
  }: {
    understanding: Understanding;
    config: Config;
    clock?: Clock;
    signal: AbortSignal;
  } & Pick<RecogniseContext, 'cacheMode' | 'waitsFor'>,
): Promise<RecognizedTranscript> {
  const started = clock.monotonic();
  const span = trace
    .getTracer('llm-intent')
    .startSpan('recognise', { kind: SpanKind.SERVER }, callerContext(transcript.trace));
  if (config.tracing.transcripts) span.setAttribute('intent.transcript', transcript.text);
  try {
    const recognition = await understanding.recognise(transcript, {
      signal,
      span,
      mayWait: true,
      ...wishes,
    });
    describeRecognition(span, recognition);
    const now = clock.now();
    const maxAgeMs = config.streams.max_age_seconds * 1000;
    return {
      transcript,
      recognition,
      ...(maxAgeMs > 0 && { expiresAt: new Date(now + maxAgeMs).toISOString() }),
      latencyMs: Math.round((clock.monotonic() - started) * 1000) / 1000,
      processorId: config.processor_id,
      processedAt: new Date(now).toISOString(),
      ...carriedBy(span),
    };
  } catch (error) {
    if (!(error instanceof ModelUnavailable)) markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
}
