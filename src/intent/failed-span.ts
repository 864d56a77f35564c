import { type Span, SpanStatusCode } from '@opentelemetry/api';

/** Marks a span as failed by a defect of ours: which kind, without its message, which may repeat what was said. */
export function markFailed(span: Span, error: unknown): void {
  markFailedAs(span, error instanceof Error ? error.name : typeof error);
}

/** The same, of a failure that has a word for it. */
export function markFailedAs(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: type });
}
