import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action, Meaning, RecognizedTranscript } from '../../../src/intent/recognition.ts';
import { decodeOutput, encodeEntry, encodeObject } from '../../../src/intent/recognition-codec.ts';

function recognized(meaning: Meaning): RecognizedTranscript {
  return {
    transcript: { text: 'zapal światło', frameId: 'f1', language: 'pl', room: 'salon' },
    recognition: { meaning, source: 'rules' },
    expiresAt: '2026-11-21T08:00:30.000Z',
    latencyMs: 0.42,
    processorId: 'llm-intent-1',
    processedAt: '2026-11-21T08:00:00.000Z',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  };
}

function flat(meaning: Meaning): Record<string, unknown> {
  return decodeOutput(encodeEntry(recognized(meaning), { sourceMessageId: '1-0' }));
}

const light: Action = { intent: 'light.turn_on', entities: { area: 'salon', brightness_pct: 40 } };
const action = (over: object = {}): Meaning => ({
  status: 'recognized',
  kind: 'action',
  actions: [light],
  confidence: 0.9,
  requiresConfirmation: false,
  ...over,
});

describe('an output entry', () => {
  test('names the action where it may simply be done', () => {
    expect(flat(action())).toEqual({
      schema_version: '1',
      source_message_id: '1-0',
      frame_id: 'f1',
      transcript: 'zapal światło',
      language: 'pl',
      room: 'salon',
      status: 'recognized',
      intent: 'light.turn_on',
      entities: light.entities,
      actions: [light],
      kind: 'action',
      confidence: '0.9',
      source: 'rules',
      expires_at: '2026-11-21T08:00:30.000Z',
      latency_ms: '0.42',
      processor_id: 'llm-intent-1',
      processed_at: '2026-11-21T08:00:00.000Z',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  });

  test.each<[string, Meaning]>([
    ['wants a yes first', action({ requiresConfirmation: true })],
    ['holds several actions', action({ actions: [light, light] })],
    ['is for later', action({ actions: [{ ...light, at: '2026-11-21T21:00:00+01:00' }] })],
    ['is a question', { status: 'recognized', kind: 'query', query: light, confidence: 1 }],
    [
      'is ambiguous',
      { status: 'ambiguous', candidates: [{ ...light, label: 'a' }], confidence: 1, responseText: '?' },
    ],
    ['is unclear', { status: 'unclear', responseText: '?' }],
    ['is unavailable', { status: 'unavailable', confidence: 1, responseText: '?' }],
    ['is refused', { status: 'refused', confidence: 1, responseText: '?' }],
    ['is expired', { status: 'expired' }],
  ])('tells a consumer that reads only intent to do nothing when it %s', (_why, meaning) => {
    expect(flat(meaning)).toMatchObject({ intent: 'none' });
    expect(flat(meaning)).not.toHaveProperty('entities');
  });

  test('keeps all actions complete where they may not simply be done', () => {
    expect(flat(action({ requiresConfirmation: true }))).toMatchObject({
      actions: [light],
      requires_confirmation: 'true',
    });
  });

  test('names what was said yes to, and says that it was', () => {
    expect(flat(action({ isConfirmed: true }))).toMatchObject({ intent: light.intent, confirmed: 'true' });
    expect(flat(action())).not.toHaveProperty('confirmed');
  });

  test('never carries an action for a question', () => {
    const fields = flat({ status: 'recognized', kind: 'query', query: light, confidence: 1 });
    expect(fields).toMatchObject({ kind: 'query', query: light });
    expect(fields).not.toHaveProperty('actions');
  });

  test('tells what a model was asked for and what it cost, in decimal dollars', () => {
    const use = {
      ...{ provider: 'openai', model: 'gpt-5-mini', promptVersion: 'a1b2c3d4', cost: 123 },
      ...{ promptTokens: 412, completionTokens: 48, cachedTokens: 0 },
    };
    const answer = recognized(action());
    const paid = { ...answer, recognition: { ...answer.recognition, source: 'llm', use } } as const;
    const told = { provider: 'openai', model: 'gpt-5-mini', prompt_version: 'a1b2c3d4' };
    const entry = decodeOutput(encodeEntry(paid, { sourceMessageId: '1-0' }));
    expect(entry).toMatchObject({ ...told, prompt_tokens: '412', cost_usd: '0.000000123' });
    expect(entry).not.toHaveProperty('cached_tokens');
    expect(encodeObject(paid)).toMatchObject({ ...told, prompt_tokens: 412, cost_usd: 0.000000123 });
  });

  test('tells what an answer that was known already saved', () => {
    const answer = recognized(action());
    const hit = {
      ...answer,
      recognition: { ...answer.recognition, source: 'cache', saved: 1_230_000 },
    } as const;
    expect(decodeOutput(encodeEntry(hit, { sourceMessageId: '1-0' }))).toMatchObject({
      source: 'cache',
      saved_usd: '0.00123',
    });
  });

  test('says which stream it came from where there are several', () => {
    const fields = encodeEntry(recognized(action()), { sourceMessageId: '1-0', sourceStream: 'voice:a' });
    expect(decodeOutput(fields)).toMatchObject({ source_stream: 'voice:a' });
  });

  test('repeats the trace as JSON where a consumer needs it so', () => {
    const fields = encodeEntry(recognized(action()), { sourceMessageId: '1-0', withTraceContext: true });
    expect(JSON.parse(String(decodeOutput(fields)['trace_context']))).toEqual({
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
      trace_flags: 1,
    });
  });

  test('is the same as JSON, with numbers as numbers', () => {
    expect(encodeObject(recognized(action()))).toMatchObject({
      intent: 'light.turn_on',
      entities: { area: 'salon', brightness_pct: 40 },
      confidence: 0.9,
      latency_ms: 0.42,
    });
  });

  test('gives back whatever text and slots went in', () => {
    const slots = fc.dictionary(
      fc.string(),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())),
    );
    fc.assert(
      fc.property(slots, fc.string({ unit: 'binary' }), (entities, responseText) => {
        const fields = flat(action({ actions: [{ intent: 'a.b', entities }], responseText }));
        expect(JSON.stringify(fields['entities'])).toBe(JSON.stringify(entities));
        expect(fields['response_text']).toBe(responseText);
      }),
    );
  });
});
