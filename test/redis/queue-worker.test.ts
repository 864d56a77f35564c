import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { eraseRequests } from '../../src/erasure/erase-requests.ts';
import { ModelUnavailable } from '../../src/intent/model-unavailable.ts';
import type { CallBack } from '../../src/queue/call-back.ts';
import { queueKeys } from '../../src/queue/queue-keys.ts';
import type { QueueParts } from '../../src/queue/queue-parts.ts';
import { bindOwnerScripts } from '../../src/queue/queue-scripts.ts';
import { createRequestQueue } from '../../src/queue/request-queue.ts';
import { startQueueWorker } from '../../src/queue/worker.ts';
import { openConnection } from '../../src/redis/connection.ts';
import { redisErrorCode } from '../../src/redis/script.ts';
import { createOwnership } from '../../src/stream/ownership.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { openRedis } from '../support/processor.ts';
import { ownName } from '../support/shared.ts';

const noTrouble = { trouble: () => undefined, recovered: () => undefined };

/** A queue of one's own. */
async function open({ ttlMs = 60_000, connect = openRedis } = {}) {
  const keyPrefix = `${ownName()}:`;
  const redis = connect(keyPrefix);
  await redis.ping();
  const queue = createRequestQueue({
    ...{ redis, keyPrefix, ttlMs, keptMs: 60_000, most: 1000 },
    ...{ events: noTrouble, clock: systemClock },
  });
  onTestFinished(() => queue.close());
  return {
    ...{ redis, keyPrefix, connect },
    async add(
      text: string,
      given: { priority?: number; room?: string; callbackUrl?: string } = {},
    ): Promise<string> {
      const { priority = 5, room, ...others } = given;
      const transcript = { text, frameId: text, language: 'pl', ...(room !== undefined && { room }) };
      const added = await queue.add({ transcript, priority, ...others }, 'circuit_open');
      if (!('queueId' in added)) throw new Error(added.kind);
      return added.queueId;
    },
    async find(queueId: string) {
      const found = await queue.find(queueId);
      if (typeof found !== 'object') throw new Error(`${queueId} is ${found}`);
      return found;
    },
  };
}

/** A replica that works on a queue. */
function work(
  { keyPrefix, connect }: { readonly keyPrefix: string; readonly connect: (key: string) => Redis },
  run: (text: string, signal: AbortSignal) => Promise<object>,
  given: Partial<QueueParts['settings']> = {},
  { clock = systemClock, callBack }: { clock?: Clock; callBack?: CallBack } = {},
) {
  const redis = connect(keyPrefix);
  const told: string[] = [];
  const worker = startQueueWorker({
    ...{ redis, keys: queueKeys(keyPrefix), consumer: randomUUID(), clock, callBack },
    run: async ({ transcript }, signal) => ({ ...(await run(transcript.text, signal)) }),
    settings: {
      ...{ leaseMs: 500, silenceMs: 5000, drainMs: 1000, concurrency: 4, maxFailures: 3 },
      ...{ keptMs: 60_000, callTries: 1, ...given },
    },
    events: {
      ...noTrouble,
      status: ({ status }) => void told.push(status),
      failed: ({ failures, error }) => void told.push(`${failures}: ${error.message}`),
      called: ({ outcome }) => void told.push(outcome),
      interrupted: (error) => void told.push(redisErrorCode(error)),
    },
  });
  onTestFinished(() => worker.stop());
  return { worker, told, disconnect: () => redis.disconnect() };
}

test('of two replicas one works on all of it, and each request once', async () => {
  const queue = await open();
  const run: string[] = [];
  const byReplica = [0, 0];
  for (const replica of [0, 1]) {
    work(queue, async (text) => {
      run.push(text);
      byReplica[replica] = (byReplica[replica] ?? 0) + 1;
      await sleep(2);
      return {};
    });
  }
  const texts = Array.from({ length: 100 }, (_, index) => `order ${index}`);
  const ids = await Promise.all(texts.map((text) => queue.add(text)));
  await expect.poll(() => run.toSorted()).toEqual(texts.toSorted());
  for (const id of ids) await expect.poll(async () => (await queue.find(id)).status).toBe('completed');
  expect(byReplica.toSorted()).toEqual([0, 100]);
});

test('the request of an owner that is gone is taken over, and what that one finds out later counts for nothing', async () => {
  const queue = await open();
  const id = await queue.add('zapal');
  const begun = Promise.withResolvers<void>();
  const late = Promise.withResolvers<object>();
  const first = work(queue, () => {
    begun.resolve();
    return late.promise;
  });
  await begun.promise;
  expect(await queue.find(id)).toMatchObject({ status: 'processing', attempts: 1 });
  // As a machine does whose network is gone: it lives, and nobody hears of it.
  first.disconnect();
  work(queue, async () => ({ by: 'second' }));
  await expect
    .poll(() => queue.find(id))
    .toMatchObject({
      ...{ status: 'completed', attempts: 2, result: { by: 'second' } },
    });
  late.resolve({ by: 'first' });
  await sleep(50);
  expect(await queue.find(id)).toMatchObject({ result: { by: 'second' } });
});

test('an owner that overslept gives up its work, and what it finds out counts for nothing', async () => {
  const queue = await open();
  const id = await queue.add('zapal');
  const begun = Promise.withResolvers<AbortSignal>();
  const late = Promise.withResolvers<object>();
  work(queue, (_, signal) => {
    begun.resolve(signal);
    return late.promise;
  });
  const signal = await begun.promise;
  await queue.redis.hset(queueKeys(queue.keyPrefix).owner, 'token', 'of another replica', 'until', 0);
  await expect.poll(() => signal.aborted).toBe(true);
  work(queue, async () => ({ by: 'second' }));
  late.resolve({ by: 'first' });
  await expect.poll(async () => (await queue.find(id)).status).toBe('completed');
  expect((await queue.find(id)).attempts).toBe(2);
});

describe('a call that is under way when Redis is restarted', () => {
  /** A queue on a Redis of its own, a request of which is worked on. */
  async function calling() {
    const server = await startOwnRedis({ appendonly: true });
    const connect = (): Redis => {
      const redis = openConnection({
        ...{ url: server.url, name: 'test', key: 'test' },
        events: { lost: () => undefined, ready: () => undefined },
      });
      onTestFinished(() => redis.disconnect());
      return redis;
    };
    const queue = await open({ connect });
    const id = await queue.add('zapal', { room: 'salon' });
    const signals: AbortSignal[] = [];
    const answer = Promise.withResolvers<object>();
    const run = (_: string, signal: AbortSignal) => {
      signals.push(signal);
      return answer.promise;
    };
    const { told, worker } = work(queue, run);
    await expect.poll(() => signals).toHaveLength(1);
    return { server, queue, id, run, signals, answer, told, worker };
  }

  test('goes on, and its answer is written down when Redis is back', async () => {
    const { server, queue, id, signals, answer, told } = await calling();
    await server.kill();
    await server.restart();
    await expect.poll(() => told).toContain('LOST');
    // The worker's connection is back; the queue has its own.
    await queue.redis.ping();
    const next = await queue.add('zgaś', { room: 'salon' });
    answer.resolve({ is: 'paid' });
    await expect
      .poll(() => queue.find(id))
      .toMatchObject({
        ...{ status: 'completed', attempts: 1, result: { is: 'paid' } },
      });
    await expect.poll(async () => (await queue.find(next)).status).toBe('completed');
    expect(signals).toHaveLength(2);
    expect(told.filter((line) => line.includes('ended'))).toEqual([]);
  });

  test('and has its answer while Redis is away, is not made again', async () => {
    const { server, queue, id, signals, answer } = await calling();
    await server.kill();
    answer.resolve({ is: 'paid' });
    await server.restart();
    await expect
      .poll(() => queue.find(id))
      .toMatchObject({
        ...{ status: 'completed', attempts: 1, result: { is: 'paid' } },
      });
    expect(signals).toHaveLength(1);
  });

  test('and finds no model while Redis is away, waits on', async () => {
    const { server, queue, id, signals, answer } = await calling();
    await server.kill();
    answer.reject(new ModelUnavailable('circuit_open'));
    await server.restart();
    await expect.poll(() => signals.length).toBeGreaterThan(1);
    expect((await queue.find(id)).status).toMatch(/^(queued|processing)$/);
    expect(await queue.redis.hget(queueKeys(queue.keyPrefix).record(id), 'failures')).toBe('0');
  });

  test('is broken off where it was erased before', async () => {
    const { server, queue, id, signals, told } = await calling();
    await queue.redis.del(queueKeys(queue.keyPrefix).said(id));
    await server.kill();
    await server.restart();
    await expect.poll(() => signals[0]?.aborted).toBe(true);
    await expect.poll(() => told).toContain('expired');
    expect(signals).toHaveLength(1);
  });

  test('is broken off by a stop', async () => {
    const { server, signals, worker } = await calling();
    await server.kill();
    await worker.stop();
    expect(signals[0]?.aborted).toBe(true);
  });
});

test('who is the owner no more can write nothing', async () => {
  const queue = await open();
  const id = await queue.add('zapal');
  const keys = queueKeys(queue.keyPrefix);
  await queue.redis.hset(keys.owner, 'token', 'of another replica', 'until', 0);
  const [[entryId] = ['']] = await queue.redis.xrange(keys.waiting, '-', '+');
  const scripts = bindOwnerScripts(queue.redis, { keys, token: 'mine' });
  const told = { status: 'completed', ended: 1, keptMs: 1, result: '{}' } as const;
  for (const write of [
    () => scripts.begin(id, { attempts: 1, started: 1 }),
    () => scripts.putBack(id, { attempts: 1, failures: 1 }),
    () => scripts.end({ entryId, queueId: id }, told),
    () => scripts.called(id, { tries: 1, next: 'delivered' }),
  ]) {
    await expect(write()).rejects.toThrow(/^LOST/);
  }
  expect(await queue.find(id)).toMatchObject({ status: 'queued', attempts: 0 });
});

test('what is erased while it is worked on leaves no answer behind', async () => {
  const queue = await open();
  const id = await queue.add('zapal');
  const begun = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<object>();
  const { told } = work(queue, () => {
    begun.resolve();
    return answer.promise;
  });
  await begun.promise;
  const { redis, keyPrefix } = queue;
  const signal = new AbortController().signal;
  expect(await eraseRequests(redis, { keyPrefix, isTheirs: () => true, signal })).toBe(1);
  answer.resolve({ heard: 'of somebody' });
  await expect.poll(() => told).toEqual(['processing', 'expired']);
  const found = await queue.find(id);
  expect(found).toMatchObject({ status: 'expired' });
  expect(found).not.toHaveProperty('result');
});

test('an answer that was paid for is written down though memory is full', async () => {
  const { redis } = await startOwnRedis();
  await redis.ping();
  const keyPrefix = '';
  const queue = createRequestQueue({
    ...{ redis, keyPrefix, ttlMs: 60_000, keptMs: 60_000, most: 1000 },
    ...{ events: noTrouble, clock: systemClock },
  });
  onTestFinished(() => queue.close());
  const transcript = { text: 'zapal', frameId: 'a', language: 'pl' };
  const added = await queue.add({ transcript, priority: 5 }, 'circuit_open');
  if (added.kind !== 'queued') throw new Error(added.kind);
  const { queueId } = added;
  const keys = queueKeys(keyPrefix);
  const token = await createOwnership({
    ...{ redis, names: { owner: keys.owner, consumer: 'one' }, leaseMs: 60_000, silenceMs: 5000 },
  }).acquire(new AbortController().signal);
  const scripts = bindOwnerScripts(redis, { keys, token });
  expect(await scripts.begin(queueId, { attempts: 1, started: 1 })).toContain('zapal');
  await redis.config('SET', 'maxmemory', '1');
  await expect(redis.set('more', 'of it')).rejects.toThrow(/^OOM/);
  const [[entryId] = ['']] = await redis.xrange(keys.waiting, '-', '+');
  const told = { status: 'completed', ended: 1, keptMs: 60_000, result: '{"is":"paid"}' } as const;
  expect(await scripts.end({ entryId, queueId }, told)).toBe('completed');
  expect(await queue.find(queueId)).toMatchObject({ status: 'completed', result: { is: 'paid' } });
});

test('one that fails again and again is given up, and holds up nobody', async () => {
  const queue = await open();
  const bad = await queue.add('bad', { priority: 9 });
  const good = await queue.add('good');
  const { told } = work(queue, async (text) => {
    if (text === 'bad') throw new Error('a defect');
    return {};
  });
  await expect.poll(async () => (await queue.find(good)).status).toBe('completed');
  expect((await queue.find(bad)).status).not.toBe('failed');
  await expect.poll(() => queue.find(bad)).toMatchObject({ status: 'failed', attempts: 3 });
  expect(told.filter((line) => line.endsWith('a defect'))).toEqual([1, 2, 3].map((n) => `${n}: a defect`));
  expect(await queue.redis.exists(queueKeys(queue.keyPrefix).said(bad))).toBe(0);
});

test('an outage blames nobody, however long it lasts, and the first of the line tries', async () => {
  const queue = await open();
  const ids = [await queue.add('first', { priority: 9 }), await queue.add('second')];
  const tried: string[] = [];
  let isOut = true;
  const { told } = work(queue, async (text) => {
    tried.push(text);
    if (isOut) throw new ModelUnavailable('circuit_open');
    return {};
  });
  await expect.poll(() => tried.length).toBeGreaterThanOrEqual(4);
  expect([...new Set(tried)]).toEqual(['first']);
  // Nobody hears of each try.
  expect(told).toEqual(['processing', 'queued']);
  isOut = false;
  for (const id of ids) {
    await expect.poll(() => queue.find(id)).toMatchObject({ status: 'completed', attempts: 1 });
  }
  expect(told.filter((line) => line.includes(':'))).toEqual([]);
});

test('one for whom every model is in trouble holds up nobody for ever, and is given up where others are answered', async () => {
  const queue = await open();
  const poison = await queue.add('poison', { priority: 9 });
  const { worker } = work(
    queue,
    async (text) => {
      if (text === 'poison') throw new ModelUnavailable('timeout');
      return {};
    },
    { maxFailures: 2 },
  );
  const good = await queue.add('good');
  await expect.poll(async () => (await queue.find(good)).status).toBe('completed');
  expect((await queue.find(poison)).status).not.toBe('failed');
  // By others, over the streams.
  await expect
    .poll(async () => {
      worker.wake('answer');
      return (await queue.find(poison)).status;
    })
    .toBe('failed');
});

test('a limit holds up whom it is for, and nobody else', async () => {
  const queue = await open();
  const limited = await queue.add('limited', { priority: 9 });
  const other = await queue.add('other');
  let times = 0;
  work(queue, async (text) => {
    if (text === 'limited' && times++ === 0) throw new ModelUnavailable('rate_limited', 700);
    return {};
  });
  await expect.poll(async () => (await queue.find(other)).status).toBe('completed');
  await expect.poll(() => queue.find(limited)).toMatchObject({ status: 'completed', attempts: 1 });
  const [one, two] = [await queue.find(limited), await queue.find(other)];
  expect(Number(one.ended)).toBeGreaterThan(Number(two.ended));
});

describe('when the process dies', () => {
  /** A replica that dies at work on so many. */
  async function die(queue: Awaited<ReturnType<typeof open>>, atWork: number): Promise<void> {
    let begun = 0;
    const { disconnect } = work(queue, () => {
      begun += 1;
      return new Promise(() => undefined);
    });
    await expect.poll(() => begun).toBe(atWork);
    disconnect();
  }

  const failuresOf = (queue: Awaited<ReturnType<typeof open>>, id: string) =>
    queue.redis.hget(queueKeys(queue.keyPrefix).record(id), 'failures');

  test('at work on several requests, none is blamed, and each is worked on alone', async () => {
    const queue = await open();
    const ids = await Promise.all(['one', 'two', 'three'].map((text) => queue.add(text)));
    await die(queue, ids.length);
    let inWork = 0;
    const atOnce: number[] = [];
    const { told } = work(queue, async () => {
      inWork += 1;
      atOnce.push(inWork);
      await sleep(20);
      inWork -= 1;
      return {};
    });
    for (const id of ids) await expect.poll(() => queue.find(id)).toMatchObject({ status: 'completed' });
    expect(atOnce).toEqual([1, 1, 1]);
    expect(told.filter((line) => line.includes(':'))).toEqual([]);
    for (const id of ids) expect(await failuresOf(queue, id)).toBe('0');
  });

  test('at work on one alone, that one is blamed, and keeps its place', async () => {
    const queue = await open();
    const id = await queue.add('first', { priority: 9 });
    await die(queue, 1);
    await queue.add('second');
    const order: string[] = [];
    const { told } = work(queue, async (text) => {
      order.push(text);
      return {};
    });
    await expect.poll(() => order).toEqual(['first', 'second']);
    expect(told).toContain('1: the process died, or lost the queue, while it worked on this request alone');
    expect(await failuresOf(queue, id)).toBe('1');
  });

  test('at work on the same one again, others are worked on before it is tried once more', async () => {
    const queue = await open();
    const id = await queue.add('first', { priority: 9 });
    await die(queue, 1);
    await die(queue, 1);
    await queue.add('second');
    const order: string[] = [];
    work(queue, async (text) => {
      order.push(text);
      return {};
    });
    await expect.poll(() => order).toEqual(['second', 'first']);
    expect(await failuresOf(queue, id)).toBe('2');
  });

  test('each time at work on the same one, that is given up', async () => {
    const queue = await open();
    const id = await queue.add('poison');
    for (let death = 0; death < 3; death += 1) await die(queue, 1);
    work(queue, async () => ({}));
    await expect.poll(() => queue.find(id)).toMatchObject({ status: 'failed', attempts: 3 });
  });
});

test('what a stop leaves no time for waits on, and is blamed for nothing', async () => {
  const queue = await open();
  const id = await queue.add('slow');
  const begun = Promise.withResolvers<void>();
  const { worker } = work(
    queue,
    (_, signal) => {
      begun.resolve();
      return sleep(60_000, {}, { signal });
    },
    { drainMs: 50 },
  );
  await begun.promise;
  await worker.stop();
  expect((await queue.find(id)).status).toBe('queued');
  expect(await queue.redis.hget(queueKeys(queue.keyPrefix).record(id), 'failures')).toBe('0');
  work(queue, async () => ({ is: 'done' }));
  await expect.poll(() => queue.find(id)).toMatchObject({ status: 'completed', result: { is: 'done' } });
});

test('what is said in one room is understood in its order', async () => {
  const queue = await open();
  const order: string[] = [];
  let inRoom = 0;
  for (const text of ['one', 'two', 'three']) await queue.add(text, { room: 'salon' });
  work(queue, async (text) => {
    inRoom += 1;
    expect(inRoom).toBe(1);
    await sleep(10);
    inRoom -= 1;
    order.push(text);
    return {};
  });
  await expect.poll(() => order).toEqual(['one', 'two', 'three']);
});

test('a machine whose clock is wrong by a day gives nobody up before the time', async () => {
  const queue = await open();
  const id = await queue.add('zapal');
  let isOut = true;
  work(
    queue,
    async () => {
      if (isOut) throw new ModelUnavailable('circuit_open');
      return {};
    },
    {},
    { clock: { ...systemClock, now: () => Date.now() + 86_400_000 } },
  );
  await expect.poll(() => queue.redis.hget(queueKeys(queue.keyPrefix).record(id), 'started')).not.toBeNull();
  await sleep(500);
  expect((await queue.find(id)).status).not.toBe('expired');
  isOut = false;
  await expect.poll(async () => (await queue.find(id)).status).toBe('completed');
});

test('a machine whose clock is a day behind gives up whoever waited too long, though it is not his turn', async () => {
  const queue = await open({ ttlMs: 1500 });
  const keys = queueKeys(queue.keyPrefix);
  // One that may wait for longer is tried as long as models are out.
  await queue.redis.persist(keys.said(await queue.add('first', { priority: 9 })));
  for (const text of ['second', 'third']) await queue.add(text);
  const out = async () => {
    throw new ModelUnavailable('circuit_open');
  };
  const { told } = work(queue, out, {}, { clock: { ...systemClock, now: () => Date.now() - 86_400_000 } });
  await expect.poll(() => queue.redis.xlen(keys.waiting)).toBe(1);
  expect(told.filter((line) => line === 'expired')).toHaveLength(2);
});

test('whoever was to be called when the owner died is called by the next one', async () => {
  const queue = await open();
  const id = await queue.add('zapal', { callbackUrl: 'http://hook.example/' });
  const begun = Promise.withResolvers<void>();
  const first = work(
    queue,
    async () => ({}),
    {},
    {
      callBack: () => {
        begun.resolve();
        return new Promise(() => undefined);
      },
    },
  );
  await begun.promise;
  expect(await queue.find(id)).toMatchObject({ status: 'completed', callback: 'pending' });
  first.disconnect();
  const calls: string[] = [];
  work(
    queue,
    async () => ({}),
    {},
    {
      callBack: async (url, { body }) => {
        calls.push(`${url} ${JSON.parse(body)['queue_id']}`);
        return {};
      },
    },
  );
  await expect.poll(() => queue.find(id)).toMatchObject({ callback: 'delivered' });
  expect(calls).toEqual([`http://hook.example/ ${id}`]);
});

test('whoever is to be called again is called by a machine whose clock is a day behind as well', async () => {
  const queue = await open();
  const id = await queue.add('zapal', { callbackUrl: 'http://hook.example/' });
  const run = async () => ({});
  const first = work(
    queue,
    run,
    { callTries: 2 },
    { callBack: async () => ({ problem: 'it answered 503' }) },
  );
  await expect.poll(() => first.told).toContain('again');
  await first.worker.stop();
  const clock = { ...systemClock, now: () => Date.now() - 86_400_000 };
  work(queue, run, { callTries: 2 }, { clock, callBack: async () => ({}) });
  await expect.poll(() => queue.find(id)).toMatchObject({ callback: 'delivered' });
});

test('a stop waits for a call that was begun, so that nobody is called twice', async () => {
  const queue = await open();
  const id = await queue.add('zapal', { callbackUrl: 'http://hook.example/' });
  const begun = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<object>();
  const callBack: CallBack = () => {
    begun.resolve();
    return taken.promise;
  };
  const { worker } = work(queue, async () => ({}), { drainMs: 10_000 }, { callBack });
  await begun.promise;
  const stopped = worker.stop();
  await queue.redis.ping();
  taken.resolve({});
  await stopped;
  expect(await queue.find(id)).toMatchObject({ callback: 'delivered' });
});

describe('a host that takes calls and never answers', () => {
  const DEAD = 'http://dead.example/';

  /** Calls that end by themselves, but at the dead host. */
  function calling() {
    const taken: string[] = [];
    let most = 0;
    let held = 0;
    const callBack: CallBack = async (url, { signal }) => {
      if (url !== DEAD) {
        taken.push(url);
        return {};
      }
      held += 1;
      most = Math.max(most, held);
      await sleep(60_000, undefined, { signal });
      return {};
    };
    return { taken, callBack, most: () => most };
  }

  test('holds up two calls at once and nobody else', async () => {
    const queue = await open();
    for (let index = 0; index < 12; index += 1) {
      await queue.add(`dead ${index}`, { priority: 9, callbackUrl: DEAD });
    }
    const id = await queue.add('alive', { priority: 0, callbackUrl: 'http://alive.example/' });
    const { callBack, taken, most } = calling();
    work(queue, async () => ({}), { drainMs: 50 }, { callBack });
    await expect.poll(() => queue.find(id)).toMatchObject({ callback: 'delivered' });
    expect(taken).toEqual(['http://alive.example/']);
    expect(most()).toBe(2);
  });

  test('holds up nobody either who was due after more of its calls than are looked through at once', async () => {
    const queue = await open();
    const keys = queueKeys(queue.keyPrefix);
    const times = { created: Date.now(), expires: Date.now() + 60_000 };
    const ended = { status: 'completed', priority: 5, attempts: 1, callback: 'pending', ...times };
    const enter = queue.redis.pipeline();
    for (let index = 0; index < 1200; index += 1) {
      enter.hset(keys.record(`dead-${index}`), { ...ended, callback_url: DEAD });
      enter.zadd(keys.callbacks, 1, `dead-${index}`);
    }
    enter.hset(keys.record('alive'), { ...ended, callback_url: 'http://alive.example/' });
    enter.zadd(keys.callbacks, 2, 'alive');
    await enter.exec();
    const { callBack, taken, most } = calling();
    work(queue, async () => ({}), { drainMs: 50 }, { callBack });
    await expect.poll(() => taken).toEqual(['http://alive.example/']);
    expect(most()).toBe(2);
    // Nobody is forgotten.
    await expect.poll(() => queue.redis.zcard(keys.callbacks)).toBe(1200);
  });
});

test.each([
  ['who never answers is called so often and no more', { problem: 'it answered 503' }, ['again', 'given_up']],
  ['who does not want to be called is not again', { problem: 'gone', isLasting: true }, ['given_up']],
])('%s', async (_, answer, outcomes) => {
  const queue = await open();
  const id = await queue.add('zapal', { callbackUrl: 'http://hook.example/' });
  const { told } = work(queue, async () => ({}), { callTries: 2 }, { callBack: async () => answer });
  await expect.poll(() => queue.find(id)).toMatchObject({ status: 'completed', callback: 'given_up' });
  await expect.poll(() => told.filter((line) => line === 'again' || line === 'given_up')).toEqual(outcomes);
  expect(await queue.redis.zcard(queueKeys(queue.keyPrefix).callbacks)).toBe(0);
  expect(await queue.redis.hget(queueKeys(queue.keyPrefix).record(id), 'callback_url')).toBeNull();
});

test('nobody is called any more where an operator has taken that back', async () => {
  const queue = await open();
  const id = await queue.add('zapal', { callbackUrl: 'http://hook.example/' });
  work(queue, async () => ({}));
  await expect.poll(() => queue.find(id)).toMatchObject({ status: 'completed', callback: 'given_up' });
});
