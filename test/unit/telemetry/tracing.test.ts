import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { startTracing } from '../../../src/telemetry/tracing.ts';

const log = createLog({ level: 'silent', processorId: 'test' });
const origin = { service: 'test', instance: 'test', version: '0' };

/** Whether a span that begins now is one that can be followed. */
function isTraced(): boolean {
  const span = trace.getTracer('test').startSpan('recognise', {}, ROOT_CONTEXT);
  span.end();
  return trace.isSpanContextValid(span.spanContext());
}

test.each(['none', 'console'])(
  'with the exporter %s the process is traced until it stops, and can be traced again',
  async (exporter) => {
    const { tracing } = await loadConfig({ OTEL_TRACES_EXPORTER: exporter });
    for (const _again of [1, 2]) {
      expect(isTraced()).toBe(false);
      const { stop } = await startTracing(tracing, { log, origin });
      expect(isTraced()).toBe(true);
      await stop();
    }
    expect(isTraced()).toBe(false);
  },
);
