import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { answered, openConnection } from '../../src/redis/connection.ts';
import { sentinelUrl } from '../../src/redis-address.ts';
import { makeCertificate } from '../support/certificate.ts';
import { runCommand, startCommand } from '../support/command.ts';
import { freeze } from '../support/freeze.ts';
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
import { startTcpProxy } from '../support/tcp-proxy.ts';

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

test('who is told of the new master while it searches for it finds it', async () => {
  const { master, replica, sentinel, name } = await startWatchedRedis();
  const [host = '', port] = sentinel.split(':');
  const proxy = await startTcpProxy({ host, port: Number(port) });
  const [asker, listener] = [new Redis(Number(port), host), new Redis(Number(port), host)];
  const redis = openConnection({
    url: sentinelUrl({ sentinels: [`127.0.0.1:${proxy.port}`], name }),
    ...{ key: 'said', name: 'test' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(async () => {
    for (const each of [redis, asker, listener]) each.disconnect();
    await proxy.close();
  });
  await redis.set('said', 'before');
  // It listens to the Sentinel as well.
  await expect.poll(() => asker.client('LIST')).toContain('cmd=subscribe');
  await listener.subscribe('+switch-master');
  const told = once(listener, 'message');
  const searchedFrom = once(redis, 'connecting').then(() => performance.now());
  const delayMs = 700;
  proxy.delayReplies(delayMs);
  await expect.poll(() => asker.call('SENTINEL', 'failover', name)).toBe('OK');
  await told;
  const comesAt = performance.now() + delayMs;
  await master.redis.client('KILL', 'TYPE', 'normal');

  expect(await redis.set('said', 'here')).toBe('OK');
  expect(await replica.redis.get('said')).toBe('here');
  // A search takes more than one answer: the news came in the midst of it.
  expect(await searchedFrom).toBeLessThan(comesAt);
});

test('a Sentinel that is away puts no lines of the library into the log', async () => {
  const { sentinel, name } = await startWatchedRedis();
  const printed = vi.spyOn(console, 'error').mockReturnValue(undefined);
  onTestFinished(() => printed.mockRestore());
  const sentinels = [sentinel, '127.0.0.1:1'];
  const redis = openConnection({
    ...{ url: sentinelUrl({ sentinels, name }), key: 'said', name: 'test' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  const missed = once(redis, 'sentinelError', { signal: AbortSignal.timeout(20_000) });
  expect(await redis.set('said', 'here')).toBe('OK');
  // It is listened to as well, as far as it can be.
  expect(await missed).toEqual([
    expect.objectContaining({ message: expect.stringContaining('ECONNREFUSED') }),
  ]);
  expect(printed.mock.calls).toEqual([]);
});

test('a Sentinel that hangs is passed over', async () => {
  const { master, sentinel, name } = await startWatchedRedis();
  // It takes connections and never answers.
  const hanging = createServer().listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  const { port } = hanging.address() as AddressInfo;
  const redis = openConnection({
    url: sentinelUrl({ sentinels: [`127.0.0.1:${port}`, sentinel], name }),
    ...{ key: 'said', name: 'test' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => {
    redis.disconnect();
    hanging.close();
  });
  await redis.set('said', 'here');
  expect(await master.redis.get('said')).toBe('here');
});

test('who waits for an answer gets it, though no Sentinel tells of a master for longer than one may take', async () => {
  const { sentinel, sentinelPid, name } = await startWatchedRedis();
  const thaw = freeze(sentinelPid);
  onTestFinished(thaw);
  const redis = openConnection({
    ...{ url: sentinelUrl({ sentinels: [sentinel], name }), key: 'said', name: 'test' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  const answer = answered(redis.set('said', 'here'), {
    ...{ redis, limitMs: 100, signal: AbortSignal.timeout(30_000) },
  });
  await sleep(1000);
  thaw();
  expect(await answer).toBe('OK');
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

test('Sentinels are asked over TLS and with a password, where they want that', async () => {
  const guard = { ...(await makeCertificate()), password: 'a-secret' };
  const { sentinel, name } = await startWatchedRedis(guard);
  const asked = {
    ...{ REDIS_SENTINELS: sentinel, REDIS_MASTER_NAME: name, NODE_EXTRA_CA_CERTS: guard.certificate },
    ...{ REDIS_SENTINEL_TLS: 'true', REDIS_SENTINEL_PASSWORD: guard.password },
  };
  const [right, wrong] = [asked, { ...asked, REDIS_SENTINEL_PASSWORD: 'another' }].map(
    (environment) => startCommand(['mode', '--json'], environment).finished,
  );
  expect(await right).toMatchObject({ code: 0, errors: '', output: expect.stringContaining('"full"') });
  expect(await wrong).toMatchObject({ code: 1, errors: expect.stringContaining('WRONGPASS') });
});
