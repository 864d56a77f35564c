import type { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import { freeze } from '../support/freeze.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { type Replica, type ReplicaOptions, STREAMS, startReplica } from '../support/replica.ts';
import { expectPublishedOnceInOrder, say, smallTalk, untilPublished, untilSettled } from '../support/said.ts';

const OWNER = `${STREAMS.keyPrefix}v1:owner:${STREAMS.group}:${STREAMS.input}`;

/** The replica that owns the stream, once one does. */
async function owner(redis: Redis, replicas: readonly Replica[]): Promise<Replica> {
  return vi.waitFor(
    async () => {
      const consumer = await redis.hget(OWNER, 'consumer');
      const found = replicas.find((replica) => replica.consumer === consumer);
      if (!found) throw new Error(`no replica owns the stream, ${consumer} does`);
      return found;
    },
    { timeout: 10_000, interval: 5 },
  );
}

test('an owner killed again and again loses, doubles and mixes up none of 20,000 transcripts', async () => {
  const { url, redis } = await startOwnRedis();
  const said = await say(redis, smallTalk(20_000));
  const options = (consumer: string): ReplicaOptions => ({ url, consumer, leaseMs: 300, highWaterMark: 500 });
  let replicas = [startReplica(options('one')), startReplica(options('two'))];

  const kills = 12;
  for (let kill = 1; kill <= kills; kill += 1) {
    await untilPublished(redis, (said.length / (kills + 1)) * kill);
    const victim = await owner(redis, replicas);
    await victim.kill();
    replicas = replicas.map((replica) =>
      replica === victim ? startReplica(options(victim.consumer)) : replica,
    );
  }

  await untilSettled(redis);
  for (const replica of replicas) expect(await replica.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('an owner frozen past its lease does no harm when it thaws', async () => {
  const { url, redis } = await startOwnRedis();
  const first = startReplica({ url, consumer: 'one' });
  await first.tells('owner');
  const second = startReplica({ url, consumer: 'two' });
  const said = await say(redis, smallTalk(5000, { every: 2 }));
  await untilPublished(redis, 1000);

  const thaw = freeze(first.pid);
  await second.tells('owner');
  said.push(...(await say(redis, smallTalk(1000))));
  await untilPublished(redis, 3000);
  thaw();
  await first.tells('interrupted');
  said.push(...(await say(redis, smallTalk(1000))));

  await untilSettled(redis);
  expect(await first.stop()).toBe(0);
  expect(await second.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('a standby takes over within the lease and a second after the owner was killed', async () => {
  const { url, redis } = await startOwnRedis();
  const leaseMs = 1000;
  const first = startReplica({ url, consumer: 'one', leaseMs });
  await first.tells('owner');
  const second = startReplica({ url, consumer: 'two', leaseMs });
  const said = await say(redis, smallTalk(100));
  await untilSettled(redis);

  const killed = performance.now();
  await first.kill();
  said.push(...(await say(redis, smallTalk(1))));
  await untilPublished(redis, said.length);
  const tookMs = performance.now() - killed;

  process.stdout.write(`takeover after kill -9: ${Math.round(tookMs)} ms at a lease of ${leaseMs} ms\n`);
  expect(tookMs).toBeLessThan(leaseMs + 1000);
  expect(await second.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});

test('SIGTERM in mid-batch: what takes too long stays pending, and another replica does it', async () => {
  const { url, redis } = await startOwnRedis();
  const first = startReplica({ url, consumer: 'one' });
  const slow = Array.from({ length: 3 }, () => 'wait 2000');
  const said = await say(redis, [...smallTalk(300), ...slow, ...smallTalk(500)]);
  await untilPublished(redis, 300);

  expect(await first.stop()).toBe(0);
  const published = await redis.xlen(STREAMS.output);
  const [pending] = (await redis.xpending(STREAMS.input, STREAMS.group)) as [number];
  expect(pending).toBeGreaterThanOrEqual(slow.length);
  expect(published + pending).toBe(said.length);

  const second = startReplica({ url, consumer: 'two' });
  await untilSettled(redis);
  expect(await second.stop()).toBe(0);
  await expectPublishedOnceInOrder(redis, said);
});
