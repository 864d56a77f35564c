import { Registry } from 'prom-client';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RecognizedTranscript } from '../../../src/intent/recognition.ts';
import { createProcessRegistry, expose } from '../../../src/telemetry/exposition.ts';
import { createModelMetrics, type ModelMetrics } from '../../../src/telemetry/model-metrics.ts';
import { createStreamMetrics, type StreamMetrics } from '../../../src/telemetry/stream-metrics.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
/** What Prometheus sends. */
const PROMETHEUS =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

let registry: Registry;
let streams: StreamMetrics;
let models: ModelMetrics;

beforeEach(() => {
  registry = new Registry();
  streams = createStreamMetrics(registry, async () => ({ lag: 0, pending: 0, oldestSeconds: 0 }));
  models = createModelMetrics(registry, {
    budget: () => [],
    circuits: () => [{ provider: 'openai', state: 'half_open' }],
    rulesGoFirst: false,
  });
});

function answered(traceparent?: string): RecognizedTranscript {
  return {
    transcript: { text: 'zapal światło', frameId: 'f1', language: 'pl' },
    recognition: { meaning: { status: 'unclear', responseText: 'Nie rozumiem.' }, source: 'rules' },
    latencyMs: 2.2,
    processorId: 'llm-intent-1',
    processedAt: '2026-11-21T08:00:00.000Z',
    ...(traceparent !== undefined && { traceparent }),
  };
}

const text = async (accept?: string): Promise<string> => (await expose(registry, accept)).body;

describe('who asks for the metrics', () => {
  test.each([
    [PROMETHEUS, 'application/openmetrics-text'],
    ['application/openmetrics-text', 'application/openmetrics-text'],
    [undefined, 'text/plain'],
    ['', 'text/plain'],
    ['*/*', 'text/plain'],
    ['text/html, */*;q=0.1', 'text/plain'],
    ['text/plain, application/openmetrics-text;q=0.5', 'text/plain'],
    ['application/openmetrics-text;q=0', 'text/plain'],
    ['application/openmetrics-text;q=much', 'text/plain'],
  ])('with Accept: %s is answered in %s', async (accept, type) => {
    expect((await expose(registry, accept)).contentType.split(';')[0]).toBe(type);
  });

  test('in OpenMetrics takes nothing away from who asks in classic text, also at the same time', async () => {
    streams.failed();
    const [open, classic, openAgain] = await Promise.all([text(PROMETHEUS), text(), text(PROMETHEUS)]);
    expect(classic).toContain('# TYPE stream_failures_total counter\nstream_failures_total 1');
    expect(open).toContain('# TYPE stream_failures counter\nstream_failures_total 1');
    expect(open).toMatch(/\n# EOF\n$/);
    expect(openAgain).toBe(open);
    expect(await text()).toBe(classic);
  });
});

describe('an exemplar', () => {
  test('leads from a duration to a trace that somebody recorded', async () => {
    streams.recognized(answered(`00-${TRACE}-b7ad6b7169203331-01`));
    expect(await text(PROMETHEUS)).toMatch(
      new RegExp(
        `^intent_recognition_duration_seconds_bucket\\{le="0.0025",source="rules"\\} 1 # \\{trace_id="${TRACE}"\\} 0.0022 `,
        'm',
      ),
    );
    expect(await text()).not.toContain(TRACE);
  });

  test.each([undefined, `00-${TRACE}-b7ad6b7169203331-00`, `00-${TRACE}-b7ad6b7169203331-02`])(
    'is not made of a trace that nobody recorded: %s',
    async (traceparent) => {
      streams.recognized(answered(traceparent));
      expect(await text(PROMETHEUS)).toContain('intent_recognition_duration_seconds_count{source="rules"} 1');
      expect(await text(PROMETHEUS)).not.toContain(TRACE);
    },
  );

  test('is made of a recorded call of a model, too', async () => {
    const call = {
      ...{ provider: 'openai', model: 'gpt-5-mini', outcome: 'answered' as const, tries: 1, traceId: TRACE },
      ...{ promptTokens: 400, cachedTokens: 0, completionTokens: 20, cost: 140_000, duration: 640 },
    } as const;
    models.called(call);
    expect(await text(PROMETHEUS)).not.toContain(TRACE);
    models.called({ ...call, isSampled: true });
    expect(await text(PROMETHEUS)).toContain(`# {trace_id="${TRACE}"} 0.64 `);
  });
});

test('a model that may be asked is there from the start, so that its first call is an increase', async () => {
  models.mayBeAsked([{ provider: 'openai', model: 'gpt-5-mini' }]);
  const found = await text();
  expect(found).toContain('llm_circuit_state{provider="openai"} 1');
  expect(found).toContain('llm_cost_dollars_total{provider="openai",model="gpt-5-mini"} 0');
  expect(found).toContain('llm_requests_total{provider="openai",model="gpt-5-mini",outcome="timeout"} 0');
  expect(found).toContain('llm_request_duration_seconds_count{provider="openai",model="gpt-5-mini"} 0');
});

test('what an answer cost counts by what is known of who asked, and never who it was', async () => {
  const use = {
    ...{ provider: 'openai', model: 'gpt-5-mini', promptVersion: 'v', cost: 1_000_000_000 },
    ...{ promptTokens: 1, completionTokens: 1, cachedTokens: 0 },
  };
  const recognition = { meaning: { status: 'expired' }, source: 'llm', use } as const;
  models.answered({ user: 'anna', room: 'salon' }, recognition);
  models.answered({ room: 'salon' }, recognition);
  models.answered({}, recognition);
  models.answered({ room: 'salon' }, { meaning: { status: 'expired' }, source: 'rules' });
  const found = await text();
  for (const origin of ['user', 'room', 'unknown']) {
    expect(found).toContain(`llm_origin_cost_dollars_total{origin="${origin}"} 1`);
  }
  expect(found).not.toMatch(/anna|salon/);
});

test('of the process, only gauges are shown whose names are those of gauges', async () => {
  const shown = (await expose(createProcessRegistry(), undefined)).body;
  expect(shown).toContain('# TYPE process_resident_memory_bytes gauge');
  expect(shown).not.toMatch(/^# TYPE \S+_total gauge$/m);
});
