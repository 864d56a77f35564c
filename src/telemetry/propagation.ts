import { randomFillSync } from 'node:crypto';
import {
  type Context,
  context as contextApi,
  type Span,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

/**
 * Carries traces on without recording them: every span gets an id of its own within the caller's trace, as
 * W3C Trace Context asks of a participant, and the caller's sampling decision stays as it was. Without a caller a
 * trace starts here, marked as not sampled, because nobody recorded its first span.
 */
export function createPropagatingTracerProvider(): TracerProvider {
  const tracer: Tracer = {
    startSpan(_name: string, options?: SpanOptions, context: Context = contextApi.active()): Span {
      const parent = options?.root ? undefined : trace.getSpanContext(context);
      const inherited = parent && trace.isSpanContextValid(parent) ? parent : undefined;
      return trace.wrapSpanContext({
        traceId: inherited?.traceId ?? randomHex(16),
        spanId: randomHex(8),
        traceFlags: inherited?.traceFlags ?? 0,
        ...(inherited?.traceState && { traceState: inherited.traceState }),
      });
    },
    startActiveSpan(name: string, ...rest: unknown[]) {
      const run = rest.at(-1) as (span: Span) => never;
      const [options, context = contextApi.active()] = rest.slice(0, -1) as [SpanOptions?, Context?];
      const span = tracer.startSpan(name, options, context);
      return contextApi.with(trace.setSpan(context, span), run, undefined, span);
    },
  };
  return { getTracer: () => tracer };
}

const POOL_BYTES = 8192;
const pool = Buffer.allocUnsafe(POOL_BYTES);
let used = POOL_BYTES;

/** Random bytes are drawn many at a time: asking for eight costs as much as asking for thousands. */
function randomHex(bytes: number): string {
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
