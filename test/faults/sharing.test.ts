import type { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import { startOwnRedis } from '../support/own-redis.ts';
import { inputsOf, type Replica, STREAMS, startReplica } from '../support/replica.ts';
import { expectPublishedOnceInOrder, say, smallTalk, untilPublished, untilSettled } from '../support/said.ts';

const INPUTS = inputsOf(4);

/** Who owns how many of the streams. */
async function shares(redis: Redis): Promise<Record<string, number>> {
  const now = Date.now();
  const owners = await Promise.all(
    INPUTS.map((input) =>
      redis.hmget(`${STREAMS.keyPrefix}v1:owner:${STREAMS.group}:${input}`, 'consumer', 'until'),
    ),
  );
  const counts: Record<string, number> = {};
  for (const [consumer, until] of owners) {
    if (consumer && Number(until) > now) counts[consumer] = (counts[consumer] ?? 0) + 1;
  }
  return counts;
}

function start(url: string, consumer: string): Replica {
  return startReplica({ url, consumer, leaseMs: 600, highWaterMark: 500, inputs: INPUTS.length });
}

async function untilShared(redis: Redis, expected: Readonly<Record<string, number>>): Promise<void> {
  await vi.waitFor(async () => expect(await shares(redis)).toEqual(expected), {
    timeout: 20_000,
    interval: 20,
  });
}

test('replicas come and go while 20,000 transcripts are said on four streams: nothing is lost, doubled or mixed up', async () => {
  const { url, redis } = await startOwnRedis();
  const one = start(url, 'one');
  await untilShared(redis, { one: 4 });
  const two = start(url, 'two');
  await untilShared(redis, { one: 2, two: 2 });

  const said = await say(redis, smallTalk(20_000), INPUTS);
  await untilPublished(redis, 4000);
  await two.kill();
  await untilPublished(redis, 9000);
  const three = start(url, 'three');
  await untilPublished(redis, 14_000);
  for (const input of INPUTS) await untilSettled(redis, { input });
  await untilShared(redis, { one: 2, three: 2 });

  for (const replica of [one, three]) expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
  // What was handed over was handed over in peace.
  expect(one.told.filter(({ event }) => event === 'interrupted')).toEqual([]);
});

test('a stream too many stays where it is: it is not handed round', async () => {
  const { url, redis } = await startOwnRedis();
  const replicas = ['one', 'two', 'three'].map((consumer) => start(url, consumer));
  const counts = async (): Promise<number[]> => Object.values(await shares(redis)).sort();
  await vi.waitFor(async () => expect(await counts()).toEqual([1, 1, 2]), { timeout: 20_000, interval: 20 });
  const changes = (): number => replicas.flatMap(({ told }) => told).length;
  // Who is asked has three looks' time to give.
  let before = -1;
  await vi.waitFor(
    () => {
      const after = changes();
      const isQuiet = after === before;
      before = after;
      expect(isQuiet).toBe(true);
    },
    { timeout: 20_000, interval: 1500 },
  );
  expect(await counts()).toEqual([1, 1, 2]);
});

test('what is in work when a stream is handed over is finished where it was begun, however slow it is', async () => {
  const { url, redis } = await startOwnRedis();
  const one = start(url, 'one');
  await untilShared(redis, { one: 4 });
  // Longer than a stop would wait: see `replica-process.ts`.
  const slow = Array.from({ length: 60 }, () => 'wait 400');
  const said = await say(redis, slow, INPUTS);
  await untilPublished(redis, 1);
  const two = start(url, 'two');
  for (const input of INPUTS) await untilSettled(redis, { input });
  await untilShared(redis, { one: 2, two: 2 });
  await expectPublishedOnceInOrder(redis, said);
  const broken = [one, two].flatMap(({ told }) => told).filter(({ event }) => event !== 'started');
  expect(new Set(broken.map(({ event }) => event))).toEqual(new Set(['owner', 'standby']));
});
