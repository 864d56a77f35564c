import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from './log.ts';

/** Writes spans into the log, a line each, for whoever tries things out. */
export function createSpanLog(log: Logger): SpanExporter {
  return {
    export(spans, done) {
      for (const span of spans) log.info(lineOf(span));
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: async () => undefined,
  };
}

function lineOf(span: ReadableSpan) {
  const { name, kind, parentSpanContext, duration, attributes, links, status } = span;
  const { traceId, spanId } = span.spanContext();
  const [seconds, nanoseconds] = duration;
  return {
    ...{ event: 'span', name, kind: SpanKind[kind].toLowerCase(), trace_id: traceId, span_id: spanId },
    ...(parentSpanContext && { parent_span_id: parentSpanContext.spanId }),
    ms: seconds * 1000 + nanoseconds / 1e6,
    attributes,
    ...(links.length > 0 && { links: links.map(({ context }) => context.spanId) }),
    ...(status.code === SpanStatusCode.ERROR && { error: status.message ?? true }),
  };
}
