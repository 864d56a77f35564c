import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatTraceContext,
  formatTraceparent,
  parseTraceContext,
  parseTraceparent,
} from '../../../src/intent/trace-parent.ts';
import type { TraceParent } from '../../../src/intent/transcript.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const HEADER = `00-${TRACE_ID}-${SPAN_ID}-01`;

const hex = (digits: number) =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`)).filter((text) => !/^0+$/.test(text));
/** Of the flags W3C Trace Context knows: 1 = sampled, 2 = a random trace id. */
const traceParents: fc.Arbitrary<TraceParent> = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  traceFlags: fc.integer({ min: 0, max: 3 }),
});

describe('a traceparent header', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(traceParents, (trace) => {
        expect(parseTraceparent(formatTraceparent(trace))).toEqual(trace);
      }),
    );
  });

  test('is always written in version 00, in the lengths the specification gives', () => {
    fc.assert(
      fc.property(traceParents, (trace) => {
        expect(formatTraceparent(trace)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
      }),
    );
  });

  test('may have white space around it', () => {
    expect(parseTraceparent(` \t${HEADER} `)).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
  });

  test.each([
    ['nothing', ''],
    ['white space', '   '],
    ['version ff, which is forbidden', `ff-${TRACE_ID}-${SPAN_ID}-01`],
    ['a version of one digit', `0-${TRACE_ID}-${SPAN_ID}-01`],
    ['a version that is no number', `zz-${TRACE_ID}-${SPAN_ID}-01`],
    ['a version in upper case', `CC-${TRACE_ID}-${SPAN_ID}-01`],
    ['no flags', `00-${TRACE_ID}-${SPAN_ID}`],
    ['empty flags', `00-${TRACE_ID}-${SPAN_ID}-`],
    ['flags of one digit', `00-${TRACE_ID}-${SPAN_ID}-1`],
    ['flags of three digits', `00-${TRACE_ID}-${SPAN_ID}-011`],
    ['flags that are no number', `00-${TRACE_ID}-${SPAN_ID}-0x`],
    ['a fifth field in version 00', `00-${TRACE_ID}-${SPAN_ID}-01-what`],
    ['a dash at the end in version 00', `00-${TRACE_ID}-${SPAN_ID}-01-`],
    ['more right behind the flags in a later version', `cc-${TRACE_ID}-${SPAN_ID}-01.what`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN_ID}-01`],
    ['a span id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['a trace id in upper case', `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`],
    ['a span id in upper case', `00-${TRACE_ID}-${SPAN_ID.toUpperCase()}-01`],
    ['a trace id that is too short', `00-${TRACE_ID.slice(1)}-${SPAN_ID}-01`],
    ['a trace id that is too long', `00-${TRACE_ID}0-${SPAN_ID}-01`],
    ['a span id that is too short', `00-${TRACE_ID}-${SPAN_ID.slice(1)}-01`],
    ['a span id that is too long', `00-${TRACE_ID}-${SPAN_ID}0-01`],
    ['another character between its parts', HEADER.replaceAll('-', '_')],
    ['white space inside', HEADER.replace('-', '- ')],
    ['two of them, as joined from two headers', `${HEADER}, ${HEADER}`],
    ['a line after it', `${HEADER}\nx`],
    ['digits of another script', `00-${TRACE_ID.replace('0', '٠')}-${SPAN_ID}-01`],
  ])('is refused when it holds %s', (_what, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });

  test('is refused with any one character changed into one that does not belong there', () => {
    fc.assert(
      fc.property(
        traceParents,
        fc.nat({ max: HEADER.length - 1 }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        (trace, at, wrong) => {
          const header = formatTraceparent(trace);
          fc.pre(!(header[at] === '-' ? wrong === '-' : /[0-9a-f]/.test(wrong)));
          // White space at an end is not part of the value, but then a digit is missing.
          expect(parseTraceparent(header.slice(0, at) + wrong + header.slice(at + 1))).toBeUndefined();
        },
      ),
    );
  });

  test('is refused with characters left out or put in', () => {
    fc.assert(
      fc.property(traceParents, fc.nat({ max: HEADER.length - 1 }), (trace, at) => {
        const header = formatTraceparent(trace);
        expect(parseTraceparent(header.slice(0, at) + header.slice(at + 1))).toBeUndefined();
        expect(parseTraceparent(`${header.slice(0, at)}0${header.slice(at)}`)).toBeUndefined();
      }),
    );
  });

  test('of any text at all is read or refused, never an error', () => {
    const nearly = fc
      .array(fc.constantFrom('00', 'cc', '-', TRACE_ID, SPAN_ID, '01', ' ', '\0', 'é'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nearly), fc.string(), (header, state) => {
        const trace = parseTraceparent(header, state);
        if (trace) expect(header).toContain(`${trace.traceId}-${trace.spanId}`);
      }),
    );
  });

  test('of a later version is read as far as version 00 goes', () => {
    const trace = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };
    expect(parseTraceparent(`cc-${TRACE_ID}-${SPAN_ID}-01`)).toEqual(trace);
    expect(parseTraceparent(`cc-${TRACE_ID}-${SPAN_ID}-01-what-the-future-brings`)).toEqual(trace);
    expect(parseTraceparent(`fe-${TRACE_ID}-${SPAN_ID}-01-`)).toEqual(trace);
  });

  test('hands on the flags that are known and sets all others to zero, as section 3.2.2.5 asks', () => {
    const carried = (flags: string): string =>
      formatTraceparent(parseTraceparent(`00-${TRACE_ID}-${SPAN_ID}-${flags}`) as TraceParent).slice(-2);
    expect(['00', '01', '02', '03'].map(carried)).toEqual(['00', '01', '02', '03']);
    expect(['04', '09', 'fe', 'ff'].map(carried)).toEqual(['00', '01', '02', '03']);
  });
});

describe('the tracestate beside it', () => {
  test('is carried as it came, without the white space around it', () => {
    expect(parseTraceparent(HEADER, ' vendor=1,other=2 ')?.tracestate).toBe('vendor=1,other=2');
  });

  test('is carried at the length every participant must, and dropped alone when it is huge', () => {
    const long = `v=${'x'.repeat(510)}`;
    expect(parseTraceparent(HEADER, long)?.tracestate).toBe(long);
    const trace = parseTraceparent(HEADER, `v=${'x'.repeat(100_000)}`);
    expect(trace).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
  });

  test.each([undefined, '', '  '])('is absent when it is %j', (state) => {
    expect(parseTraceparent(HEADER, state)).not.toHaveProperty('tracestate');
  });

  test('is nothing without a traceparent', () => {
    expect(parseTraceparent('broken', 'vendor=1')).toBeUndefined();
  });
});

describe('the older JSON form', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(traceParents, (trace) => {
        expect(parseTraceContext(JSON.parse(formatTraceContext(trace)))).toEqual(trace);
      }),
    );
  });

  test.each<[unknown, number]>([
    [0, 0],
    [1, 1],
    ['00', 0],
    ['01', 1],
    ['1', 1],
    [undefined, 1],
    [null, 1],
    [255, 3],
  ])('with trace_flags %j means %i', (flags, traceFlags) => {
    const context = { trace_id: TRACE_ID, span_id: SPAN_ID, trace_flags: flags };
    expect(parseTraceContext(context)).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags });
  });

  test('may write its ids in upper case', () => {
    const context = { trace_id: TRACE_ID.toUpperCase(), span_id: SPAN_ID.toUpperCase() };
    expect(parseTraceContext(context)).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID });
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', HEADER],
    ['a list', [TRACE_ID, SPAN_ID]],
    ['no span id', { trace_id: TRACE_ID }],
    ['a trace id that is a number', { trace_id: 1, span_id: SPAN_ID }],
    ['ids of zeros', { trace_id: '0'.repeat(32), span_id: '0'.repeat(16) }],
    ['an id that is too short', { trace_id: TRACE_ID.slice(1), span_id: SPAN_ID }],
    ['an id that is no number', { trace_id: TRACE_ID.replace('0', 'x'), span_id: SPAN_ID }],
    ['flags that are a fraction', { trace_id: TRACE_ID, span_id: SPAN_ID, trace_flags: 0.5 }],
    ['flags that are a word', { trace_id: TRACE_ID, span_id: SPAN_ID, trace_flags: 'yes' }],
    ['flags that are a list', { trace_id: TRACE_ID, span_id: SPAN_ID, trace_flags: [1] }],
  ])('is refused when it holds %s', (_what, context) => {
    expect(parseTraceContext(context)).toBeUndefined();
  });

  test('of anything at all is read or refused, never an error', () => {
    fc.assert(fc.property(fc.anything(), (context) => void parseTraceContext(context)));
  });
});
