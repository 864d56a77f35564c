import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type ContextManager,
  context as contextApi,
  createTraceState,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { afterEach, describe, expect, test } from 'vitest';
import { createPropagatingTracerProvider } from '../../../src/telemetry/propagation.ts';

const tracer = createPropagatingTracerProvider().getTracer('test');
const caller: SpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
  isRemote: true,
};
const under = (parent: SpanContext): Context => trace.setSpanContext(ROOT_CONTEXT, parent);

describe('spans without an exporter', () => {
  test('have ids of their own in the trace of the caller, and its sampling decision', () => {
    for (const traceFlags of [0, 1, 3]) {
      const span = tracer.startSpan('process', {}, under({ ...caller, traceFlags })).spanContext();
      expect(span).toEqual({
        traceId: caller.traceId,
        spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
        traceFlags,
      });
      expect(span.spanId).not.toBe(caller.spanId);
    }
  });

  test('carry the tracestate on', () => {
    const traceState = createTraceState('vendor=1,other=2');
    const span = tracer.startSpan('process', {}, under({ ...caller, traceState }));
    expect(span.spanContext().traceState?.serialize()).toBe('vendor=1,other=2');
  });

  test('start a trace that is not sampled where nobody called', () => {
    const span = tracer.startSpan('recognise', {}, ROOT_CONTEXT).spanContext();
    expect(trace.isSpanContextValid(span)).toBe(true);
    expect(span.traceFlags).toBe(0);
    expect(span).not.toHaveProperty('traceState');
  });

  test('start a trace of their own where they are asked to, or where the parent is no valid one', () => {
    const own = tracer.startSpan('recognise', { root: true }, under(caller)).spanContext();
    expect(own.traceId).not.toBe(caller.traceId);
    const invalid = tracer.startSpan('recognise', {}, under(INVALID_SPAN_CONTEXT)).spanContext();
    expect(trace.isSpanContextValid(invalid)).toBe(true);
  });

  test('record nothing, so that nobody does the work of describing them', () => {
    const span = tracer.startSpan('process', { attributes: { text: 'secret' } }, under(caller));
    expect(span.isRecording()).toBe(false);
    expect(JSON.stringify(span)).not.toContain('secret');
    expect(() => span.setAttribute('a', 1).addEvent('b').setStatus({ code: 2 }).end()).not.toThrow();
  });

  test('never share an id, however many there are', () => {
    // More than one drawing of random bytes.
    const spans = Array.from({ length: 5000 }, () =>
      tracer.startSpan('process', {}, ROOT_CONTEXT).spanContext(),
    );
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(spans.length);
    expect(spans.every(trace.isSpanContextValid)).toBe(true);
  });

  test('come from one tracer behind every name', () => {
    const provider = createPropagatingTracerProvider();
    expect(provider.getTracer('a')).toBe(provider.getTracer('b', '1.0'));
  });
});

describe('a span that is made the active one', () => {
  afterEach(() => contextApi.disable());

  test('is given to the function, with options or without, and its result comes back', () => {
    const named = tracer.startActiveSpan('a', (span) => span.spanContext());
    const optioned = tracer.startActiveSpan('a', { root: true }, (span) => span.spanContext());
    expect(trace.isSpanContextValid(named) && trace.isSpanContextValid(optioned)).toBe(true);
    const child = tracer.startActiveSpan('a', {}, under(caller), (span) => span.spanContext());
    expect(child.traceId).toBe(caller.traceId);
  });

  test('lets an error through', () => {
    const fail = (): never => {
      throw new Error('a defect');
    };
    expect(() => tracer.startActiveSpan('a', fail)).toThrow('a defect');
  });

  test('is the parent of what is started inside it, active or not', () => {
    contextApi.setGlobalContextManager(asyncContexts());
    tracer.startActiveSpan('outer', {}, under(caller), (outer) => {
      expect(trace.getActiveSpan()).toBe(outer);
      expect(tracer.startSpan('inner').spanContext().traceId).toBe(caller.traceId);
      tracer.startActiveSpan('inner', (inner) => {
        expect(inner.spanContext().traceId).toBe(caller.traceId);
        expect(trace.getActiveSpan()).toBe(inner);
      });
    });
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});

/** What OpenTelemetry's SDK brings for Node, in short. */
function asyncContexts(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...rest) => storage.run(active, () => run.call(self as never, ...rest)),
    bind: (_active, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}
