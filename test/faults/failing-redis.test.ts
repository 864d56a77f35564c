import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { freeze } from '../support/freeze.ts';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.ts';
import { STREAMS, startReplica } from '../support/replica.ts';
import {
  expectPublishedOnceInOrder,
  readAll,
  type Said,
  say,
  smallTalk,
  untilPublished,
  untilSettled,
} from '../support/said.ts';

/** The replicas of each test: the first one works, the second one stands by. */
async function startTwo({ url }: OwnRedis) {
  const first = startReplica({ url, consumer: 'one' });
  await first.tells('owner');
  return [first, startReplica({ url, consumer: 'two' })] as const;
}

test('a Redis frozen for four seconds strands nothing', async () => {
  const own = await startOwnRedis();
  const { redis } = own;
  const replicas = await startTwo(own);
  const said = await say(redis, smallTalk(6000, { every: 2 }));
  await untilPublished(redis, 2000);

  const thaw = freeze(own.pid());
  await sleep(4000);
  thaw();
  said.push(...(await say(redis, smallTalk(500))));

  await untilSettled(redis);
  for (const replica of replicas) expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

/** What the input stream holds after a restart: the last writes may be gone, and with them what was said. */
async function stillThere(own: OwnRedis, said: readonly Said[]): Promise<Said[]> {
  const ids = new Set((await readAll(own.redis, STREAMS.input)).map(({ id }) => id));
  return said.filter(({ id }) => ids.has(id));
}

test('a Redis killed and started again on its append-only file: each entry is published once', async () => {
  const own = await startOwnRedis({ appendonly: true });
  const { redis } = own;
  const replicas = await startTwo(own);
  let said = await say(redis, smallTalk(10_000, { every: 2 }));
  for (const threshold of [2000, 5000, 8000]) {
    await untilPublished(redis, threshold);
    await own.kill();
    await own.restart();
    said = await stillThere(own, said);
    said.push(...(await say(redis, smallTalk(200))));
  }

  await untilSettled(redis);
  for (const replica of replicas) expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test.each([1000, 100_000])(
  'an append-only file that lost its last %i bytes: each entry is published once',
  async (lost) => {
    const own = await startOwnRedis({ appendonly: true });
    const { redis, dataDir } = own;
    // Alone, and its lease outlives the restart: nobody but itself can find out what Redis forgot.
    const replica = startReplica({ url: own.url, consumer: 'one', leaseMs: 60_000 });
    const said = await say(redis, smallTalk(6000, { every: 2 }));
    await untilPublished(redis, 3000);

    await own.kill();
    await cutTail(dataDir, lost);
    await own.restart();
    const survivors = await stillThere(own, said);
    expect(survivors.length).toBeGreaterThan(0);
    survivors.push(...(await say(redis, smallTalk(500))));

    await untilSettled(redis);
    expect(await replica.stop()).toBe(0);
    await expectPublishedOnceInOrder(redis, survivors);
  },
);

async function cutTail(dataDir: string, bytes: number): Promise<void> {
  const folder = join(dataDir, 'appendonlydir');
  const file = (await readdir(folder)).find((name) => name.endsWith('.incr.aof'));
  if (!file) throw new Error(`no append-only file in ${folder}`);
  const { size } = await stat(join(folder, file));
  await truncate(join(folder, file), size - bytes);
}

test('a transcript that Redis restarts interrupt again and again is not blamed for them', async () => {
  // Who owned the stream a moment before is not to be forgotten: what Redis loses is another test's matter.
  const own = await startOwnRedis({ appendonly: true, extraArguments: ['--appendfsync', 'always'] });
  const { redis } = own;
  const replica = startReplica({ url: own.url, consumer: 'one' });
  const said = await say(redis, ['wait 3000', ...smallTalk(50)]);
  for (let restart = 0; restart < 7; restart += 1) {
    // From the second time on it is worked on alone, its failure charged beforehand.
    await vi.waitFor(
      async () => {
        expect(replica.told.filter(({ event }) => event === 'owner')).toHaveLength(restart + 1);
        if (restart > 0)
          expect(replica.told.filter(({ event }) => event === 'reclaimed')).toHaveLength(restart);
        else expect(await redis.xlen(STREAMS.output)).toBeGreaterThan(40);
      },
      { timeout: 20_000, interval: 10 },
    );
    await sleep(100);
    await own.kill();
    await own.restart();
  }

  await untilSettled(redis);
  expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('SCRIPT FLUSH in mid-flow costs nothing', async () => {
  const own = await startOwnRedis();
  const { redis } = own;
  const [replica] = await startTwo(own);
  const said = await say(redis, smallTalk(5000, { every: 2 }));
  for (let published = 500; published < said.length; published += 500) {
    await untilPublished(redis, published);
    await redis.script('FLUSH');
  }
  await untilSettled(redis);
  expect(replica.told.filter(({ event }) => event === 'interrupted')).toEqual([]);
  await expectPublishedOnceInOrder(redis, said);
});

test('an output key of the wrong type: nothing is acked until it is a stream again', async () => {
  const own = await startOwnRedis();
  const { redis } = own;
  const [replica] = await startTwo(own);
  const said = await say(redis, smallTalk(3000, { every: 2 }));
  await untilPublished(redis, 1000);

  await redis.multi().rename(STREAMS.output, 'aside').set(STREAMS.output, 'no stream').exec();
  const trouble = await replica.tells('trouble');
  expect(trouble['reason']).toContain(`WRONGTYPE the key ${STREAMS.output} holds a string`);
  const pendingNow = async () => ((await redis.xpending(STREAMS.input, STREAMS.group)) as [number])[0];
  const pending = await pendingNow();
  expect(pending).toBeGreaterThan(0);
  await sleep(500);
  expect(await pendingNow()).toBeGreaterThanOrEqual(pending);
  await redis.rename('aside', STREAMS.output);

  await untilSettled(redis);
  await expectPublishedOnceInOrder(redis, said);
});

test('full memory: nothing is acked until there is room again', async () => {
  const own = await startOwnRedis();
  const { redis } = own;
  const [replica] = await startTwo(own);
  const said = await say(redis, smallTalk(3000, { every: 2 }));
  await untilPublished(redis, 1000);

  await redis.config('SET', 'maxmemory', '1mb');
  const trouble = await replica.tells('trouble');
  expect(trouble['reason']).toContain('OOM');
  const published = await redis.xlen(STREAMS.output);
  // The lease is renewed all the same: nobody else could write either.
  await sleep(1500);
  expect(await redis.xlen(STREAMS.output)).toBe(published);
  expect(replica.told.filter(({ event }) => event === 'interrupted')).toEqual([]);
  await redis.config('SET', 'maxmemory', '0');

  await untilSettled(redis);
  await expectPublishedOnceInOrder(redis, said);
});
