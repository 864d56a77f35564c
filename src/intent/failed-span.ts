import { type Span, SpanStatusCode } from '@opentelemetry/api';

/** Marks a span as failed by a defect of ours: which kind, without its message, which may repeat what was said. */
export function markFailed(span: Span, error: unknown): void {
  const type = error instanceof Error ? error.name : typeof error;
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: type });
}
