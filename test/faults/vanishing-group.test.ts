import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startOwnRedis } from '../support/own-redis.ts';
import { keepReplica, STREAMS, startReplica } from '../support/replica.ts';
import {
  expectPublishedOnceInOrder,
  type Said,
  say,
  smallTalk,
  untilPublished,
  untilSettled,
} from '../support/said.ts';

test('FLUSHALL in mid-flow: everything said after it is published once', async () => {
  const { url, redis } = await startOwnRedis();
  const replicas = [startReplica({ url, consumer: 'one' }), startReplica({ url, consumer: 'two' })];
  let said: Said[] = [];
  for (let round = 0; round < 4; round += 1) {
    await say(redis, smallTalk(3000, { every: 2 }));
    await untilPublished(redis, 500);
    await redis.flushall();
    said = await say(redis, smallTalk(1000));
    await untilSettled(redis);
    await expectPublishedOnceInOrder(redis, said);
  }
  for (const replica of replicas) expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

async function destroyGroup(redis: Redis): Promise<void> {
  expect(await redis.xgroup('DESTROY', STREAMS.input, STREAMS.group)).toBe(1);
}

test('a group destroyed in mid-flow: nothing comes twice, nothing is left out', async () => {
  const { url, redis } = await startOwnRedis();
  const replicas = [startReplica({ url, consumer: 'one' }), startReplica({ url, consumer: 'two' })];
  const said = await say(redis, smallTalk(8000, { every: 2 }));
  for (const published of [1000, 3000, 5000, 7000]) {
    await untilPublished(redis, published);
    await destroyGroup(redis);
  }
  await untilPublished(redis, said.length);
  await untilSettled(redis);
  for (const replica of replicas) expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('a group destroyed and the owner killed at the same moment: nothing comes twice', async () => {
  const { url, redis } = await startOwnRedis();
  const said = await say(redis, smallTalk(4000, { every: 2 }));
  const first = startReplica({ url, consumer: 'one' });
  await untilPublished(redis, 1500);
  await Promise.all([first.kill(), destroyGroup(redis)]);

  const second = startReplica({ url, consumer: 'two' });
  await untilPublished(redis, said.length);
  await untilSettled(redis);
  expect(await second.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('a group destroyed while a slow room holds the cursor back: what other rooms got is not repeated', async () => {
  const { url, redis } = await startOwnRedis();
  const said = await say(redis, ['wait 3000', ...smallTalk(800)]);
  const replica = startReplica({ url, consumer: 'one' });
  await untilPublished(redis, 700);
  await destroyGroup(redis);

  await untilPublished(redis, said.length);
  await untilSettled(redis);
  expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('an owner killed after it made the group anew: the next one knows what comes again', async () => {
  const { url, redis } = await startOwnRedis();
  const said = await say(redis, ['wait 60000', ...smallTalk(6000)]);
  const options = { url, highWaterMark: 8000 };
  const first = startReplica({ ...options, consumer: 'one' });
  // All but what the slow room said behind its first sentence.
  await untilPublished(redis, 5700);
  await destroyGroup(redis);
  const repeats = `${STREAMS.keyPrefix}v1:repeats:${STREAMS.group}:${STREAMS.input}`;
  while ((await redis.exists(repeats)) === 0);
  await first.kill();
  expect((await redis.xinfo('GROUPS', STREAMS.input)) as unknown[]).toHaveLength(1);

  const published = await redis.xlen(STREAMS.output);
  const second = startReplica({ ...options, consumer: 'two' });
  await second.tells('skipped');
  await second.kill();
  expect(await redis.xlen(STREAMS.output)).toBe(published);
  await redis.xdel(STREAMS.input, said[0]?.id ?? '');
  const third = startReplica({ ...options, consumer: 'three' });
  await untilPublished(redis, said.length - 1);
  await untilSettled(redis);
  said.push(...(await say(redis, smallTalk(50))));
  await untilSettled(redis);
  expect(await redis.exists(repeats)).toBe(0);
  expect(await third.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said.slice(1));
});

test('a stream that is deleted and begun anew under traffic: everything said after it is published once', async () => {
  const { url, redis } = await startOwnRedis();
  const replica = startReplica({ url, consumer: 'one' });
  await say(redis, smallTalk(3000, { every: 2 }));
  await untilPublished(redis, 1000);
  await redis.del(STREAMS.input, STREAMS.output);
  const said = await say(redis, smallTalk(1000));

  await untilPublished(redis, said.length);
  await untilSettled(redis);
  expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('scripts, group and output gone together with the process restarting: it finds its feet', async () => {
  const { url, redis } = await startOwnRedis();
  const replica = keepReplica({ url, consumer: 'one' });
  const before = await say(redis, smallTalk(2000));
  await untilPublished(redis, before.length);
  await redis.script('FLUSH');
  await redis.flushall();
  const said = await say(redis, ['die', ...smallTalk(200)]);
  await untilPublished(redis, said.length - 1, 60_000);
  await untilSettled(redis);
  await sleep(100);
  await replica.stop();
  await expectPublishedOnceInOrder(redis, said.slice(1));
});
