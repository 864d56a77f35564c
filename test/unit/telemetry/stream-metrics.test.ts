import fc from 'fast-check';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Meaning, Recognition, RecognizedTranscript } from '../../../src/intent/recognition.ts';
import type { Transcript } from '../../../src/intent/transcript.ts';
import type { Depths } from '../../../src/stream/depths.ts';
import { createStreamMetrics, type StreamMetrics } from '../../../src/telemetry/stream-metrics.ts';

let registry: Registry;
let metrics: StreamMetrics;
let depths: () => Promise<Depths>;

beforeEach(() => {
  registry = new Registry();
  depths = async () => ({ lag: 0, pending: 0, oldestSeconds: 0 });
  metrics = createStreamMetrics(registry, () => depths());
});

const doing = (...intents: string[]): Meaning => ({
  status: 'recognized',
  kind: 'action',
  actions: intents.map((intent) => ({ intent, entities: {} })),
  confidence: 1,
  requiresConfirmation: false,
});

function recognized(
  recognition: Partial<Recognition> = {},
  { transcript, latencyMs = 1 }: { transcript?: Partial<Transcript>; latencyMs?: number } = {},
): RecognizedTranscript {
  return {
    transcript: { text: 'zapal światło', frameId: 'f1', language: 'pl', ...transcript },
    recognition: { meaning: doing('light.turn_on'), source: 'rules', ...recognition },
    latencyMs,
    processorId: 'llm-intent-1',
    processedAt: '2026-11-21T08:00:00.000Z',
  };
}

/** Samples of a metric as Prometheus sees them, without its help. */
async function samples(name: string): Promise<string[]> {
  const text = await registry.getSingleMetricAsString(name);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** As `samples`, of what happened. */
async function counted(name: string): Promise<string[]> {
  return (await samples(name)).filter((line) => !line.endsWith(' 0'));
}

/** Lets every metric have a sample. */
function touchAll(): void {
  metrics.recognized(recognized({ fallbackReason: 'no_provider' }));
  metrics.skipped('blank');
  metrics.deadLettered('oversize');
  metrics.reclaimed(1);
  metrics.failed();
  metrics.owner('voice:transcribed', true);
}

describe('the metrics', () => {
  test('have the names, types and labels of the contract', async () => {
    touchAll();
    const found = Object.fromEntries(
      (await registry.getMetricsAsJSON()).map(({ name, type, values }) => [
        name,
        { type, labels: Object.keys(values[0]?.labels ?? {}).filter((label) => label !== 'le') },
      ]),
    );
    expect(found).toEqual({
      intent_recognition_total: { type: 'counter', labels: ['status', 'source', 'language'] },
      intent_recognized_total: { type: 'counter', labels: ['intent_type'] },
      intent_recognition_duration_seconds: { type: 'histogram', labels: ['source'] },
      intent_fallback_total: { type: 'counter', labels: ['reason'] },
      stream_lag: { type: 'gauge', labels: [] },
      stream_pending: { type: 'gauge', labels: [] },
      stream_oldest_entry_seconds: { type: 'gauge', labels: [] },
      stream_reclaimed_total: { type: 'counter', labels: [] },
      stream_dead_letters_total: { type: 'counter', labels: ['reason'] },
      // Beside the contract.
      stream_skipped_total: { type: 'counter', labels: ['reason'] },
      stream_failures_total: { type: 'counter', labels: [] },
      stream_owner: { type: 'gauge', labels: ['stream'] },
    });
  });

  test('are written as Prometheus asks: help and type once each, counters in _total, nothing else', async () => {
    touchAll();
    const lines = (await registry.metrics()).trimEnd().split('\n').filter(Boolean);
    const types = lines.flatMap((line) => /^# TYPE (\S+) (\S+)$/.exec(line)?.slice(1, 3).join(' ') ?? []);
    const helps = lines.flatMap((line) => /^# HELP (\S+) \S.*\.$/.exec(line)?.[1] ?? []);
    expect(new Set(types).size).toBe(types.length);
    expect(helps).toEqual(types.map((type) => type.split(' ')[0]));
    for (const type of types) expect(/_total counter$/.test(type)).toBe(type.endsWith('counter'));
    const sample = /^[a-z_]+(\{([a-z_]+="[^"\\\n]*",?)*\})? \d+(\.\d+)?(e-?\d+)?$/;
    for (const line of lines) if (!line.startsWith('#')) expect(line).toMatch(sample);
  });

  test('of things that did not happen yet are 0 where an alert waits for them', async () => {
    expect(await samples('stream_reclaimed_total')).toEqual(['stream_reclaimed_total 0']);
    expect(await samples('stream_failures_total')).toEqual(['stream_failures_total 0']);
    expect(await samples('stream_dead_letters_total')).toContain(
      'stream_dead_letters_total{reason="failed"} 0',
    );
    expect(await samples('intent_fallback_total')).toContain('intent_fallback_total{reason="timeout"} 0');
    for (const language of ['pl', 'en', 'other']) {
      expect(await samples('intent_recognition_total')).toContain(
        `intent_recognition_total{status="expired",source="none",language="${language}"} 0`,
      );
    }
  });
});

describe('an answer', () => {
  test('counts by status, by who answered, and by language', async () => {
    metrics.recognized(recognized());
    metrics.recognized(recognized());
    const unclear: Meaning = { status: 'unclear', responseText: 'Nie rozumiem.' };
    metrics.recognized(recognized({ meaning: unclear, source: 'none' }, { transcript: { language: 'en' } }));
    expect(await counted('intent_recognition_total')).toEqual([
      'intent_recognition_total{status="recognized",source="rules",language="pl"} 2',
      'intent_recognition_total{status="unclear",source="none",language="en"} 1',
    ]);
  });

  test.each([
    ['pl', 'pl'],
    ['PL-pl', 'pl'],
    ['en-US', 'en'],
    ['de-CH-1996', 'de'],
    ['tlh', 'other'],
    ['', 'other'],
    ['-', 'other'],
    ['pl"} 1\nx{a="', 'other'],
    ['__proto__', 'other'],
  ])('in language %j counts as %s', async (language, label) => {
    metrics.recognized(recognized({}, { transcript: { language } }));
    expect(await counted('intent_recognition_total')).toEqual([
      `intent_recognition_total{status="recognized",source="rules",language="${label}"} 1`,
    ]);
  });

  test('counts what was asked for: one action, several, or a question', async () => {
    metrics.recognized(recognized());
    metrics.recognized(recognized({ meaning: doing('light.turn_on', 'cover.open_cover') }));
    const query = { intent: 'climate.get_temperature', entities: {} };
    metrics.recognized(
      recognized({ meaning: { status: 'recognized', kind: 'query', query, confidence: 1 } }),
    );
    expect(await samples('intent_recognized_total')).toEqual([
      'intent_recognized_total{intent_type="light.turn_on"} 1',
      'intent_recognized_total{intent_type="multiple"} 1',
      'intent_recognized_total{intent_type="climate.get_temperature"} 1',
    ]);
  });

  test.each<Meaning>([
    { status: 'unclear', responseText: 'Nie rozumiem.' },
    { status: 'refused', confidence: 1, responseText: 'Nie wolno.' },
    { status: 'unavailable', confidence: 1, responseText: 'Nie ma.' },
    { status: 'ambiguous', confidence: 1, responseText: 'Która?', candidates: [] },
    { status: 'expired' },
  ])('that is $status counts as no intent', async (meaning) => {
    metrics.recognized(recognized({ meaning }));
    expect(await samples('intent_recognized_total')).toEqual([]);
    expect(await counted('intent_recognition_total')).toEqual([
      expect.stringContaining(`status="${meaning.status}"`),
    ]);
  });

  test('is timed in seconds, finely enough for the rules and up to what nobody waits for', async () => {
    metrics.recognized(recognized({}, { latencyMs: 0.2 }));
    metrics.recognized(recognized({ source: 'llm' }, { latencyMs: 2500 }));
    const found = await samples('intent_recognition_duration_seconds');
    expect(found).toContain('intent_recognition_duration_seconds_bucket{le="0.0001",source="rules"} 0');
    expect(found).toContain('intent_recognition_duration_seconds_bucket{le="0.00025",source="rules"} 1');
    expect(found).toContain('intent_recognition_duration_seconds_bucket{le="1",source="llm"} 0');
    expect(found).toContain('intent_recognition_duration_seconds_bucket{le="2.5",source="llm"} 1');
    expect(found).toContain('intent_recognition_duration_seconds_sum{source="llm"} 2.5');
    metrics.recognized(recognized({ source: 'llm' }, { latencyMs: 12_500 }));
    const later = await samples('intent_recognition_duration_seconds');
    expect(later).toContain('intent_recognition_duration_seconds_bucket{le="10",source="llm"} 1');
    expect(later).toContain('intent_recognition_duration_seconds_bucket{le="+Inf",source="llm"} 2');
    expect(later).toContain('intent_recognition_duration_seconds_count{source="llm"} 2');
    expect(later).toContain('intent_recognition_duration_seconds_sum{source="llm"} 15');
  });

  test('tells why a better step was passed over, and only then', async () => {
    metrics.recognized(recognized());
    expect(await counted('intent_fallback_total')).toEqual([]);
    metrics.recognized(recognized({ fallbackReason: 'budget_exceeded' }));
    expect(await counted('intent_fallback_total')).toEqual([
      'intent_fallback_total{reason="budget_exceeded"} 1',
    ]);
  });

  test('never shows what was said, where, by whom or in what words it was answered', async () => {
    const secret = fc.string({ minLength: 1 }).map((text) => `secret-${text}`);
    await fc.assert(
      fc.asyncProperty(secret, async (text) => {
        metrics.recognized(
          recognized(
            { meaning: { status: 'unclear', responseText: text }, source: 'none', explanation: text },
            { transcript: { text, frameId: text, language: text, room: text, user: text, sessionId: text } },
          ),
        );
        expect(await registry.metrics()).not.toContain('secret-');
      }),
    );
  });

  test('adds no more series than there are outcomes and languages, whatever senders write', async () => {
    for (let index = 0; index < 500; index += 1) {
      metrics.recognized(recognized({}, { transcript: { language: `x${index}`, room: `room ${index}` } }));
    }
    expect(await counted('intent_recognition_total')).toEqual([
      'intent_recognition_total{status="recognized",source="rules",language="other"} 500',
    ]);
  });
});

describe('the streams', () => {
  test('count what was skipped, given up, taken over and failed', async () => {
    touchAll();
    metrics.reclaimed(41);
    expect(await samples('stream_skipped_total')).toEqual(['stream_skipped_total{reason="blank"} 1']);
    expect(await counted('stream_dead_letters_total')).toEqual([
      'stream_dead_letters_total{reason="oversize"} 1',
    ]);
    expect(await samples('stream_reclaimed_total')).toEqual(['stream_reclaimed_total 42']);
    expect(await samples('stream_failures_total')).toEqual(['stream_failures_total 1']);
  });

  test('show who owns them, 0 after the ownership is lost', async () => {
    metrics.owner('voice:transcribed', true);
    expect(await samples('stream_owner')).toEqual(['stream_owner{stream="voice:transcribed"} 1']);
    metrics.owner('voice:transcribed', false);
    expect(await samples('stream_owner')).toEqual(['stream_owner{stream="voice:transcribed"} 0']);
  });

  test('are measured at every scrape, once for all of them', async () => {
    let scrapes = 0;
    depths = async () => ({ lag: ++scrapes, pending: scrapes * 10, oldestSeconds: scrapes * 100 });
    await registry.metrics();
    const text = await registry.metrics();
    expect(text).toMatch(/^stream_lag 2$/m);
    expect(text).toMatch(/^stream_pending 20$/m);
    expect(text).toMatch(/^stream_oldest_entry_seconds 200$/m);
  });

  test('are NaN where Redis cannot tell, because 0 would say that all is done', async () => {
    depths = async () => ({ lag: undefined, pending: 3, oldestSeconds: undefined });
    const text = await registry.metrics();
    expect(text).toMatch(/^stream_lag nan$/im);
    expect(text).toMatch(/^stream_pending 3$/m);
  });
});
