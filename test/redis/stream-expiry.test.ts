import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import {
  createTestStream,
  GROUP,
  startTestProcessor,
  type TestStream,
  understood,
} from '../support/processor.ts';

const processing = { maxAgeSeconds: 30 };

/** An entry id of so many seconds ago, on Redis's clock. */
async function idOfAge({ redis }: TestStream, seconds: number): Promise<string> {
  return `${(Number((await redis.time())[0]) - seconds) * 1000}-0`;
}

/** A clock that the test can put forward. */
function adjustableClock(): Clock & { putForward(seconds: number): void } {
  let ahead = 0;
  return {
    now: () => systemClock.now() + ahead,
    monotonic: () => systemClock.monotonic() + ahead,
    putForward: (seconds) => {
      ahead += seconds * 1000;
    },
  };
}

describe('a transcript that is too old to act on', () => {
  test('is published as expired, with nothing to do, and nobody is asked what it means', async () => {
    const stream = createTestStream();
    const asked: string[] = [];
    const old = await stream.add(
      { transcript: 'old', room: 'salon', frame_id: 'f1' },
      await idOfAge(stream, 40),
    );
    const young = await stream.add({ transcript: 'young', room: 'salon' }, await idOfAge(stream, 5));
    startTestProcessor(stream, {
      processing,
      recognise: ({ text }) => {
        asked.push(text);
        return understood(text);
      },
    });
    await stream.settled();
    const [expired, answered] = await stream.outputs();
    expect(expired).toEqual({
      schema_version: '1',
      source_message_id: old,
      frame_id: 'f1',
      transcript: 'old',
      language: 'pl',
      room: 'salon',
      status: 'expired',
      intent: 'none',
      source: 'none',
      expires_at: expect.any(String),
      latency_ms: expect.any(String),
      processor_id: 'replica-1',
      processed_at: expect.any(String),
    });
    expect(Date.parse(expired?.['expires_at'] as string)).toBeLessThan(Date.now());
    expect(answered).toMatchObject({ source_message_id: young, status: 'recognized', intent: 'test.say' });
    expect(asked).toEqual(['young']);
    expect(await stream.redis.xpending(stream.input, GROUP)).toEqual([0, null, null, null]);
  });

  test('is so by its entry id, not by what its sender says about the time', async () => {
    const stream = createTestStream();
    const now = new Date().toISOString();
    await stream.add({ transcript: 'old', timestamp: now }, await idOfAge(stream, 3600));
    await stream.add({ transcript: 'young', timestamp: '2001-01-01T00:00:00Z' });
    startTestProcessor(stream, { processing });
    await stream.settled();
    expect((await stream.outputs()).map((fields) => fields['status'])).toEqual(['expired', 'recognized']);
  });

  test('is answered all the same where nothing expires, without a time of expiry', async () => {
    const stream = createTestStream();
    await stream.add({ transcript: 'from the dawn of time' }, '1-0');
    startTestProcessor(stream, { processing: { maxAgeSeconds: 0 } });
    await stream.settled();
    const [answer] = await stream.outputs();
    expect(answer).toMatchObject({ status: 'recognized', intent: 'test.say' });
    expect(answer).not.toHaveProperty('expires_at');
  });

  test('can have become so while it waited behind another one in its room', async () => {
    const stream = createTestStream();
    const clock = adjustableClock();
    for (const transcript of ['slow', 'waits']) await stream.add({ transcript, room: 'salon' });
    startTestProcessor(stream, {
      processing,
      clock,
      recognise: async ({ text }) => {
        clock.putForward(40);
        return understood(text);
      },
    });
    await stream.settled();
    expect(await stream.outputs()).toMatchObject([
      { transcript: 'slow', status: 'recognized' },
      { transcript: 'waits', status: 'expired', intent: 'none' },
    ]);
  });

  test('can have become so between two tries, and is no dead letter then', async () => {
    const stream = createTestStream();
    const clock = adjustableClock();
    await stream.add({ transcript: 'hard' });
    startTestProcessor(stream, {
      processing,
      clock,
      recognise: () => {
        clock.putForward(20);
        throw new Error('no');
      },
    });
    await stream.settled();
    expect(await stream.outputs()).toMatchObject([{ transcript: 'hard', status: 'expired' }]);
    expect(await stream.letters()).toEqual([]);
    expect(await stream.redis.exists(stream.names().failures)).toBe(0);
  });

  test('is so as well when an earlier owner left it', async () => {
    const stream = createTestStream();
    await stream.add({ transcript: 'left' }, await idOfAge(stream, 40));
    await stream.redis.xgroup('CREATE', stream.input, GROUP, '0');
    await stream.redis.xreadgroup('GROUP', GROUP, 'gone', 'STREAMS', stream.input, '>');
    startTestProcessor(stream, { processing });
    await stream.settled();
    expect(await stream.outputs()).toMatchObject([{ transcript: 'left', status: 'expired' }]);
  });

  test('is still skipped when it is blank, and a dead letter when it cannot be used', async () => {
    const stream = createTestStream();
    await stream.add({ transcript: ' ' }, '1-0');
    await stream.add({ room: 'salon' }, '2-0');
    const { happenings } = startTestProcessor(stream, { processing });
    await stream.settled();
    expect(await stream.outputs()).toEqual([]);
    expect(happenings.skipped).toEqual(['blank']);
    expect(await stream.letters()).toMatchObject([{ source_id: '2-0', reason: 'missing_transcript' }]);
  });
});

describe('a transcript that is young enough', () => {
  test('may be acted on until its entry is too old', async () => {
    const stream = createTestStream();
    const id = await stream.add({ transcript: 'young' });
    startTestProcessor(stream, { processing });
    await stream.settled();
    const [answer] = await stream.outputs();
    expect(Date.parse(answer?.['expires_at'] as string)).toBe(Number(id.split('-')[0]) + 30_000);
  });

  test('may have an id ahead of the clock', async () => {
    const stream = createTestStream();
    await stream.add({ transcript: 'from tomorrow' }, await idOfAge(stream, -24 * 3600));
    startTestProcessor(stream, { processing });
    await stream.settled();
    const [answer] = await stream.outputs();
    expect(answer).toMatchObject({ status: 'recognized' });
    expect(Date.parse(answer?.['expires_at'] as string)).toBeLessThanOrEqual(Date.now() + 30_000);
  });
});
