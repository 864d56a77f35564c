import { describe, expect, test } from 'vitest';
import { createDeadLetters } from '../../src/stream/dead-letters.ts';
import {
  createTestStream,
  type Fields,
  GROUP,
  openRedis,
  startTestProcessor,
  type TestStream,
  understood,
} from '../support/processor.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

function deadLettersOf(stream: TestStream) {
  return createDeadLetters({ redis: openRedis(stream.input), stream: stream.deadLetters });
}

/** A letter as it might have been written, by us or by somebody else. */
async function writeLetter(stream: TestStream, fields: Fields): Promise<string> {
  return (await stream.redis.xadd(stream.deadLetters, '*', ...Object.entries(fields).flat())) as string;
}

describe('a dead letter', () => {
  test('has exactly the fields of the contract, and the original ones as JSON', async () => {
    const stream = createTestStream();
    startTestProcessor(stream, { consumer: 'replica-7' });
    const input = { frame_id: 'f1', room: 'salon "górny"\n', traceparent: PARENT, odd: '{"a": 1}' };
    const earliest = Date.now();
    const id = await stream.add(input);
    await stream.settled();
    const [letter] = await stream.letters();
    expect(letter).toEqual({
      source_stream: stream.input,
      source_id: id,
      group: GROUP,
      consumer: 'replica-7',
      reason: 'missing_transcript',
      error_type: 'Error',
      error: expect.stringContaining('transcript'),
      attempts: '0',
      failed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      frame_id: 'f1',
      payload: expect.any(String),
      traceparent: PARENT,
    });
    expect(JSON.parse(letter?.['payload'] as string)).toEqual(input);
    const failedAt = Date.parse(letter?.['failed_at'] as string);
    expect(failedAt).toBeGreaterThanOrEqual(earliest);
    expect(failedAt).toBeLessThanOrEqual(Date.now());
  });

  test('has no traceparent where the caller gave none, and its entry id for a frame id', async () => {
    const stream = createTestStream();
    startTestProcessor(stream);
    const id = await stream.add({ room: 'salon' });
    await stream.settled();
    const [letter] = await stream.letters();
    expect(letter).toMatchObject({ frame_id: id });
    expect(letter).not.toHaveProperty('traceparent');
  });

  test('of a transcript that failed tells the class of the error and cuts its text', async () => {
    const stream = createTestStream();
    startTestProcessor(stream, {
      processing: { maxFailures: 1 },
      recognise: () => {
        throw new RangeError('too far '.repeat(10_000));
      },
    });
    await stream.add({ transcript: 'zapal' });
    await stream.settled();
    const [letter] = await stream.letters();
    expect(letter).toMatchObject({ reason: 'failed', error_type: 'RangeError', attempts: '1' });
    expect(letter?.['error']).toMatch(/^too far /);
    expect(letter?.['error']?.length).toBeLessThanOrEqual(1000);
  });

  test('of something thrown that is no error says what it was', async () => {
    const stream = createTestStream();
    const processing = { maxFailures: 1 };
    startTestProcessor(stream, { processing, recognise: () => Promise.reject('a bare string') });
    await stream.add({ transcript: 'zapal' });
    await stream.settled();
    expect(await stream.letters()).toMatchObject([{ reason: 'failed', error: 'a bare string' }]);
  });
});

describe('an operator', () => {
  test('sees the newest letters first, as many as asked for', async () => {
    const stream = createTestStream();
    const letters = deadLettersOf(stream);
    expect(await letters.list(10)).toEqual([]);
    const ids: string[] = [];
    for (const error of ['one', 'two', 'three']) ids.push(await writeLetter(stream, { error }));
    expect(await letters.list(2)).toEqual([
      { id: ids[2], fields: { error: 'three' } },
      { id: ids[1], fields: { error: 'two' } },
    ]);
  });

  test('drops a letter once', async () => {
    const stream = createTestStream();
    const letters = deadLettersOf(stream);
    const id = await writeLetter(stream, { error: 'one' });
    await writeLetter(stream, { error: 'two' });
    expect(await letters.drop(id)).toBe(true);
    expect(await letters.drop(id)).toBe(false);
    expect(await stream.letters()).toEqual([{ error: 'two' }]);
  });

  test('replays a letter: the original fields come as a new entry, and the letter is gone', async () => {
    const stream = createTestStream();
    let healthy = false;
    startTestProcessor(stream, {
      processing: { maxFailures: 1 },
      recognise: ({ text }) => {
        if (!healthy) throw new Error('not yet');
        return understood(text);
      },
    });
    const input = { transcript: 'zapal „światło”', room: 'salon', frame_id: 'f1' };
    const original = await stream.add(input);
    await stream.settled();
    healthy = true;
    const letters = deadLettersOf(stream);
    const [letter] = await letters.list(1);
    const replayed = (await letters.replay(letter?.id as string)) as string;
    await stream.settled();

    expect(replayed).not.toBe(original);
    expect(await stream.redis.xrange(stream.input, replayed, replayed)).toEqual([
      [replayed, Object.entries(input).flat()],
    ]);
    expect(await stream.outputs()).toMatchObject([{ source_message_id: replayed, ...input }]);
    expect(await stream.letters()).toEqual([]);
    expect(await letters.replay(letter?.id as string)).toBeUndefined();
    expect(await stream.redis.xlen(stream.input)).toBe(2);
  });

  test('gets back the same bytes where they were no valid UTF-8', async () => {
    const stream = createTestStream();
    const invalid = Buffer.from([0x7a, 0xff, 0x00, 0xc3, 0x28, 0x0a]);
    const { stop } = startTestProcessor(stream);
    await stream.add({ transcript: invalid, room: 'półka', note: '{"base64": "AAAA"}' });
    await stream.settled();
    await stop();

    const letters = deadLettersOf(stream);
    const [letter] = await letters.list(1);
    expect(letter?.fields).toMatchObject({ reason: 'invalid_utf8' });
    const replayed = (await letters.replay(letter?.id as string)) as string;
    const [[, fields] = []] = await stream.redis.xrangeBuffer(stream.input, replayed, replayed);
    expect(fields).toEqual([
      ...[Buffer.from('transcript'), invalid],
      ...[Buffer.from('room'), Buffer.from('półka')],
      ...[Buffer.from('note'), Buffer.from('{"base64": "AAAA"}')],
    ]);
  });

  test('replays what many replay at the same time only once', async () => {
    const stream = createTestStream();
    const id = await writeLetter(stream, {
      source_stream: stream.input,
      payload: '{"transcript":"zapal"}',
    });
    const operators = Array.from({ length: 5 }, () => deadLettersOf(stream));
    const replayed = await Promise.all(operators.map((letters) => letters.replay(id)));
    expect(replayed.filter((entry) => entry !== undefined)).toHaveLength(1);
    expect(await stream.redis.xlen(stream.input)).toBe(1);
  });

  test.each<[string, (stream: TestStream) => Fields]>([
    ['has no payload', ({ input }) => ({ source_stream: input })],
    ['has no source stream', () => ({ payload: '{"transcript":"zapal"}' })],
    ['has a payload that is no JSON', ({ input }) => ({ source_stream: input, payload: '{"transcript":' })],
    ['has an empty payload', ({ input }) => ({ source_stream: input, payload: '{}' })],
    ['has a payload of null', ({ input }) => ({ source_stream: input, payload: 'null' })],
    [
      'has more fields than Redis takes from a script',
      ({ input }) => ({
        source_stream: input,
        payload: JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, 'v']))),
      }),
    ],
  ])('keeps a letter that cannot be replayed because it %s', async (_why, fields) => {
    const stream = createTestStream();
    const letter = fields(stream);
    const id = await writeLetter(stream, letter);
    await expect(deadLettersOf(stream).replay(id)).rejects.toThrow();
    expect(await stream.letters()).toEqual([letter]);
    expect(await stream.redis.exists(stream.input)).toBe(0);
  });

  test('keeps a letter whose source stream has become something else', async () => {
    const stream = createTestStream();
    await stream.redis.set(stream.input, 'a string');
    const letter = { source_stream: stream.input, payload: '{"transcript":"zapal"}' };
    const id = await writeLetter(stream, letter);
    await expect(deadLettersOf(stream).replay(id)).rejects.toThrow(stream.input);
    expect(await stream.letters()).toEqual([letter]);
  });

  test('keeps a letter whose source stream has run out of ids', async () => {
    const stream = createTestStream();
    await stream.add({ transcript: 'the last' }, '18446744073709551615-18446744073709551615');
    const letter = { source_stream: stream.input, payload: '{"transcript":"zapal"}' };
    const id = await writeLetter(stream, letter);
    await expect(deadLettersOf(stream).replay(id)).rejects.toThrow();
    expect(await stream.letters()).toEqual([letter]);
  });
});

describe('a transcript that fails', () => {
  test('is tried again in its place: its room waits, others go on', async () => {
    const stream = createTestStream();
    let failures = 0;
    const { happenings } = startTestProcessor(stream, {
      recognise: ({ text }) => {
        if (text === 'hard' && failures < 2) {
          failures += 1;
          throw new Error('not yet');
        }
        return understood(text);
      },
    });
    const hard = await stream.add({ transcript: 'hard', room: 'salon' });
    await stream.add({ transcript: 'after it', room: 'salon' });
    await stream.add({ transcript: 'elsewhere', room: 'hol' });
    await stream.settled();
    expect((await stream.outputs()).map((fields) => fields['transcript'])).toEqual([
      ...['elsewhere', 'hard', 'after it'],
    ]);
    expect(happenings.failed.map(({ id, attempt }) => ({ id, attempt }))).toEqual([
      { id: hard, attempt: 1 },
      { id: hard, attempt: 2 },
    ]);
    expect(await stream.letters()).toEqual([]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('five times is given up when it %s, and leaves no count behind', async (_how, fail) => {
    const stream = createTestStream();
    const { happenings } = startTestProcessor(stream, {
      recognise: ({ text }) => (text === 'poison' ? fail() : understood(text)),
    });
    const before = await stream.add({ transcript: 'before', room: 'salon' });
    const poison = await stream.add({ transcript: 'poison', room: 'salon', traceparent: PARENT });
    const after = await stream.add({ transcript: 'after', room: 'salon' });
    await stream.settled();
    expect((await stream.outputs()).map((fields) => fields['source_message_id'])).toEqual([before, after]);
    expect(await stream.letters()).toMatchObject([
      { source_id: poison, reason: 'failed', attempts: '5', error: 'no', error_type: 'Error' },
    ]);
    expect((await stream.letters())[0]?.['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-`));
    expect(happenings.failed.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(await stream.redis.exists(stream.names().failures)).toBe(0);
  });

  test('and then succeeds leaves no count behind', async () => {
    const stream = createTestStream();
    const gate = Promise.withResolvers<void>();
    let tries = 0;
    startTestProcessor(stream, {
      recognise: async ({ text }) => {
        tries += 1;
        if (tries === 1) throw new Error('not yet');
        await gate.promise;
        return understood(text);
      },
    });
    const id = await stream.add({ transcript: 'zapal' });
    await expect.poll(() => stream.redis.hgetall(stream.names().failures)).toEqual({ [id]: '1' });
    gate.resolve();
    await stream.settled();
    expect(await stream.redis.exists(stream.names().failures)).toBe(0);
  });

  test('is counted on by a new owner', async () => {
    const stream = createTestStream();
    const first = startTestProcessor(stream, {
      flow: { leaseMs: 300, drainMs: 0 },
      recognise: () => Promise.reject(new Error('no')),
    });
    const id = await stream.add({ transcript: 'poison' });
    await expect.poll(() => first.happenings.failed.length).toBeGreaterThanOrEqual(2);
    first.cutOff();
    const charged = Number(await stream.redis.hget(stream.names().failures, id));
    expect(charged).toBeGreaterThanOrEqual(2);
    expect(charged).toBeLessThan(5);

    const second = startTestProcessor(stream, {
      consumer: 'replica-2',
      recognise: () => Promise.reject(new Error('still no')),
    });
    await stream.settled();
    expect(await stream.letters()).toMatchObject([{ source_id: id, attempts: '5', error: 'still no' }]);
    expect(second.happenings.failed.map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: 5 - charged }, (_, index) => charged + 1 + index),
    );
  });

  test('is not blamed for how often it was delivered', async () => {
    const stream = createTestStream();
    const ids = [await stream.add({ transcript: 'one' }), await stream.add({ transcript: 'two' })];
    await stream.redis.xgroup('CREATE', stream.input, GROUP, '0');
    await stream.redis.xreadgroup('GROUP', GROUP, 'gone', 'STREAMS', stream.input, '>');
    for (let crash = 0; crash < 20; crash += 1) {
      await stream.redis.xclaim(stream.input, GROUP, 'gone', 0, ...ids);
    }
    const [[, , , deliveries] = []] = (await stream.redis.xpending(
      ...([stream.input, GROUP, '-', '+', 1] as const),
    )) as unknown[][];
    expect(Number(deliveries)).toBeGreaterThan(20);
    startTestProcessor(stream);
    await stream.settled();
    expect((await stream.outputs()).map((fields) => fields['source_message_id'])).toEqual(ids);
    expect(await stream.letters()).toEqual([]);
    expect(await stream.redis.exists(stream.names().failures)).toBe(0);
  });

  test('that took its process down alone five times is given up, and nobody else is', async () => {
    const stream = createTestStream();
    const ids: string[] = [];
    for (const transcript of ['innocent', 'killer', 'bystander']) ids.push(await stream.add({ transcript }));
    await stream.redis.xgroup('CREATE', stream.input, GROUP, '0');
    await stream.redis.xreadgroup('GROUP', GROUP, 'gone', 'STREAMS', stream.input, '>');
    for (let crash = 0; crash < 5; crash += 1) {
      const begun = Promise.withResolvers<void>();
      const victim = startTestProcessor(stream, {
        flow: { leaseMs: 200, drainMs: 0 },
        recognise: ({ text }) => {
          if (text !== 'killer') return understood(text);
          begun.resolve();
          return new Promise(() => undefined);
        },
      });
      await begun.promise;
      victim.cutOff();
    }
    startTestProcessor(stream);
    await stream.settled();
    expect((await stream.outputs()).map((fields) => fields['source_message_id'])).toEqual([ids[0], ids[2]]);
    expect(await stream.letters()).toMatchObject([{ source_id: ids[1], reason: 'failed', attempts: '5' }]);
    expect(await stream.redis.exists(stream.names().failures)).toBe(0);
  });

  test.each<[string, (stream: TestStream) => Promise<unknown>]>([
    ['is never answered', () => new Promise(() => undefined)],
    ['cannot be published', ({ redis, output }) => redis.set(output, 'a string')],
  ])('that %s is not blamed for the stops of its owner', async (_why, hinder) => {
    const stream = createTestStream();
    const id = await stream.add({ transcript: 'innocent' });
    await stream.redis.xgroup('CREATE', stream.input, GROUP, '0');
    await stream.redis.xreadgroup('GROUP', GROUP, 'gone', 'STREAMS', stream.input, '>');
    for (let restart = 0; restart < 6; restart += 1) {
      const begun = Promise.withResolvers<void>();
      const { stop } = startTestProcessor(stream, {
        flow: { drainMs: 20 },
        recognise: async ({ text }) => {
          begun.resolve();
          await hinder(stream);
          return understood(text);
        },
      });
      await begun.promise;
      await stop();
      await stream.redis.del(stream.output);
    }
    startTestProcessor(stream);
    await stream.settled();
    expect((await stream.outputs()).map((fields) => fields['source_message_id'])).toEqual([id]);
    expect(await stream.letters()).toEqual([]);
  });

  test('is not charged with a count that another entry left behind', async () => {
    const stream = createTestStream();
    // A count whose entry is long gone, as an operator's XACK leaves it.
    await stream.redis.hset(stream.names().failures, '1-1', '4');
    const { happenings } = startTestProcessor(stream);
    const id = await stream.add({ transcript: 'zapal' });
    await stream.settled();
    expect((await stream.outputs()).map((fields) => fields['source_message_id'])).toEqual([id]);
    expect(happenings.failed).toEqual([]);
  });
});
