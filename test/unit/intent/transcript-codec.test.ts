import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntry } from '../../../src/intent/transcript-codec.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function decode(fields: Readonly<Record<string, string>>) {
  return decodeEntry({ id: '1700000000000-0', fields: Object.entries(fields).flat(), defaultLanguage: 'pl' });
}

function transcript(fields: Readonly<Record<string, string>>) {
  const decoded = decode(fields);
  if (decoded.kind !== 'transcript') throw new Error(`it is ${decoded.kind}`);
  return decoded.transcript;
}

describe('an input entry', () => {
  test('needs only its transcript', () => {
    expect(transcript({ transcript: 'zapal światło' })).toEqual({
      text: 'zapal światło',
      frameId: '1700000000000-0',
      language: 'pl',
    });
  });

  test('carries context in flat fields', () => {
    expect(
      transcript({
        transcript: 'turn it on',
        frame_id: 'f1',
        language: 'en_US',
        confidence: '0.75',
        room: ' salon ',
        user: 'anna',
        session_id: 's1',
        timestamp: '2026-11-21T08:00:00Z',
        traceparent: TRACEPARENT,
        tracestate: 'vendor=1',
      }),
    ).toEqual({
      text: 'turn it on',
      frameId: 'f1',
      language: 'en-US',
      confidence: 0.75,
      room: 'salon',
      user: 'anna',
      sessionId: 's1',
      spokenAt: Date.UTC(2026, 10, 21, 8),
      trace: {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        traceFlags: 1,
        tracestate: 'vendor=1',
      },
    });
  });

  test('may give its context as JSON in metadata; the flat fields win', () => {
    const metadata = JSON.stringify({ room: 'kuchnia', user: 'jan', session_id: 7 });
    expect(transcript({ transcript: 'zgaś', room: 'salon', metadata })).toMatchObject({
      room: 'salon',
      user: 'jan',
      sessionId: '7',
    });
  });

  test('may nest everything in a result envelope, as an object or as text, twice over', () => {
    const inner = { transcript: 'zgaś', language: 'pl', metadata: { room: 'salon' } };
    const outer = {
      frame_id: 'f2',
      processor_id: 'stt-1',
      timestamp: 1_700_000_000,
      result: JSON.stringify(inner),
    };
    expect(transcript({ result: JSON.stringify(outer) })).toMatchObject({
      text: 'zgaś',
      frameId: 'f2',
      room: 'salon',
      spokenAt: 1_700_000_000_000,
    });
  });

  test('may carry its trace as JSON', () => {
    const context = {
      trace_id: '0AF7651916CD43DD8448EB211C80319C',
      span_id: 'b7ad6b7169203331',
      trace_flags: '01',
    };
    expect(transcript({ transcript: 'a', trace_context: JSON.stringify(context) }).trace).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    });
  });

  test.each(['', '0', '0.0', 'NaN', 'Infinity', '-1', '1.5', '9'.repeat(1_000_000)])(
    'counts the confidence %.12s as unknown',
    (confidence) => {
      expect(transcript({ transcript: 'zgaś', confidence }).confidence).toBeUndefined();
    },
  );

  test.each([
    ['1700000000', 1_700_000_000_000],
    ['1700000000.5', 1_700_000_000_500],
    ['1700000000123', 1_700_000_000_123],
    ['2026-11-21T09:00:00+01:00', Date.UTC(2026, 10, 21, 8)],
    ['yesterday', undefined],
    ['1e400', undefined],
  ])('reads the time %s', (timestamp, expected) => {
    expect(transcript({ transcript: 'zgaś', timestamp }).spokenAt).toBe(expected);
  });

  test.each([
    ['room', 'a\u0000b'],
    ['room', 'x'.repeat(257)],
    ['language', 'pl; DROP'],
    ['traceparent', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['metadata', '{"room": '],
    ['metadata', '[1, 2]'],
    ['metadata', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['metadata', `{"room": "${'x'.repeat(100_000)}"}`],
    ['metadata', '{"__proto__": {"room": "salon"}, "constructor": {"room": "salon"}}'],
  ])('takes a %s that cannot be used for none', (name, value) => {
    expect(transcript({ transcript: 'zgaś', [name]: value })).toEqual({
      text: 'zgaś',
      frameId: '1700000000000-0',
      language: 'pl',
    });
  });

  test.each(['', '   ', '\u0000\u0007', '\u200b\u00a0', '\n'])(
    'is skipped when its transcript is blank',
    (text) => {
      expect(decode({ transcript: text })).toEqual({ kind: 'skip', reason: 'blank' });
    },
  );

  test.each([{ _init: '1' }, { transcript: '_init' }, { frame_id: '_init' }])(
    'is skipped when it only made the stream',
    (fields) => {
      expect(decode(fields as Record<string, string>)).toEqual({ kind: 'skip', reason: 'init' });
    },
  );

  test('is unusable without a transcript, and says so', () => {
    expect(decode({ room: 'salon', frame_id: 'f3' })).toMatchObject({
      kind: 'unusable',
      reason: 'missing_transcript',
      frameId: 'f3',
    });
  });

  test('is unusable with more than 4 KiB of text, counted in bytes', () => {
    expect(decode({ transcript: 'ł'.repeat(2048) }).kind).toBe('transcript');
    expect(decode({ transcript: `${'ł'.repeat(2048)}a` })).toMatchObject({
      kind: 'unusable',
      reason: 'oversize',
    });
    expect(decode({ transcript: '9'.repeat(1_000_000) })).toMatchObject({
      kind: 'unusable',
      reason: 'oversize',
    });
  });

  test('never makes the decoder throw, and never loses a usable transcript, whatever else it holds', () => {
    const names = fc.constantFrom(
      'frame_id',
      'language',
      'confidence',
      'room',
      'metadata',
      'result',
      'trace_context',
      'timestamp',
      'traceparent',
      '__proto__',
      'constructor',
    );
    const values = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.double().map(String));
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values)), (others) => {
        const fields = [...others.flat(), 'transcript', 'zgaś światło'];
        const decoded = decodeEntry({ id: '1-0', fields, defaultLanguage: 'pl' });
        expect(decoded).toMatchObject({ kind: 'transcript', transcript: { text: 'zgaś światło' } });
      }),
    );
  });
});
