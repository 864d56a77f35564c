import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { ledgerKeys } from '../../src/budget/ledger-keys.ts';
import { readClusterUrl } from '../../src/redis-address.ts';
import { type ClusterNode, type RedisCluster, startRedisCluster } from '../support/cluster.ts';
import { freeze } from '../support/freeze.ts';
import {
  anExpense,
  books,
  metered,
  opened,
  reserve,
  startLedger,
  type TestLedger,
} from '../support/ledger.ts';
import { STREAMS, startReplica } from '../support/replica.ts';
import {
  expectPublishedOnceInOrder,
  readAll,
  type Said,
  smallTalk,
  untilPublished,
  untilSettled,
} from '../support/said.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function startCluster(): Promise<RedisCluster> {
  const cluster = await startRedisCluster({ folder: await temporaryFolder(), replicas: 1 });
  onTestFinished(() => cluster.stop());
  return cluster;
}

/** From now on nothing that a master acknowledges reaches its replica. @returns kills the master, and lets the replica go on */
async function cutOff(master: ClusterNode, replica: ClusterNode): Promise<() => void> {
  const thaw = freeze(replica.pid);
  onTestFinished(thaw);
  await master.redis.call('CLIENT', 'KILL', 'TYPE', 'replica');
  return () => {
    master.kill();
    thaw();
  };
}

/** What says things on the cluster, as an upstream of somebody else would: until it is acknowledged. */
function createUpstream({ url }: RedisCluster): (texts: readonly string[]) => Promise<Said[]> {
  const client = new Cluster([...(readClusterUrl(url)?.nodes ?? [])], {
    // Or it would wait for a node that hangs for as long as that does.
    slotsRefreshInterval: 300,
  });
  client.on('error', () => undefined);
  onTestFinished(() => client.disconnect());
  let count = 0;

  async function add(text: string, room: string): Promise<string> {
    for (;;) {
      const id = await client.xadd(STREAMS.input, '*', 'transcript', text, 'room', room).catch(() => null);
      if (id !== null) return id;
    }
  }
  return async (texts) => {
    const said: Said[] = [];
    for (const text of texts) {
      count += 7;
      const room = `room ${count % 20}`;
      said.push({ id: await add(text, room), input: STREAMS.input, room, text });
    }
    return said;
  };
}

test('a master of a cluster that dies is replaced by its replica: what Redis still has is answered once and in order', async ({
  annotate,
}) => {
  const cluster = await startCluster();
  const master = await cluster.masterOf(STREAMS.input);
  const replica = cluster.replicaOf(master);
  const processors = ['one', 'two'].map((consumer) =>
    startReplica({ url: cluster.url, consumer, leaseMs: 600 }),
  );
  await Promise.race(processors.map((processor) => processor.tells('owner')));
  const say = createUpstream(cluster);

  // Some are still in work when the copying ends.
  const slow = Array.from({ length: 30 }, () => 'wait 60');
  const copied = await say([...smallTalk(970), ...slow]);
  await master.redis.wait(1, 10_000);
  const killMaster = await cutOff(master, replica);
  const notCopied = await say(smallTalk(200));
  await untilPublished(master.redis, 1100);
  const heard = await readAll(master.redis, STREAMS.output);
  killMaster();
  const killedAt = performance.now();
  const first = await say(smallTalk(1));
  const backAfterMs = performance.now() - killedAt;
  const after = [...first, ...(await say(smallTalk(500)))];
  expect(await replica.redis.info('replication')).toContain('role:master');
  await untilSettled(replica.redis);
  for (const processor of processors) expect(await processor.stop()).toBe(0);

  const left = new Set((await readAll(replica.redis, STREAMS.input)).map(({ id }) => id));
  const isLeft = ({ id }: Said): boolean => left.has(id);
  // All that had been copied, and all that the new master took.
  expect([...copied, ...after].filter((one) => !isLeft(one))).toEqual([]);
  const survived = [...copied, ...notCopied, ...after].filter(isLeft);
  await expectPublishedOnceInOrder(replica.redis, survived);

  const published = await readAll(replica.redis, STREAMS.output);
  const kept = new Set(published.map(({ id }) => id));
  const again = heard.filter(
    ({ id, fields }) => !kept.has(id) && left.has(fields['source_message_id'] ?? ''),
  );
  await annotate(
    `of ${copied.length + notCopied.length + after.length} acknowledged transcripts Redis lost ${
      notCopied.filter((one) => !isLeft(one)).length
    } of the ${notCopied.length} that were not copied, and no other; ${again.length} answers that somebody may have read were given again; transcripts were taken again ${Math.round(backAfterMs)} ms after the kill`,
  );
});

test('streams whose slot is moved to another node, and a node that hangs, hold a service up and nothing else', async ({
  annotate,
}) => {
  const cluster = await startCluster();
  const from = await cluster.masterOf(STREAMS.input);
  const to = cluster.nodes.slice(0, 3).find((node) => node !== from) as ClusterNode;
  const processor = startReplica({ url: cluster.url, consumer: 'one', leaseMs: 600 });
  await processor.tells('owner');
  const say = createUpstream(cluster);
  const said = await say(smallTalk(300));
  const saying = say(smallTalk(600));
  await moveSlot(cluster, { key: STREAMS.input, from, to });
  said.push(...(await saying));
  await untilSettled(to.redis);
  await expectPublishedOnceInOrder(to.redis, said);

  await to.redis.wait(1, 10_000);
  const hungAt = performance.now();
  onTestFinished(freeze(to.pid));
  said.push(...(await say(smallTalk(300))));
  const backAfterMs = performance.now() - hungAt;
  const { redis: replica } = cluster.replicaOf(to);
  await untilSettled(replica);
  await expectPublishedOnceInOrder(replica, said);
  expect(await processor.stop()).toBe(0);
  await annotate(`transcripts were taken again ${Math.round(backAfterMs)} ms after the master froze`);
});

/** As `redis-cli --cluster reshard` does it, key by key. */
async function moveSlot(
  { nodes }: RedisCluster,
  { key, from, to }: { key: string; from: ClusterNode; to: ClusterNode },
): Promise<void> {
  const slot = await from.redis.cluster('KEYSLOT', key);
  await to.redis.cluster('SETSLOT', slot, 'IMPORTING', from.id);
  await from.redis.cluster('SETSLOT', slot, 'MIGRATING', to.id);
  for (;;) {
    const [first] = await from.redis.cluster('GETKEYSINSLOT', slot, 1);
    if (first === undefined) break;
    await from.redis.migrate('127.0.0.1', to.port, first, 0, 5000);
    // So that something comes in between.
    await sleep(50);
  }
  for (const { redis } of [to, from, ...nodes.slice(0, 3)]) {
    await redis.cluster('SETSLOT', slot, 'NODE', to.id);
  }
}

/** Spends in small amounts until the budget says no. @returns what it was billed in all */
async function spendAll(ledger: TestLedger): Promise<number> {
  let billed = 0;
  for (;;) {
    const expense = anExpense(60);
    const verdict = await reserve(ledger, expense, { withinMs: 500 });
    if (verdict === 'reserved') {
      await sleep(1);
      billed += 40;
      ledger.settle(expense.id, metered(40));
    } else if (verdict === 'ledger_unavailable') {
      await sleep(20);
    } else {
      return billed;
    }
  }
}

test('the budget of a cluster is never exceeded, whatever the master that kept the books took along', async ({
  annotate,
}) => {
  const cluster = await startCluster();
  const [keyPrefix, cap] = ['home:', 30_000];
  const key = ledgerKeys(keyPrefix).state;
  const master = await cluster.masterOf(key);
  const replica = cluster.replicaOf(master);
  const start = (consumer: string): Promise<TestLedger> =>
    startLedger({ url: cluster.url, keyPrefix, cap, consumer });
  const ledgers = [await start('one'), await start('two')];
  await Promise.all(ledgers.map(opened));
  const spending = Promise.all(ledgers.map(spendAll));
  const committedOn = async ({ redis }: ClusterNode): Promise<number> => {
    const { spent, reserved } = await books(redis, keyPrefix);
    return spent + reserved;
  };

  await expect.poll(() => committedOn(master)).toBeGreaterThan(2000);
  const killMaster = await cutOff(master, replica);
  const copied = await committedOn(master);
  await expect.poll(() => committedOn(master)).toBeGreaterThan(copied + 2000);
  const lost = (await committedOn(master)) - copied;
  killMaster();

  const billed = (await spending).reduce((sum, each) => sum + each, 0);
  expect(await replica.redis.info('replication')).toContain('role:master');
  expect(billed).toBeLessThanOrEqual(cap);
  expect(await committedOn(replica)).toBeGreaterThanOrEqual(billed);
  expect(await committedOn(replica)).toBeLessThanOrEqual(cap);
  await annotate(`of ${cap} Redis lost about ${lost} that was booked; ${billed} were billed in all`);
});
