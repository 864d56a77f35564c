import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openConnection } from '../../src/redis/connection.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { startReplica } from '../support/replica.ts';
import { expectPublishedOnceInOrder, say, smallTalk, untilPublished, untilSettled } from '../support/said.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

async function startCutOffRedis() {
  const own = await startOwnRedis();
  const proxy = await startTcpProxy({ port: own.port });
  onTestFinished(() => proxy.close());
  return { ...own, proxy, proxyUrl: `redis://127.0.0.1:${proxy.port}` };
}

/** The same numbers from 0 up to 1 in every run (mulberry32). */
function repeatableRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test.each([1, 2, 3])('replies cut by the network double nothing and lose nothing (seed %i)', async (seed) => {
  const { redis, proxy, proxyUrl } = await startCutOffRedis();
  const said = await say(redis, smallTalk(10_000));
  const replica = startReplica({ url: proxyUrl, consumer: 'one', highWaterMark: 300 });
  await replica.tells('owner');
  const random = repeatableRandom(seed);
  let cuts = 0;
  proxy.cutReplies({
    probability: 0.05,
    random() {
      const number = random();
      if (number < 0.05) cuts += 1;
      return number;
    },
  });
  await untilPublished(redis, 8000);
  proxy.cutReplies(undefined);

  await untilSettled(redis);
  expect(cuts).toBeGreaterThan(5);
  expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test.each([0, 1, 5, 100, 4000])('a reply torn after %i bytes comes again', async (afterBytes) => {
  const { redis, proxy, proxyUrl } = await startCutOffRedis();
  const replica = startReplica({ url: proxyUrl, consumer: 'one' });
  await replica.tells('owner');
  const said = await say(redis, smallTalk(500));
  for (let batch = 0; batch < 8; batch += 1) {
    proxy.cutReplies({ afterBytes, times: 1 });
    said.push(...(await say(redis, smallTalk(500))));
    await untilPublished(redis, said.length);
  }

  await untilSettled(redis);
  expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('a network that swallows everything: the standby takes over, and the owner comes back as a standby', async () => {
  const { url, redis, proxy, proxyUrl } = await startCutOffRedis();
  const cutOff = startReplica({ url: proxyUrl, consumer: 'one' });
  await cutOff.tells('owner');
  const near = startReplica({ url, consumer: 'two' });
  const said = await say(redis, smallTalk(5000, { every: 2 }));
  await untilPublished(redis, 1000);

  proxy.blackhole(true);
  await near.tells('owner');
  said.push(...(await say(redis, smallTalk(500))));
  await untilPublished(redis, 3000);
  proxy.blackhole(false);
  await cutOff.tells('interrupted');

  await untilSettled(redis);
  // It works again: once the other one stops, it takes the stream over.
  expect(await near.stop()).toBe(0);
  said.push(...(await say(redis, smallTalk(500))));
  await untilSettled(redis);
  expect(await cutOff.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('a lone replica behind a network that swallowed everything goes on when it is back', async () => {
  const { redis, proxy, proxyUrl } = await startCutOffRedis();
  const replica = startReplica({ url: proxyUrl, consumer: 'one', silenceMs: 500 });
  await replica.tells('owner');
  const said = await say(redis, smallTalk(5000, { every: 2 }));
  await untilPublished(redis, 1000);

  proxy.blackhole(true);
  await sleep(2000);
  said.push(...(await say(redis, smallTalk(500))));
  proxy.blackhole(false);

  await untilSettled(redis);
  expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('a connection is made anew where Redis takes it and then says nothing, though nobody waits for an answer', async () => {
  const { proxy, proxyUrl } = await startCutOffRedis();
  proxy.blackhole(true);
  const ready = vi.fn();
  const redis = openConnection({
    ...{ url: proxyUrl, key: 'said', name: 'test' },
    events: { lost: () => undefined, ready },
  });
  onTestFinished(() => redis.disconnect());
  await once(redis, 'connect');
  // What it asked at its beginning is swallowed, and does not come again.
  await sleep(300);
  proxy.blackhole(false);
  await expect.poll(() => ready.mock.calls).toHaveLength(1);
  expect(await redis.set('said', 'here')).toBe('OK');
});

test('a Redis that refuses connections for a while is waited for', async () => {
  const { redis, proxy, proxyUrl } = await startCutOffRedis();
  const replica = startReplica({ url: proxyUrl, consumer: 'one' });
  await replica.tells('owner');
  const said = await say(redis, smallTalk(5000, { every: 2 }));
  await untilPublished(redis, 1000);
  await proxy.refuse(true);
  await replica.tells('connection lost');
  said.push(...(await say(redis, smallTalk(500))));
  await proxy.refuse(false);

  await untilSettled(redis);
  expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});
