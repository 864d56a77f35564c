import { once } from 'node:events';
import { expect, inject, onTestFinished, test } from 'vitest';
import { answered, connected, openConnection } from '../../src/redis/connection.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { onOneRedis } from '../support/shared.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const never = new AbortController().signal;

async function connectThroughProxy() {
  const proxy = await startTcpProxy({ port: Number(new URL(inject('redisUrl')).port) });
  onTestFinished(() => proxy.close());
  const redis = openConnection({
    url: `redis://127.0.0.1:${proxy.port}`,
    ...{ key: 'test', name: 'test' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  await connected(redis, never);
  return { proxy, redis };
}

onOneRedis('its nodes send a client past a proxy')(
  'a connection whose other end went silent is replaced, and the answer comes over the new one',
  async () => {
    const { proxy, redis } = await connectThroughProxy();
    proxy.blackhole(true);
    const answer = answered(redis.ping(), { redis, limitMs: 100, signal: never });
    await once(redis, 'close');
    proxy.blackhole(false);
    expect(await answer).toBe('PONG');
  },
);

onOneRedis('its nodes send a client past a proxy')(
  'a wait for an answer can be given up while the connection waits to reconnect',
  async () => {
    const { proxy, redis } = await connectThroughProxy();
    await proxy.refuse(true);
    if (redis.status !== 'reconnecting') await once(redis, 'reconnecting');
    const givenUp = new AbortController();
    const answer = answered(redis.ping(), { redis, limitMs: 100, signal: givenUp.signal });
    // Closed for good meanwhile, which settles nothing.
    redis.disconnect();
    givenUp.abort(new Error('the session is over'));
    await expect(answer).rejects.toThrow('the session is over');
  },
);

test('what a demoted master refuses is sent again over a new connection, until a master answers', async () => {
  const own = await startOwnRedis();
  const redis = openConnection({
    url: own.url,
    ...{ key: 'test', name: 'test' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  await connected(redis, never);
  await own.redis.call('REPLICAOF', '127.0.0.1', '1');
  const script = "#!lua\nreturn redis.call('INCR', KEYS[1])";
  const refused = Promise.all([redis.incr('written'), redis.eval(script, 1, 'written')]);
  await once(redis, 'close');
  await once(redis, 'ready');
  await once(redis, 'close');
  await own.redis.call('REPLICAOF', 'NO', 'ONE');
  expect((await refused).map(Number).sort()).toEqual([1, 2]);
});
