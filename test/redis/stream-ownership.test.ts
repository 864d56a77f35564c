import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Recognise } from '../../src/intent/recognise.ts';
import { openConnection } from '../../src/redis/connection.ts';
import { type Asker, createOwnership, type Ownership } from '../../src/stream/ownership.ts';
import { createProgress } from '../../src/stream/progress.ts';
import { createPublisher, type Settlement } from '../../src/stream/publisher.ts';
import { createReader } from '../../src/stream/reader.ts';
import { createShare } from '../../src/stream/share.ts';
import { takeTurns } from '../../src/stream/take-turns.ts';
import {
  createTestStream,
  GROUP,
  openRedis,
  startTestProcessor,
  type TestProcessorOptions,
  type TestStream,
  toRecord,
  understood,
} from '../support/processor.ts';
import { onOneRedis } from '../support/shared.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

function ownershipOf(
  stream: TestStream,
  {
    consumer = 'replica-1',
    leaseMs = 60_000,
    others = 0,
  }: { consumer?: string; leaseMs?: number; others?: number } = {},
) {
  const share = createShare({ turnMs: leaseMs, now: systemClock.monotonic });
  for (let index = 0; index < others; index += 1) share.owns();
  return createOwnership({
    redis: openRedis(stream.input),
    names: stream.names(consumer),
    share,
    leaseMs,
    silenceMs: 10_000,
  });
}

const never = new AbortController().signal;

async function addNumbered(stream: TestStream, count: number, rooms: readonly string[] = ['salon']) {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const room = rooms[index % rooms.length] as string;
    ids.push(await stream.add({ transcript: `number ${index}`, room }));
  }
  return ids;
}

async function answeredIds(stream: TestStream): Promise<(string | undefined)[]> {
  return (await stream.outputs()).map((fields) => fields['source_message_id']);
}

describe('the ownership of an input stream', () => {
  test('is given to one, and the second waits until it is released', async () => {
    const stream = createTestStream();
    const first = ownershipOf(stream);
    const token = await first.acquire(never);

    let second: string | undefined;
    const waiting = ownershipOf(stream, { consumer: 'replica-2' })
      .acquire(never)
      .then((acquired) => {
        second = acquired;
      });
    // Each renewal is a round trip, during which the second one would have been let in.
    for (let round = 0; round < 20; round += 1) await first.renew(token, never);
    expect(second).toBeUndefined();
    expect(await stream.redis.hget(stream.names().owner, 'consumer')).toBe('replica-1');

    await first.release(token, never);
    await waiting;
    expect(second).not.toBe(token);
    expect(await stream.redis.hget(stream.names().owner, 'consumer')).toBe('replica-2');
  });

  test('goes over when the lease of an owner that is gone has run out', async () => {
    const stream = createTestStream();
    await ownershipOf(stream, { leaseMs: 200 }).acquire(never);
    await ownershipOf(stream, { consumer: 'replica-2' }).acquire(never);
    expect(await stream.redis.hget(stream.names().owner, 'consumer')).toBe('replica-2');
  });

  test('stays with an owner that overslept its lease as long as nobody else wants it', async () => {
    const stream = createTestStream();
    const ownership = ownershipOf(stream, { leaseMs: 20 });
    const token = await ownership.acquire(never);
    await expect
      .poll(async () => {
        const [seconds, microseconds] = await stream.redis.time();
        const now = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
        return Number(await stream.redis.hget(stream.names().owner, 'until')) < now;
      })
      .toBe(true);
    await ownership.renew(token, never);
  });

  test('is not waited for when the wait is called off', async () => {
    const stream = createTestStream();
    await ownershipOf(stream).acquire(never);
    const calledOff = new AbortController();
    const waiting = ownershipOf(stream, { consumer: 'replica-2' }).acquire(calledOff.signal);
    calledOff.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow();
    expect(await stream.redis.hget(stream.names().owner, 'consumer')).toBe('replica-1');
  });

  test('is not released by a token of an earlier ownership', async () => {
    const stream = createTestStream();
    const ownership = ownershipOf(stream);
    const earlier = await ownership.acquire(never);
    await ownership.release(earlier, never);
    const token = await ownership.acquire(never);
    await ownership.release(earlier, never);
    await ownership.renew(token, never);
  });

  describe('that is asked for', () => {
    /** An owner of too many streams, and who asks it for this one. */
    async function asked() {
      const stream = createTestStream();
      const owner = ownershipOf(stream, { leaseMs: 2000, others: 4 });
      const token = await owner.acquire(never);
      const asking = new AbortController();
      const given = ownershipOf(stream, { consumer: 'asker', leaseMs: 2000 }).acquire(asking.signal);
      given.catch(() => undefined);
      let asker: Asker | undefined;
      await expect
        .poll(async () => {
          asker = await owner.renew(token, never);
          return asker?.has;
        })
        .toBe(0);
      const offer = (): Promise<void> => owner.release(token, never, { asker });
      const consumer = (): Promise<string | null> => stream.redis.hget(stream.names().owner, 'consumer');
      return { stream, asking, given, offer, consumer };
    }

    test('goes to whoever asked, though another one looks first', async () => {
      const { stream, given, offer, consumer } = await asked();
      await offer();
      const looking = new AbortController();
      const other = ownershipOf(stream, { consumer: 'other', others: 3 }).acquire(looking.signal);
      await Promise.race([given, other]);
      expect(await consumer()).toBe('asker');
      looking.abort(new Error('enough'));
      await expect(other).rejects.toThrow();
    });

    test('goes to anybody where whoever asked is gone', async () => {
      const { stream, asking, offer, consumer } = await asked();
      asking.abort(new Error('gone'));
      await offer();
      await ownershipOf(stream, { consumer: 'other', leaseMs: 2000, others: 3 }).acquire(never);
      expect(await consumer()).toBe('other');
    });
  });

  describe('that is released with a word', () => {
    test('tells it to the next owner, and to nobody after that one', async () => {
      const stream = createTestStream();
      const [first, second, third] = ['one', 'two', 'three'].map((consumer) =>
        ownershipOf(stream, { consumer }),
      ) as [Ownership, Ownership, Ownership];
      await first.release(await first.acquire(never), never, { word: '5-0' });
      expect(first.wordLeft()).toBeUndefined();
      const token = await second.acquire(never);
      expect(second.wordLeft()).toBe('5-0');
      await second.release(token, never);
      await third.acquire(never);
      expect(third.wordLeft()).toBeUndefined();
    });

    onOneRedis('its nodes send a client past a proxy')(
      'tells it though the answer that told it was lost on the way',
      async () => {
        const stream = createTestStream();
        const first = ownershipOf(stream);
        await first.release(await first.acquire(never), never, { word: '5-0' });
        const proxy = await startTcpProxy({ port: Number(new URL(inject('redisUrl')).port) });
        onTestFinished(() => proxy.close());
        const redis = openConnection({
          ...{ url: `redis://127.0.0.1:${proxy.port}`, name: 'test', key: 'test' },
          events: { lost: () => undefined, ready: () => undefined },
        });
        onTestFinished(() => redis.disconnect());
        const second = createOwnership({
          ...{ redis, names: stream.names('replica-2'), leaseMs: 60_000, silenceMs: 10_000 },
        });
        await redis.ping();
        proxy.cutReplies({ afterBytes: 0, times: 1 });
        // Sent twice, and granted once.
        const token = await second.acquire(never);
        await second.renew(token, never);
        expect(second.wordLeft()).toBe('5-0');
      },
    );

    test('keeps it to itself where another one is the owner by now', async () => {
      const stream = createTestStream();
      const first = ownershipOf(stream, { leaseMs: 50 });
      const token = await first.acquire(never);
      const second = ownershipOf(stream, { consumer: 'replica-2', leaseMs: 50 });
      await second.acquire(never);
      await first.release(token, never, { word: '5-0' });
      const third = ownershipOf(stream, { consumer: 'replica-3' });
      await third.acquire(never);
      expect(third.wordLeft()).toBeUndefined();
    });
  });

  test('does not outlive the Redis it was acquired on', async () => {
    const stream = createTestStream();
    const ownership = ownershipOf(stream);
    const token = await ownership.acquire(never);
    await stream.redis.hset(stream.names().owner, 'server', '0123456789abcdef');
    await expect(ownership.renew(token, never)).rejects.toThrow(/^LOST /);
    await ownershipOf(stream, { consumer: 'replica-2' }).acquire(never);
    expect(await stream.redis.hget(stream.names().owner, 'consumer')).toBe('replica-2');
  });
});

describe('the token of an earlier ownership', () => {
  async function outlived() {
    const stream = createTestStream();
    const names = stream.names();
    const [id] = await addNumbered(stream, 2);
    await stream.redis.xgroup('CREATE', names.input, GROUP, '0');
    await stream.redis.xreadgroup('GROUP', GROUP, names.consumer, 'COUNT', 1, 'STREAMS', names.input, '>');
    const ownership = ownershipOf(stream);
    const token = await ownership.acquire(never);
    await ownership.release(token, never);
    await ownership.acquire(never);
    return { stream, names, ownership, token, id: id as string };
  }

  test('renews nothing', async () => {
    const { ownership, token } = await outlived();
    await expect(ownership.renew(token, never)).rejects.toThrow(/^LOST /);
  });

  test('reads nothing, neither new nor pending', async () => {
    const { stream, names, token } = await outlived();
    const reader = createReader({
      redis: openRedis(),
      names,
      token,
      blockMs: 100,
      silenceMs: 10_000,
      signal: never,
    });
    await expect(reader.read('0-0', 10)).rejects.toThrow(/^LOST /);
    const [group] = ((await stream.redis.xinfo('GROUPS', names.input)) as unknown[][]).map(toRecord);
    expect(group).toMatchObject({ pending: 1, lag: 1 });
  });

  test.each<Settlement['kind']>(['publish', 'dead', 'skip'])(
    'settles nothing: what it would %s stays pending',
    async (kind) => {
      const { stream, names, token, id } = await outlived();
      const error = await new Promise((failed) => {
        createPublisher({
          ...{ redis: openRedis(), names, token, signal: never, failed },
          progress: createProgress({ pending: [id], lastDelivered: id }),
          clock: systemClock,
          listener: { trouble: () => undefined, recovered: () => undefined },
        }).settle({
          ...{ id, kind, fields: () => ['a', 'b'] },
          settled: () => failed(new Error('it was settled')),
        });
      });
      expect(error).toMatchObject({ message: expect.stringMatching(/^LOST /) });
      expect(await stream.redis.xpending(names.input, GROUP)).toMatchObject([1, id, id, expect.anything()]);
      expect(await stream.redis.exists(names.output, names.deadLetters, names.cursor)).toBe(0);
    },
  );
});

describe('what a dead owner left behind', () => {
  test('holds nobody up for long: after a while the rest of it gets quick answers', async () => {
    const stream = createTestStream();
    const dead = startTestProcessor(stream, {
      flow: { leaseMs: 300 },
      recognise: () => new Promise(() => undefined),
    });
    await addNumbered(stream, 20, ['salon', 'kuchnia', 'hol']);
    await expect.poll(async () => (await stream.redis.xpending(stream.input, GROUP))[0]).toBe(20);
    dead.cutOff();

    let slept = 0;
    const mayWait: boolean[] = [];
    const heir = startTestProcessor(stream, {
      consumer: 'replica-2',
      clock: { ...systemClock, monotonic: () => systemClock.monotonic() + slept },
      recognise: async ({ text }, context) => {
        mayWait.push(context.mayWait);
        if (context.mayWait) slept += 700;
        return understood(text);
      },
    });
    await expect.poll(() => heir.happenings.reclaimed).toEqual([20]);
    await stream.settled();
    const patient = mayWait.filter(Boolean).length;
    expect(patient).toBeGreaterThan(0);
    expect(patient).toBeLessThanOrEqual(3);
    expect(mayWait).toEqual([...Array(patient).fill(true), ...Array(20 - patient).fill(false)]);

    // Whoever spoke afterwards may wait again.
    await addNumbered(stream, 1);
    await stream.settled();
    expect(mayWait.at(-1)).toBe(true);
  });
});

describe('processors that share a stream', () => {
  test('work one at a time, and keep the order of each room across a handover', async () => {
    const stream = createTestStream();
    const rooms = ['salon', 'kuchnia', 'hol'];
    const workers = new Set<string>();
    const worker = (consumer: string) =>
      startTestProcessor(stream, {
        consumer,
        recognise: async ({ text }) => {
          workers.add(consumer);
          await new Promise((resolve) => setImmediate(resolve));
          return understood(text);
        },
      });
    const first = worker('replica-1');
    await expect.poll(() => first.happenings.ownership).toEqual(['owner']);
    const second = worker('replica-2');
    const before = await addNumbered(stream, 60, rooms);
    await stream.settled();
    expect(workers).toEqual(new Set(['replica-1']));
    expect(second.happenings.ownership).toEqual([]);

    const during = addNumbered(stream, 60, rooms);
    await first.stop();
    expect(first.happenings.ownership).toEqual(['owner', 'standby']);
    const ids = [...before, ...(await during)];
    await stream.settled();
    expect(second.happenings.ownership).toEqual(['owner']);

    const outputs = await stream.outputs();
    expect(outputs.map((fields) => fields['source_message_id']).toSorted()).toEqual(ids.toSorted());
    for (const [index, room] of rooms.entries()) {
      const expected = ids.filter((_, position) => position % rooms.length === index);
      expect(outputs.filter((fields) => fields['room'] === room).map((f) => f['source_message_id'])).toEqual(
        expected,
      );
    }
  });

  test('take over from one that vanished, and answer what it had begun exactly once', async () => {
    const stream = createTestStream();
    const begun: string[] = [];
    const gone = startTestProcessor(stream, {
      flow: { leaseMs: 300, drainMs: 0 },
      recognise: ({ text }, { signal }) => {
        begun.push(text);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    const ids = await addNumbered(stream, 5, ['a', 'b', 'c', 'd', 'e']);
    await expect.poll(() => begun).toHaveLength(5);
    gone.cutOff();

    const heir = startTestProcessor(stream, { consumer: 'replica-2' });
    await stream.settled();
    expect(await answeredIds(stream)).toEqual(ids);
    expect(heir.happenings.reclaimed).toEqual([5]);
  });

  test('are told apart by ownership, not by name: the same name waits as well', async () => {
    const stream = createTestStream();
    const first = startTestProcessor(stream);
    await expect.poll(() => first.happenings.ownership).toEqual(['owner']);
    const namesake = startTestProcessor(stream);
    await addNumbered(stream, 20);
    await stream.settled();
    expect(namesake.happenings.ownership).toEqual([]);
    expect(namesake.happenings.published).toEqual([]);
    await first.stop();
    await expect.poll(() => namesake.happenings.ownership).toEqual(['owner']);
  });
});

test('an owner whose work fails at once waits longer before each further try', async () => {
  const stream = createTestStream();
  // Whose connection is not there yet leaves the stream to its lease.
  const redis = openRedis(stream.input);
  await redis.ping();
  const begun: number[] = [];
  const enough = Promise.withResolvers<void>();
  const turns = takeTurns({
    ...{ redis, ownership: ownershipOf(stream), operation: 'acquire', clock: systemClock },
    async work() {
      begun.push(performance.now());
      if (begun.length === 5) enough.resolve();
      throw new Error('a defect');
    },
    events: { interrupted: () => undefined, trouble: () => undefined, recovered: () => undefined },
  });
  await enough.promise;
  await turns.stop();
  const waits = begun.slice(1).map((at, index) => at - (begun[index] as number));
  // Timers may be a millisecond early.
  for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(50 * 2 ** index - 2);
});

describe('a takeover', () => {
  /** Delivers what the stream holds to consumers of other names, as earlier owners. */
  async function leavePending(stream: TestStream, consumers: readonly string[]): Promise<void> {
    await stream.redis.xgroup('CREATE', stream.input, GROUP, '0');
    for (let index = 0; ; index += 1) {
      const consumer = consumers[index % consumers.length] as string;
      const reply = await stream.redis.xreadgroup(
        ...(['GROUP', GROUP, consumer, 'COUNT', 1, 'STREAMS', stream.input, '>'] as const),
      );
      if (reply === null) return;
    }
  }

  test('works off in id order what consumers of other names left pending, before anything new', async () => {
    const stream = createTestStream();
    // Rooms of their own, so that no lane keeps this order.
    const rooms = Array.from({ length: 12 }, (_, index) => `room ${index}`);
    const left = await addNumbered(stream, 12, rooms);
    await leavePending(stream, ['zeta', 'alpha', 'replica-1']);
    const fresh = await addNumbered(stream, 3);

    const { happenings } = startTestProcessor(stream, {
      recognise: async ({ text }) => {
        await new Promise((resolve) => setImmediate(resolve));
        return understood(text);
      },
    });
    await stream.settled();
    expect(await answeredIds(stream)).toEqual([...left, ...fresh]);
    expect(happenings.reclaimed).toEqual([12]);
  });

  test('claims more than one page of pending entries', async () => {
    const stream = createTestStream();
    const pipeline = stream.redis.pipeline();
    for (let index = 1; index <= 2500; index += 1)
      pipeline.xadd(stream.input, `${index}-0`, 'transcript', 'x');
    await pipeline.exec();
    await stream.redis.xgroup('CREATE', stream.input, GROUP, '0');
    await stream.redis.xreadgroup('GROUP', GROUP, 'gone', 'COUNT', 2500, 'STREAMS', stream.input, '>');
    const { happenings } = startTestProcessor(stream);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual(Array.from({ length: 2500 }, (_, index) => `${index + 1}-0`));
    expect(happenings.reclaimed).toEqual([2500]);
  });

  test('is not held up by an entry that was deleted while it was pending', async () => {
    const stream = createTestStream();
    const ids = await addNumbered(stream, 3);
    await leavePending(stream, ['gone']);
    await stream.redis.xdel(stream.input, ids[1] as string);
    await stream.redis.hset(stream.names().failures, ids[1] as string, '2');
    const { happenings } = startTestProcessor(stream);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual([ids[0], ids[2]]);
    expect(await stream.letters()).toEqual([]);
    expect(happenings.skipped).toEqual(['deleted']);
    expect(await stream.redis.exists(stream.names().failures)).toBe(0);
  });

  test('skips an entry that is deleted after it was claimed', async () => {
    const stream = createTestStream();
    const ids = await addNumbered(stream, 3);
    await leavePending(stream, ['gone']);
    const { happenings } = startTestProcessor(stream, {
      // One at a time, so that the third has not been read when the first is worked on.
      flow: { batchSize: 1, highWaterMark: 1 },
      recognise: async ({ text }) => {
        await stream.redis.xdel(stream.input, ids[2] as string);
        return understood(text);
      },
    });
    await expect.poll(() => happenings.skipped).toEqual(['deleted']);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual(ids.slice(0, 2));
    expect(await stream.letters()).toEqual([]);
    expect(happenings.interrupted).toEqual([]);
  });
});

describe('what is pending when the owner changes', () => {
  /** Takes a moment for each, and counts how many it is at when it begins with another one. */
  function counting() {
    const atOnce: number[] = [];
    let inWork = 0;
    const recognise: Recognise = async ({ text }) => {
      inWork += 1;
      atOnce.push(inWork);
      await sleep(20);
      inWork -= 1;
      return understood(text);
    };
    return { atOnce, recognise };
  }

  /** An owner that brings nothing to its end, at work on what is said in three rooms. */
  async function stuckOwner(stream: TestStream, options: TestProcessorOptions = {}) {
    const processor = startTestProcessor(stream, {
      ...{ flow: { drainMs: 50, leaseMs: 300 }, recognise: () => new Promise(() => undefined) },
      ...options,
    });
    const ids = await addNumbered(stream, 6, ['salon', 'kuchnia', 'hol']);
    await expect.poll(async () => (await stream.redis.xpending(stream.input, GROUP))[0]).toBe(ids.length);
    return { ...processor, ids };
  }

  async function answeredBy(stream: TestStream, consumer: string): Promise<number[]> {
    const { atOnce, recognise } = counting();
    startTestProcessor(stream, { consumer, recognise });
    await stream.settled();
    return atOnce;
  }

  test('goes its usual way after an owner that was stopped: in its order in each room, before what is new, and rooms at once', async () => {
    const stream = createTestStream();
    const { stop, ids } = await stuckOwner(stream);
    await stop();
    const later = await addNumbered(stream, 3, ['salon', 'kuchnia', 'hol']);
    const atOnce = await answeredBy(stream, 'replica-2');
    expect(Math.max(...atOnce.slice(0, ids.length))).toBe(3);
    const outputs = await stream.outputs();
    for (const [index, room] of ['salon', 'kuchnia', 'hol'].entries()) {
      const said = [...ids, ...later].filter((_, position) => position % 3 === index);
      expect(outputs.filter((fields) => fields['room'] === room).map((f) => f['source_message_id'])).toEqual(
        said,
      );
    }
    expect(outputs).toHaveLength(9);
    expect(await stream.redis.exists(stream.names().failures)).toBe(0);
  });

  test('is suspect after an owner that vanished', async () => {
    const stream = createTestStream();
    const { cutOff } = await stuckOwner(stream);
    cutOff();
    expect(await answeredBy(stream, 'replica-2')).toEqual(Array(6).fill(1));
  });

  test('is suspect after a second owner that vanished, though the first one was stopped', async () => {
    const stream = createTestStream();
    const { stop } = await stuckOwner(stream);
    await stop();
    const second = startTestProcessor(stream, {
      ...{ consumer: 'replica-2', flow: { leaseMs: 300 }, recognise: () => new Promise(() => undefined) },
    });
    await expect.poll(() => second.happenings.reclaimed).toEqual([6]);
    second.cutOff();
    expect(await answeredBy(stream, 'replica-3')).toEqual(Array(6).fill(1));
  });

  test('is suspect after an owner of an older release, which knows nothing of words and leaves what it finds', async () => {
    const stream = createTestStream();
    const { stop } = await stuckOwner(stream);
    await stop();
    const { owner } = stream.names();
    const previous = String(await stream.redis.hget(owner, 'token'));
    await stream.redis.hset(owner, { token: 'of an older release', previous, until: 0 });
    expect(await answeredBy(stream, 'replica-2')).toEqual(Array(6).fill(1));
  });

  test('stays suspect where it was, and only that, when whoever took it over from the dead is stopped', async () => {
    const stream = createTestStream();
    const { cutOff } = await stuckOwner(stream);
    cutOff();
    const later = await addNumbered(stream, 2, ['sypialnia', 'gabinet']);
    const second = startTestProcessor(stream, {
      ...{ consumer: 'replica-2', recognise: () => new Promise(() => undefined), flow: { drainMs: 50 } },
    });
    await expect
      .poll(async () => (await stream.redis.xpending(stream.input, GROUP))[0])
      .toBe(6 + later.length);
    await second.stop();
    expect(await answeredBy(stream, 'replica-3')).toEqual([...Array(6).fill(1), 1, 2]);
    expect(await stream.redis.exists(stream.names().failures)).toBe(0);
  });

  test('stays as it was left when an owner is stopped before it has looked', async () => {
    const stream = createTestStream();
    const { stop } = await stuckOwner(stream);
    await stop();
    const second = startTestProcessor(stream, { consumer: 'replica-2', flow: { drainMs: 0 } });
    await vi.waitFor(() => expect(second.happenings.ownership).toEqual(['owner']), { interval: 1 });
    await second.stop();
    expect(Math.max(...(await answeredBy(stream, 'replica-3')))).toBe(3);
  });
});

describe('a processor that is stopped', () => {
  test('finishes what is in work, and hands over the rest unread', async () => {
    const stream = createTestStream();
    const gate = Promise.withResolvers<void>();
    const begun: string[] = [];
    const { stop } = startTestProcessor(stream, {
      flow: { drainMs: 60_000 },
      recognise: async ({ text }) => {
        begun.push(text);
        await gate.promise;
        return understood(text);
      },
    });
    const ids = await addNumbered(stream, 3, ['a', 'b', 'c']);
    await expect.poll(() => begun).toHaveLength(3);
    const stopped = stop();
    const unread = await stream.add({ transcript: 'too late' });
    gate.resolve();
    await stopped;
    expect(await answeredIds(stream)).toEqual(ids);
    expect(await stream.redis.hget(stream.names().owner, 'until')).toBe('0');

    startTestProcessor(stream);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual([...ids, unread]);
  });

  test('leaves pending what takes longer than it may', async () => {
    const stream = createTestStream();
    const begun = Promise.withResolvers<void>();
    const { stop } = startTestProcessor(stream, {
      flow: { drainMs: 50 },
      recognise: () => {
        begun.resolve();
        return new Promise(() => undefined);
      },
    });
    const ids = await addNumbered(stream, 2);
    await begun.promise;
    await stop();
    expect(await answeredIds(stream)).toEqual([]);
    startTestProcessor(stream);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual(ids);
  });

  test('does not wait for what an earlier owner left and that is never answered', async () => {
    const stream = createTestStream();
    const ids = await addNumbered(stream, 2);
    await stream.redis.xgroup('CREATE', stream.input, GROUP, '0');
    await stream.redis.xreadgroup('GROUP', GROUP, 'gone', 'STREAMS', stream.input, '>');
    const begun = Promise.withResolvers<void>();
    const { stop } = startTestProcessor(stream, {
      flow: { drainMs: 50 },
      recognise: () => {
        begun.resolve();
        return new Promise(() => undefined);
      },
    });
    await begun.promise;
    await stop();
    startTestProcessor(stream);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual(ids);
  });

  test('lets nothing overtake what an earlier owner left and it has no time for', async () => {
    const stream = createTestStream();
    const left = await addNumbered(stream, 3);
    await stream.redis.xgroup('CREATE', stream.input, GROUP, '0');
    await stream.redis.xreadgroup('GROUP', GROUP, 'gone', 'STREAMS', stream.input, '>');
    const later = await addNumbered(stream, 2);
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const { stop } = startTestProcessor(stream, {
      flow: { drainMs: 60_000 },
      recognise: async ({ text }) => {
        begun.resolve();
        await gate.promise;
        return understood(text);
      },
    });
    await begun.promise;
    // Read ahead, while the first one is worked on.
    await expect.poll(async () => (await stream.redis.xpending(stream.input, GROUP))[0]).toBe(5);
    const stopped = stop();
    gate.resolve();
    await stopped;
    expect(await answeredIds(stream)).toEqual(left.slice(0, 1));
    startTestProcessor(stream);
    await stream.settled();
    expect(await answeredIds(stream)).toEqual([...left, ...later]);
  });

  test('does not wait for a Redis that takes nothing any more', async () => {
    const stream = createTestStream();
    const { stop, happenings } = startTestProcessor(stream, { flow: { drainMs: 50 } });
    await addNumbered(stream, 1);
    await stream.settled();
    await stream.redis.rename(stream.output, `${stream.prefix}:aside`);
    await stream.redis.set(stream.output, 'a string');
    await addNumbered(stream, 1);
    await expect.poll(() => happenings.trouble).not.toHaveLength(0);
    await stop();
    expect(await stream.redis.xpending(stream.input, GROUP)).toMatchObject([
      1,
      expect.anything(),
      expect.anything(),
      expect.anything(),
    ]);
  });

  test('before it became the owner leaves the owner alone', async () => {
    const stream = createTestStream();
    const { happenings } = startTestProcessor(stream);
    await expect.poll(() => happenings.ownership).toEqual(['owner']);
    const standby = startTestProcessor(stream, { consumer: 'replica-2' });
    await standby.stop();
    expect(standby.happenings.ownership).toEqual([]);
    expect(await stream.redis.hget(stream.names().owner, 'consumer')).toBe('replica-1');
  });
});
