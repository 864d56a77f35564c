import { describe, expect, test } from 'vitest';
import {
  createTestStream,
  GROUP,
  startTestProcessor,
  type TestStream,
  understood,
} from '../support/processor.ts';

async function addNumbered(stream: TestStream, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    ids.push(await stream.add({ transcript: `number ${index}`, room: `room ${index % 3}` }));
  }
  return ids;
}

async function answeredIds(stream: TestStream): Promise<(string | undefined)[]> {
  return (await stream.outputs()).map((fields) => fields['source_message_id']);
}

/** Answers everything at once but what is called "slow", which waits for the gate. */
function startWithSlowOne(stream: TestStream) {
  const gate = Promise.withResolvers<void>();
  const { happenings } = startTestProcessor(stream, {
    recognise: async ({ text }) => {
      if (text === 'slow') await gate.promise;
      return understood(text);
    },
  });
  return { gate, happenings };
}

describe('when the group was destroyed', () => {
  test('while nobody was at work, it goes on where everything was settled', async () => {
    const stream = createTestStream();
    const first = startTestProcessor(stream);
    const before = await addNumbered(stream, 10);
    await stream.settled();
    await first.stop();
    const after = await addNumbered(stream, 5);
    await stream.redis.xgroup('DESTROY', stream.input, GROUP);

    const { happenings } = startTestProcessor(stream);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual([...before, ...after]);
    expect(happenings.skipped).toEqual([]);
  });

  test('while the owner waited, it goes on where everything was settled', async () => {
    const stream = createTestStream();
    const { happenings } = startTestProcessor(stream);
    const before = await addNumbered(stream, 10);
    await stream.settled();
    await stream.redis.xgroup('DESTROY', stream.input, GROUP);
    const after = await addNumbered(stream, 5);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual([...before, ...after]);
    expect(happenings.interrupted).toMatchObject([{ message: expect.stringMatching(/^NOGROUP /) }]);
  });

  test('in the middle of work, what was answered out of order is not answered again', async () => {
    const stream = createTestStream();
    const { gate, happenings } = startWithSlowOne(stream);
    const early = await addNumbered(stream, 3);
    const slow = await stream.add({ transcript: 'slow', room: 'attic' });
    const late = await addNumbered(stream, 6);
    const dead = await stream.add({ room: 'no transcript' });
    await expect
      .poll(() => stream.redis.xpending(stream.input, GROUP))
      .toEqual([...[1, slow, slow, [['replica-1', '1']]]]);

    await stream.redis.xgroup('DESTROY', stream.input, GROUP);
    gate.resolve();
    const last = await stream.add({ transcript: 'last', room: 'attic' });
    await stream.settled();
    expect(await answeredIds(stream)).toEqual([...early, ...late, slow, last]);
    expect((await stream.letters()).map((fields) => fields['source_id'])).toEqual([dead]);
    expect(new Set(happenings.skipped)).toEqual(new Set(['settled_before']));
  });

  test('in the middle of work, even where the sender numbers its entries ahead of the clock', async () => {
    const stream = createTestStream();
    const { gate } = startWithSlowOne(stream);
    // Microseconds.
    const start = Date.now() * 1000;
    await stream.add({ transcript: 'before', room: 'a' }, `${start}-0`);
    await stream.add({ transcript: 'slow', room: 'b' }, `${start + 1}-0`);
    await stream.add({ transcript: 'overtakes', room: 'a' }, `${start + 2}-0`);
    await expect.poll(() => stream.redis.xlen(stream.output)).toBe(2);
    await stream.redis.xgroup('DESTROY', stream.input, GROUP);
    gate.resolve();
    await stream.add({ transcript: 'after', room: 'a' }, `${start + 3}-0`);
    await stream.settled();
    expect((await stream.outputs()).map((fields) => fields['transcript']).toSorted()).toEqual([
      ...['after', 'before', 'overtakes', 'slow'],
    ]);
  });

  test('before anything was settled, it begins at the beginning', async () => {
    const stream = createTestStream();
    const ids = await addNumbered(stream, 5);
    await stream.redis.xgroup('CREATE', stream.input, GROUP, '0');
    await stream.redis.xreadgroup('GROUP', GROUP, 'gone', 'COUNT', 3, 'STREAMS', stream.input, '>');
    await stream.redis.xgroup('DESTROY', stream.input, GROUP);
    startTestProcessor(stream);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual(ids);
  });

  test('again and again, every entry is answered exactly once', async () => {
    const stream = createTestStream();
    startTestProcessor(stream, {
      flow: { batchSize: 7 },
      recognise: async ({ text }) => {
        await new Promise((resolve) => setImmediate(resolve));
        return understood(text);
      },
    });
    const ids: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      ids.push(...(await addNumbered(stream, 40)));
      await expect.poll(() => stream.redis.xlen(stream.output)).toBeGreaterThan(round * 40);
      await stream.redis.xgroup('DESTROY', stream.input, GROUP);
    }
    await expect.poll(() => stream.redis.xlen(stream.output)).toBeGreaterThanOrEqual(ids.length);
    await stream.settled();
    expect((await answeredIds(stream)).toSorted()).toEqual(ids.toSorted());
  });
});

describe('when the stream was deleted and begun anew', () => {
  test.each([
    ['at work', true],
    ['stopped', false],
  ])('while the processor was %s, all new entries are answered', async (_state, working) => {
    const stream = createTestStream();
    const first = startTestProcessor(stream);
    const before = await addNumbered(stream, 10);
    await stream.settled();
    if (!working) await first.stop();
    await stream.redis.del(stream.input);
    const after = await addNumbered(stream, 5);
    if (!working) startTestProcessor(stream);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual([...before, ...after]);
  });

  test.each([
    ['at work', true],
    ['stopped', false],
  ])('with ids that begin anew as well, while the processor was %s', async (_state, working) => {
    const stream = createTestStream();
    const first = startTestProcessor(stream);
    for (const id of ['100-1', '100-2', '100-3']) await stream.add({ transcript: `first ${id}` }, id);
    await stream.settled();
    if (!working) await first.stop();
    await stream.redis.del(stream.input);
    for (const id of ['1-1', '50-1', '100-2']) await stream.add({ transcript: `second ${id}` }, id);
    if (!working) startTestProcessor(stream);
    await stream.settled();
    expect((await stream.outputs()).map((fields) => fields['transcript'])).toEqual([
      ...['first 100-1', 'first 100-2', 'first 100-3'],
      ...['second 1-1', 'second 50-1', 'second 100-2'],
    ]);
  });

  test('and all our keys with it, all new entries are answered', async () => {
    const stream = createTestStream();
    startTestProcessor(stream);
    await addNumbered(stream, 3);
    await stream.settled();
    await stream.redis.del(...(await stream.redis.keys(`${stream.prefix}*`)));
    const after = await addNumbered(stream, 3);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual(after);
  });
});

describe('the cursor', () => {
  test('stops before the first entry that is not settled, and passes it once it is', async () => {
    const stream = createTestStream();
    const { gate } = startWithSlowOne(stream);
    for (const [id, transcript] of [
      ['5-1', 'quick'],
      ['5-7', 'slow'],
      ['6-0', 'quick'],
    ] as const) {
      await stream.add({ transcript, room: transcript }, id);
    }
    await expect.poll(() => answeredIds(stream)).toEqual(['5-1', '6-0']);
    expect(await stream.redis.get(stream.names().cursor)).toBe('5-6');
    gate.resolve();
    await stream.settled();
    expect(await stream.redis.get(stream.names().cursor)).toBe('6-0');
  });
});
