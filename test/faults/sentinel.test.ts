import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openConnection } from '../../src/redis/connection.ts';
import { sentinelUrl } from '../../src/redis-address.ts';
import { runCommand } from '../support/command.ts';
import { STREAMS, startReplica } from '../support/replica.ts';
import {
  expectPublishedOnceInOrder,
  readAll,
  say,
  smallTalk,
  untilPublished,
  untilSettled,
} from '../support/said.ts';
import { startWatchedRedis } from '../support/sentinel.ts';

test('a master that dies is replaced by its replica: all that reached the replica is answered once and in order', async () => {
  const { master, replica, sentinel, name } = await startWatchedRedis();
  const url = sentinelUrl({ sentinels: [sentinel], name });
  const processor = startReplica({ url, consumer: 'one', leaseMs: 600 });
  await processor.tells('owner');
  const said = await say(
    master.redis,
    smallTalk(3000).map((text, index) => (index % 10 === 0 ? 'wait 5' : text)),
  );
  await master.redis.wait(1, 10_000);
  await untilPublished(master.redis, 500);
  await master.kill();

  await expect.poll(() => replica.redis.info('replication'), { timeout: 20_000 }).toContain('role:master');
  await untilSettled(replica.redis);
  expect(await processor.stop()).toBe(0);
  await expectPublishedOnceInOrder(replica.redis, said);
});

test('a Sentinel that hangs is passed over', async () => {
  const { master, sentinel, name } = await startWatchedRedis();
  // It takes connections and never answers.
  const hanging = createServer().listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  const { port } = hanging.address() as AddressInfo;
  const redis = openConnection({
    url: sentinelUrl({ sentinels: [`127.0.0.1:${port}`, sentinel], name }),
    name: 'test',
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => {
    redis.disconnect();
    hanging.close();
  });
  await redis.set('said', 'here');
  expect(await master.redis.get('said')).toBe('here');
});

test('the commands find the master by its Sentinel as well', async () => {
  const { master, sentinel, name } = await startWatchedRedis();
  const processor = startReplica({ url: master.url, consumer: 'one' });
  await processor.tells('owner');
  const sent = await runCommand(['send', 'zgaś światło', '--room', 'salon'], {
    ...{ REDIS_SENTINELS: sentinel, REDIS_MASTER_NAME: name },
    ...{ INPUT_STREAM: STREAMS.input, OUTPUT_STREAM: STREAMS.output, DLQ_STREAM: STREAMS.deadLetters },
  });
  expect(sent).toMatchObject({ code: 0, errors: '' });
  expect((await readAll(master.redis, STREAMS.output)).map(({ fields }) => fields['transcript'])).toEqual([
    'zgaś światło',
  ]);
});
