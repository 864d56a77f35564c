import { expect, test } from 'vitest';
import { startOwnRedis } from '../support/own-redis.ts';
import { keepReplica, STREAMS, startReplica } from '../support/replica.ts';
import {
  expectPublishedOnceInOrder,
  readAll,
  say,
  smallTalk,
  untilPublished,
  untilSettled,
} from '../support/said.ts';

test('of 502 transcripts, the one that throws and the one that kills the process are dead letters, and no other', async () => {
  const { url, redis } = await startOwnRedis();
  const texts = smallTalk(500);
  texts.splice(150, 0, 'boom');
  texts.splice(333, 0, 'die');
  const said = await say(redis, texts);
  const replicas = [keepReplica({ url, consumer: 'one' }), keepReplica({ url, consumer: 'two' })];

  await untilPublished(redis, 500);
  await untilSettled(redis);
  for (const replica of replicas) await replica.stop();

  await expectPublishedOnceInOrder(
    redis,
    said.filter(({ text }) => text !== 'boom' && text !== 'die'),
  );
  const letters = await readAll(redis, STREAMS.deadLetters);
  const told = letters.map(({ fields: { source_id, reason, attempts } }) => ({
    source_id,
    reason,
    attempts,
  }));
  const idOf = (text: string) => said.find((one) => one.text === text)?.id;
  expect(told).toHaveLength(2);
  expect(told).toEqual(
    expect.arrayContaining([
      { source_id: idOf('boom'), reason: 'failed', attempts: '5' },
      { source_id: idOf('die'), reason: 'failed', attempts: '5' },
    ]),
  );
  // Crashes delivered the innocent again and again; none of it is held against them.
  expect(await redis.keys(`${STREAMS.keyPrefix}v1:failures:*`)).toEqual([]);
  // Once with all the others, then alone until it was given up.
  const starts = replicas.map((replica) => replica.starts()).reduce((sum, count) => sum + count);
  expect(starts).toBeLessThanOrEqual(2 + 6);
});

test('a transcript that takes longer than the lease is answered once, by one replica or two', async () => {
  const { url, redis } = await startOwnRedis();
  const replicas = [startReplica({ url, consumer: 'one' }), startReplica({ url, consumer: 'two' })];
  const said = await say(redis, [
    ...smallTalk(200),
    'wait 1800',
    ...smallTalk(200),
    'wait 1200',
    ...smallTalk(200),
  ]);
  await untilPublished(redis, said.length);
  await untilSettled(redis);
  for (const replica of replicas) {
    expect(replica.told.filter(({ event }) => event === 'interrupted')).toEqual([]);
    expect(await replica.stop()).toBe(0);
  }
  await expectPublishedOnceInOrder(redis, said);
});

test('a lone replica that is busy for longer than its lease goes on as the owner', async () => {
  const { url, redis } = await startOwnRedis();
  const replica = startReplica({ url, consumer: 'one' });
  const said = await say(redis, [...smallTalk(200), 'block 1500', ...smallTalk(200)]);
  await untilPublished(redis, said.length);
  await untilSettled(redis);
  expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('a transcript that freezes each owner past its lease is given up in the end, and the others are answered', async () => {
  const { url, redis } = await startOwnRedis();
  const replicas = [startReplica({ url, consumer: 'one' }), startReplica({ url, consumer: 'two' })];
  const said = await say(redis, [...smallTalk(200), 'block 900', ...smallTalk(200)]);
  await untilPublished(redis, 400);
  await untilSettled(redis);
  for (const replica of replicas) expect(await replica.stop()).toBe(0);

  const letters = await readAll(redis, STREAMS.deadLetters);
  expect(letters.map(({ fields }) => [fields['source_id'], fields['reason']])).toEqual([
    [said[200]?.id, 'failed'],
  ]);
  await expectPublishedOnceInOrder(
    redis,
    said.filter(({ text }) => text !== 'block 900'),
  );
});

test('a burst of 100,000 stays in the stream until there is room, and memory stays flat', async () => {
  const { url, redis } = await startOwnRedis();
  const highWaterMark = 700;
  const replica = startReplica({ url, consumer: 'one', highWaterMark });
  await replica.tells('owner');
  let mostPending = 0;
  const watch = setInterval(async () => {
    const [pending] = (await redis.xpending(STREAMS.input, STREAMS.group)) as [number];
    mostPending = Math.max(mostPending, pending);
  }, 10);
  const said = await say(redis, smallTalk(100_000, { every: 500 }));
  await untilPublished(redis, said.length, 120_000);
  await untilSettled(redis);
  clearInterval(watch);

  expect(mostPending).toBeGreaterThan(0);
  expect(mostPending).toBeLessThanOrEqual(highWaterMark);
  expect(await replica.stop()).toBe(0);
  const { peakMemoryMb } = await replica.tells('stopped');
  expect(peakMemoryMb).toBeLessThan(300);
  await expectPublishedOnceInOrder(redis, said);
});

test('a transcript of 100 MB becomes a dead letter, and what stands beside it is answered', async () => {
  const { url, redis } = await startOwnRedis();
  const said = await say(redis, smallTalk(20));
  await redis.xadd(STREAMS.input, '*', 'transcript', '\u0001'.repeat(100_000_000), 'room', 'room 1');
  said.push(...(await say(redis, smallTalk(20))));
  const replica = startReplica({ url, consumer: 'one' });
  await untilPublished(redis, said.length);
  await untilSettled(redis);
  expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
  const [letter] = await readAll(redis, STREAMS.deadLetters);
  expect(letter?.fields['reason']).toBe('oversize');
  expect(letter?.fields['payload_start']).toMatch(/^transcript ./su);
});
