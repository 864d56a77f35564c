import { describe, expect, test } from 'vitest';
import {
  createTestStream,
  type Fields,
  GROUP,
  startTestProcessor,
  type TestStream,
  understood,
} from '../support/processor.ts';

type Input = Readonly<Record<string, string | Buffer>>;

/** Adds a hostile entry between two good ones of the same room and waits until all three are settled. */
async function between(stream: TestStream, addBad: () => Promise<string>) {
  const { happenings } = startTestProcessor(stream);
  const before = await stream.add({ transcript: 'before', room: 'salon' });
  const bad = await addBad();
  const after = await stream.add({ transcript: 'after', room: 'salon' });
  await stream.settled();
  const outputs = await stream.outputs();
  const letters = await stream.letters();
  expect(happenings).toMatchObject({ interrupted: [], trouble: [], failed: [] });
  expect(await stream.redis.xpending(stream.input, GROUP)).toEqual([0, null, null, null]);
  const answered = outputs.map((fields) => fields['source_message_id']);
  expect(answered.filter((id) => id !== bad)).toEqual([before, after]);
  return { bad, outputs, letters, happenings, answered, order: [before, bad, after] };
}

async function expectAnswer(input: Input): Promise<Fields> {
  const stream = createTestStream();
  const { outputs, letters, answered, order, bad } = await between(stream, () => stream.add(input));
  expect(answered).toEqual(order);
  expect(letters).toEqual([]);
  return outputs.find((fields) => fields['source_message_id'] === bad) as Fields;
}

async function expectLetter(input: Input): Promise<Fields> {
  const stream = createTestStream();
  const { letters, answered, happenings, bad } = await between(stream, () => stream.add(input));
  expect(answered).not.toContain(bad);
  expect(letters).toHaveLength(1);
  const [letter] = letters as [Fields];
  expect(letter['source_id']).toBe(bad);
  expect(happenings.deadLettered).toEqual([{ id: bad, reason: letter['reason'] }]);
  return letter;
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;
const INVALID = Buffer.from([0x7a, 0x61, 0xff, 0xfe, 0x70]);
const bytes = (count: number): string => 'ż'.repeat(count / 2);

describe('an entry that says nothing is acked without a trace', () => {
  test.each<[string, Input, string]>([
    ['an empty transcript', { transcript: '' }, 'blank'],
    ['white space', { transcript: ' \t\r\n\u00a0\u2003' }, 'blank'],
    ['nothing but control characters', { transcript: '\u0000\u0007\u001b\u007f' }, 'blank'],
    ['nothing but invisible characters', { transcript: '\u200b\u200e\ufeff\u2060' }, 'blank'],
    ['an _init field', { _init: '1' }, 'init'],
    ['the transcript _init', { transcript: '_init' }, 'init'],
    ['the frame id _init and no transcript', { frame_id: '_init' }, 'init'],
  ])('%s', async (_name, input, reason) => {
    const stream = createTestStream();
    const { happenings, answered, order, bad, letters } = await between(stream, () => stream.add(input));
    expect(answered).toEqual(order.filter((id) => id !== bad));
    expect(letters).toEqual([]);
    expect(happenings.skipped).toEqual([reason]);
  });
});

describe('an entry that cannot be used becomes one dead letter at once', () => {
  test.each<[string, Input, string]>([
    ['no transcript', { room: 'salon' }, 'missing_transcript'],
    ['a field of another case', { Transcript: 'zapal światło' }, 'missing_transcript'],
    ['a result that is no JSON', { result: '{"transcript": "zapal' }, 'missing_transcript'],
    ['a result that is a list', { result: '["transcript", "zapal"]' }, 'missing_transcript'],
    ['a result whose transcript is a number', { result: '{"transcript": 7}' }, 'missing_transcript'],
    [
      'a result whose transcript is an object',
      { result: '{"transcript": {"text": "a"}}' },
      'missing_transcript',
    ],
    ['a result that holds null', { result: 'null' }, 'missing_transcript'],
    ['a result nested without end', { result: nested('{"result":', 9000, '}') }, 'missing_transcript'],
    [
      'field names of every object',
      { constructor: 'a', ['__proto__']: 'b', toString: 'c' },
      'missing_transcript',
    ],
    ['4097 bytes of text', { transcript: `a${bytes(4096)}` }, 'oversize'],
    ['a megabyte of text', { transcript: 'x'.repeat(1_000_000) }, 'oversize'],
    ['a million spaces', { transcript: ' '.repeat(1_000_000) }, 'oversize'],
    ['a nested text over the limit', { result: JSON.stringify({ transcript: bytes(4098) }) }, 'oversize'],
    ['invalid UTF-8 in the transcript', { transcript: INVALID }, 'invalid_utf8'],
    ['invalid UTF-8 in another field', { transcript: 'zapal', room: INVALID }, 'invalid_utf8'],
    ['a character cut in half', { transcript: Buffer.from('światło').subarray(0, 1) }, 'invalid_utf8'],
    ['a lone surrogate', { transcript: Buffer.from([0x61, 0xed, 0xa0, 0x80]) }, 'invalid_utf8'],
    ['an overlong character', { transcript: Buffer.from([0x61, 0xc0, 0xaf]) }, 'invalid_utf8'],
    ['UTF-16', { transcript: Buffer.from('\ufeffzapal', 'utf16le') }, 'invalid_utf8'],
  ])('%s', async (_name, input, reason) => {
    expect(await expectLetter(input)).toMatchObject({ reason, attempts: '0' });
  });

  test('invalid UTF-8 in the name of a field', async () => {
    const stream = createTestStream();
    const { letters, bad } = await between(
      stream,
      async () => (await stream.redis.xadd(stream.input, '*', 'transcript', 'zapal', INVALID, 'x')) as string,
    );
    expect(letters).toMatchObject([{ reason: 'invalid_utf8', source_id: bad }]);
  });

  test('and the letter carries the frame id and the trace of the caller, whatever the reason', async () => {
    const context = { frame_id: 'f7', traceparent: PARENT };
    const carried = { frame_id: 'f7', traceparent: PARENT };
    expect(await expectLetter({ ...context })).toMatchObject(carried);
    expect(await expectLetter({ ...context, transcript: 'x'.repeat(5000) })).toMatchObject(carried);
    expect(await expectLetter({ ...context, transcript: INVALID })).toMatchObject(carried);
    expect(await expectLetter({ ...context, room: INVALID })).toMatchObject(carried);
  });
});

describe('context that cannot be read is unknown, and the transcript is answered all the same', () => {
  /** What may stand in no output of a transcript without usable context. */
  const context = ['room', 'user', 'session_id', 'traceparent', 'tracestate'] as const;

  const hostile: [string, Input][] = [
    ['metadata that is no JSON', { metadata: '{"room": ' }],
    ['metadata that is a list', { metadata: '["room"]' }],
    ['metadata that is null', { metadata: 'null' }],
    ['metadata nested 30,000 deep', { metadata: nested('[', 30_000, ']') }],
    ['a room nested 10,000 deep', { metadata: `{"room": ${nested('{"a":', 10_000, '}')}}` }],
    ['metadata of a million lists', { metadata: `[${'[],'.repeat(1_000_000)}[]]` }],
    ['metadata of 6,000 keys', { metadata: JSON.stringify(Object.fromEntries(keys(6000))) }],
    ['a number of a million digits', { metadata: `{"room": ${'9'.repeat(1_000_000)}}` }],
    ['a number past every number', { metadata: `{"room": ${'9'.repeat(60_000)}, "user": 1e999}` }],
    ['a prototype in metadata', { metadata: '{"__proto__": {"room": "attic"}}' }],
    ['fields of wrong types', { metadata: '{"room": ["a"], "user": {"a": 1}, "session_id": true}' }],
    ['a room with a line break', { room: 'sa\nlon' }],
    ['a room with a null byte', { room: 'a\u0000b' }],
    ['a room without an end', { room: 'x'.repeat(10_000) }],
    ['empty context', { room: '', user: ' ', session_id: '\t' }],
    ['a traceparent that is none', { traceparent: 'yes please' }],
    ['a traceparent of zeros', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00` }],
    ['a traceparent of version ff', { traceparent: PARENT.replace(/^00/, 'ff') }],
    ['a traceparent with a tail', { traceparent: `${PARENT}-00` }],
    ['a traceparent in capitals', { traceparent: PARENT.toUpperCase() }],
    ['a tracestate on its own', { tracestate: 'a=1' }],
    ['a trace context that is no JSON', { trace_context: '{' }],
    ['a trace context of wrong types', { trace_context: '{"trace_id": 1, "span_id": []}' }],
    ['a trace context of wrong lengths', { trace_context: '{"trace_id": "ab", "span_id": "cd"}' }],
  ];
  test.each(hostile)('%s', async (_name, input) => {
    const answer = await expectAnswer({ transcript: 'zapal światło', ...input });
    expect(answer).toMatchObject({ transcript: 'zapal światło', status: 'recognized', language: 'pl' });
    for (const field of context) expect(answer).not.toHaveProperty(field);
  });

  test.each([
    ['no date', 'yesterday'],
    ['a date that does not exist', '2026-13-45T99:99:99Z'],
    ['a million digits', '9'.repeat(1_000_000)],
    ['past every date', '1e300'],
    ['negative', '-1'],
    ['not a number', 'NaN'],
    ['infinite', 'Infinity'],
    ['JSON', '{"$date": 1}'],
  ])('a timestamp that is %s', async (_name, timestamp) => {
    const input = { transcript: 'zapal', timestamp, processed_at: timestamp };
    expect(await expectAnswer(input)).toMatchObject({ transcript: 'zapal', status: 'recognized' });
  });

  test.each(['0', '', '-1', '1.5', '97%', 'NaN', '9'.repeat(1_000_000), '[1]'])(
    'a confidence of %.10s',
    async (confidence) => {
      expect(await expectAnswer({ transcript: 'zapal', confidence })).toMatchObject({ status: 'recognized' });
    },
  );

  test.each(['', 'x', 'polish please', '-pl', 'p'.repeat(1_000_000), '../../etc', '{"a":1}'])(
    'a language of %.10s',
    async (language) => {
      expect(await expectAnswer({ transcript: 'zapal', language })).toMatchObject({ language: 'pl' });
    },
  );

  test('a broken trace beside a usable one', async () => {
    const trace_context = JSON.stringify({ trace_id: TRACE_ID, span_id: 'b7ad6b7169203331', trace_flags: 1 });
    const answer = await expectAnswer({ transcript: 'zapal', traceparent: 'broken', trace_context });
    expect(answer['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-`));
  });
});

describe('a usable transcript is carried over as it was said', () => {
  test.each([
    ['exactly 4096 bytes', bytes(4096)],
    ['control characters between words', 'zapal\u0000\u001b[31m światło\r\n'],
    ['the replacement character itself', 'zapal \ufffd światło'],
    ['characters beyond the basic plane', '💡 zapal 𝒮wiatło'],
    ['commands of Redis and of a shell', '*3\r\n$3\r\nDEL\r\n"; rm -rf / $(reboot)'],
    ['JSON', '{"transcript": "_init"}'],
  ])('%s', async (_name, transcript) => {
    expect(await expectAnswer({ transcript })).toMatchObject({ transcript, status: 'recognized' });
  });

  test('in an envelope, three results deep', async () => {
    const inner = { transcript: 'zgaś światło', language: 'pl-PL', metadata: { room: 'kuchnia', user: 7 } };
    const middle = { frame_id: 'f9', processor_id: 'stt-1', timestamp: 1_700_000_000, result: inner };
    const answer = await expectAnswer({ result: JSON.stringify({ result: JSON.stringify(middle) }) });
    expect(answer).toMatchObject({
      ...{ transcript: 'zgaś światło', frame_id: 'f9', language: 'pl-PL', room: 'kuchnia', user: '7' },
    });
  });

  test('the value given last, where a field is given twice', async () => {
    const stream = createTestStream();
    const { outputs } = await between(
      stream,
      async () =>
        (await stream.redis.xadd(stream.input, '*', 'transcript', '', 'transcript', 'zapal')) as string,
    );
    expect(outputs.map((fields) => fields['transcript'])).toEqual(['before', 'zapal', 'after']);
  });

  test('by a sender that numbers its entries in a unit of its own', async () => {
    const stream = createTestStream();
    // Nanoseconds: as milliseconds that is no date any more. Every later id lies beyond it.
    const ids = [await stream.add({ transcript: 'zapal' }, '1700000000000000000-0')];
    for (const transcript of ['zgaś', 'otwórz']) ids.push(await stream.add({ transcript }));
    const earliest = Date.now();
    const { happenings } = startTestProcessor(stream, { processing: { maxAgeSeconds: 30 } });
    await stream.settled();
    const outputs = await stream.outputs();
    expect(outputs.map((fields) => fields['source_message_id'])).toEqual(ids);
    expect(happenings.interrupted).toEqual([]);
    for (const { expires_at: expiresAt } of outputs) {
      const expires = Date.parse(expiresAt as string);
      expect(expires).toBeGreaterThanOrEqual(earliest);
      expect(expires).toBeLessThanOrEqual(Date.now() + 30_000);
    }
  });
});

describe('a key that holds something else than a stream', () => {
  type Which = 'input' | 'output' | 'deadLetters';

  test.each<Which>(['input', 'output', 'deadLetters'])(
    'at the start: the %s is named, and all is answered once the key is out of the way',
    async (which) => {
      const stream = createTestStream();
      await stream.redis.set(stream[which], 'a string');
      const { happenings } = startTestProcessor(stream);
      await expect
        .poll(() => happenings.interrupted[0]?.message)
        .toContain(`the key ${stream[which]} holds a string where a stream should be`);
      await stream.redis.rename(stream[which], `${stream.prefix}:aside`);
      const good = await stream.add({ transcript: 'zapal' });
      const bad = await stream.add({ room: 'salon' });
      await stream.settled();
      expect(await stream.outputs()).toMatchObject([{ source_message_id: good }]);
      expect(await stream.letters()).toMatchObject([{ source_id: bad }]);
    },
  );

  test.each<Which>(['input', 'output', 'deadLetters'])(
    'while at work: the %s is named, what is in work stays pending and is answered once all is back',
    async (which) => {
      const stream = createTestStream();
      const gate = Promise.withResolvers<void>();
      const { happenings } = startTestProcessor(stream, {
        recognise: async ({ text }) => {
          if (text === 'in work') await gate.promise;
          return understood(text);
        },
      });
      const first = await stream.add({ transcript: 'before' });
      const dead = await stream.add({ room: 'salon' });
      await stream.settled();
      const second = await stream.add({ transcript: 'in work', room: 'salon' });
      const third = await stream.add({ transcript: 'after it', room: 'salon' });
      await expect.poll(async () => (await stream.redis.xpending(stream.input, GROUP))[0]).toBe(2);

      await stream.redis.rename(stream[which], `${stream.prefix}:aside`);
      await stream.redis.lpush(stream[which], 'a list');
      gate.resolve();
      const named = `the key ${stream[which]} holds a list where a stream should be`;
      await expect
        .poll(() =>
          [...happenings.trouble.map(({ error }) => error), ...happenings.interrupted].map(
            ({ message }) => message,
          ),
        )
        .toContainEqual(expect.stringContaining(named));
      await stream.redis.rename(`${stream.prefix}:aside`, stream[which]);

      const fourth = await stream.add({ transcript: 'recovered' });
      const deadToo = await stream.add({ room: 'hol' });
      await stream.settled();
      expect((await stream.outputs()).map((fields) => fields['source_message_id'])).toEqual([
        ...[first, second, third, fourth],
      ]);
      expect((await stream.letters()).map((fields) => fields['source_id'])).toEqual([dead, deadToo]);
    },
  );

  test('is named as well when the input is replaced while nothing is in work', async () => {
    const stream = createTestStream();
    const { happenings } = startTestProcessor(stream);
    await stream.add({ transcript: 'before' });
    await stream.settled();
    await stream.redis.rename(stream.input, `${stream.prefix}:aside`);
    await stream.redis.set(stream.input, 'a string');
    const named = `the key ${stream.input} holds a string where a stream should be`;
    await expect
      .poll(() =>
        [...happenings.trouble.map(({ error }) => error), ...happenings.interrupted].map(
          ({ message }) => message,
        ),
      )
      .toContainEqual(expect.stringContaining(named));
    await stream.redis.rename(`${stream.prefix}:aside`, stream.input);
    await stream.add({ transcript: 'recovered' });
    await stream.settled();
    expect((await stream.outputs()).map((fields) => fields['transcript'])).toEqual(['before', 'recovered']);
  });
});

describe('a stream that takes no further entry', () => {
  test.each([
    ['output', { transcript: 'zapal' }],
    ['deadLetters', { room: 'salon' }],
  ] as const)('%s: what should go there stays pending, and goes there once it can', async (which, fields) => {
    const stream = createTestStream();
    const { happenings } = startTestProcessor(stream);
    await stream.redis.xadd(stream[which], '18446744073709551615-18446744073709551615', 'the', 'last');
    const ids = [await stream.add({ ...fields }), await stream.add({ ...fields })];
    // Each of them is another try.
    await expect.poll(() => happenings.trouble.length).toBeGreaterThanOrEqual(3);
    expect(await stream.redis.xpending(stream.input, GROUP)).toEqual([
      ...[2, ids[0], ids[1], [['replica-1', '2']]],
    ]);
    await stream.redis.del(stream[which]);
    await stream.settled();
    const written = which === 'output' ? await stream.outputs() : await stream.letters();
    const source = which === 'output' ? 'source_message_id' : 'source_id';
    expect(written.map((entry) => entry[source])).toEqual(ids);
  });
});

function nested(open: string, depth: number, close: string): string {
  return `${open.repeat(depth)}0${close.repeat(depth)}`;
}

function keys(count: number): [string, string][] {
  return Array.from({ length: count }, (_, index) => [`k${index}`, '']);
}
