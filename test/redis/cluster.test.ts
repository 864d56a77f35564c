import { hash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, type Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connected, openConnection } from '../../src/redis/connection.ts';
import { clusterUrl } from '../../src/redis-address.ts';
import { makeCertificate } from '../support/certificate.ts';
import { type RedisCluster, startRedisCluster } from '../support/cluster.ts';
import { runCommand, startCommand } from '../support/command.ts';
import { freePort } from '../support/free-port.ts';
import { liveThroughAll } from '../support/live-through-all.ts';
import { startOwnRedis } from '../support/own-redis.ts';

const STREAMS = {
  ...{ INPUT_STREAM: '{voice}:transcribed', OUTPUT_STREAM: '{voice}:intents:recognized' },
  ...{ DLQ_STREAM: '{voice}:transcribed:dlq', LLM_INTENT_BRIDGE__OUTPUT: '{voice}:ha:actions:executed' },
};
const ACL = join(import.meta.dirname, '../../config/redis-acl.conf');
const signal = AbortSignal.timeout(60_000);

let folder: string;
let cluster: RedisCluster;
const password = randomUUID();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llm-intent-cluster-'));
  const users = join(folder, 'acl.conf');
  await writeFile(users, forCluster(await readFile(ACL, 'utf8')));
  cluster = await startRedisCluster({ folder, extraArguments: ['--include', users] });
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** The users of the file as docs/operations.md says that a cluster wants them; the test itself is `default`. */
function forCluster(rules: string): string {
  return rules
    .replaceAll(/\w+_PASSWORD_SHA256/g, hash('sha256', password))
    .replace('user default off', '')
    .replaceAll(
      /~(voice:transcribed|intents:recognized|ha:actions:executed)/g,
      (_, stream: string) => `~{voice}:${stream.replace('voice:', '')}`,
    )
    .replaceAll('~llm-intent:v1:bridge:*', '~llm-intent:{voice}:v1:bridge:*')
    .replaceAll('+auth', '+auth +cluster|keyslot +cluster|slots');
}

function open(key: string, url = cluster.url): { redis: Redis; lost: string[] } {
  const lost: string[] = [];
  const events = { lost: ({ message }: Error) => lost.push(message), ready: () => undefined };
  const redis = openConnection({ url, key, name: 'test', events });
  onTestFinished(() => redis.disconnect());
  return { redis, lost };
}

test('a connection leads to the master of its key, for whatever is sent over it', async () => {
  const ports = new Set<number>();
  for (const key of ['{a}', '{b}', '{c}']) {
    const { redis, lost } = open(key);
    await connected(redis, signal);
    const master = await cluster.masterOf(key);
    expect(await redis.multi().set(`${key}:1`, 'x').set(`${key}:2`, 'y').exec()).toHaveLength(2);
    expect(await master.redis.get(`${key}:2`)).toBe('y');
    expect(await redis.info('server')).toContain(`tcp_port:${master.port}\r`);
    expect(lost).toEqual([]);
    ports.add(master.port);
  }
  expect(ports.size).toBe(3);
});

test('a slot that moves takes its connections along: nothing is lost, and nothing done twice', async () => {
  const { redis } = open('{moves}');
  await connected(redis, signal);
  const from = await cluster.masterOf('{moves}');
  const to = cluster.nodes.find(({ id }) => id !== from.id) as (typeof cluster.nodes)[number];
  const slot = await redis.cluster('KEYSLOT', '{moves}');
  const counts: Promise<number>[] = [];
  const counting = setInterval(() => counts.push(redis.incr('{moves}:count')), 1);
  try {
    await redis.set('{moves}:other', 'x');
    await to.redis.cluster('SETSLOT', slot, 'IMPORTING', from.id);
    await from.redis.cluster('SETSLOT', slot, 'MIGRATING', to.id);
    for (const key of ['{moves}:other', '{moves}:count']) {
      await from.redis.migrate('127.0.0.1', to.port, key, 0, 5000);
    }
    for (const { redis: node } of [to, from, ...cluster.nodes]) {
      await node.cluster('SETSLOT', slot, 'NODE', to.id);
    }
    await expect.poll(() => to.redis.get('{moves}:count').then(Number)).toBeGreaterThan(counts.length);
  } finally {
    clearInterval(counting);
  }
  const all = await Promise.all(counts);
  expect(all.toSorted((one, other) => one - other)).toEqual(all.map((_, index) => index + 1));
  expect(await to.redis.get('{moves}:count')).toBe(String(all.length));
});

test('one of the nodes named is enough, and one that is not there does no harm', async () => {
  const [, node] = cluster.nodes;
  const url = clusterUrl({ nodes: ['127.0.0.1:1', `127.0.0.1:${node?.port}`] });
  const { redis, lost } = open('key', url);
  await connected(redis, signal);
  expect(await redis.set('key', 'here')).toBe('OK');
  expect(lost).toEqual([]);
});

test('says what keeps it from a cluster of which no node answers', async () => {
  const { redis } = open('key', clusterUrl({ nodes: ['127.0.0.1:1'] }));
  await expect(connected(redis, signal)).rejects.toThrow(
    /no node of the cluster says who serves key: .*ECONNREFUSED/,
  );
});

test('a Redis of another kind at the address of one node is no reason to give up while the others are away', async () => {
  const { port } = await startOwnRedis();
  const { redis, lost } = open('key', clusterUrl({ nodes: ['127.0.0.1:1', `127.0.0.1:${port}`] }));
  await expect.poll(() => lost.length).toBeGreaterThan(2);
  expect(lost[0]).toContain('no node of the cluster says who serves key');
  expect(redis.status).toBe('connecting');
});

test('a Redis of another kind than the settings say is refused with the setting to use', async () => {
  const single = await startOwnRedis();
  const [node] = cluster.nodes;
  expect(await runCommand(['stats'], { REDIS_URL: `redis://127.0.0.1:${node?.port}` })).toMatchObject({
    code: 1,
    errors:
      'llm-intent: the Redis at REDIS_URL is a node of a cluster: name the nodes by REDIS_CLUSTER_NODES=host:port,host:port\n',
  });
  const nodes = `127.0.0.1:${single.port}`;
  expect(await runCommand(['stats'], { ...STREAMS, REDIS_CLUSTER_NODES: nodes })).toMatchObject({
    code: 1,
    errors: `llm-intent: the Redis at ${nodes} is no node of a cluster: name it by REDIS_URL in place of REDIS_CLUSTER_NODES\n`,
  });
});

test('the bridge starts with no stream of its own that lies apart from the one it reads', async () => {
  const { LLM_INTENT_BRIDGE__OUTPUT: _, ...others } = STREAMS;
  const bridge = { REDIS_CLUSTER_NODES: '127.0.0.1:1', HA_URL: 'http://127.0.0.1:1', HA_TOKEN: 'token' };
  const { code, errors } = await runCommand(['bridge'], { ...others, ...bridge });
  expect(code).toBe(78);
  expect(errors).toContain(
    'OUTPUT_STREAM={voice}:intents:recognized bridge.output=ha:actions:executed; expected such as ' +
      'OUTPUT_STREAM={voice}:intents:recognized bridge.output={voice}:ha:actions:executed',
  );
});

test('a cluster is reached over TLS where REDIS_URL says so', async () => {
  const { certificate, key } = await makeCertificate();
  const [tlsPort, busPort] = [await freePort(), await freePort()];
  const { redis } = await startOwnRedis({
    extraArguments: [
      ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--tls-port', String(tlsPort)],
      ...['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate],
      ...['--tls-auth-clients', 'no', '--tls-cluster', 'yes'],
    ],
  });
  await redis.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
  await expect.poll(() => redis.cluster('INFO'), { timeout: 10_000 }).toContain('cluster_state:ok');
  const told = await startCommand(['mode', '--json'], {
    ...{ ...STREAMS, REDIS_URL: 'rediss://cluster', NODE_EXTRA_CA_CERTS: certificate },
    REDIS_CLUSTER_NODES: `127.0.0.1:${tlsPort}`,
  }).finished;
  expect(told).toMatchObject({ code: 0, errors: '', output: expect.stringContaining('"full"') });
});

test('everything that a service, a bridge and an operator do is done on a cluster, with the permissions of each', async () => {
  const nodes = cluster.nodes.map(({ port }) => `127.0.0.1:${port}`);
  const own = new Cluster(nodes.map((node) => `redis://${node}`));
  onTestFinished(() => own.disconnect());
  const keys = async (pattern: string): Promise<string[]> =>
    (await Promise.all(cluster.nodes.map(({ redis }) => redis.keys(pattern)))).flat();
  await liveThroughAll({
    redis: Object.assign(own, { keys }) as unknown as Redis,
    whereFor: (user) => ({
      REDIS_CLUSTER_NODES: nodes.join(','),
      REDIS_URL: `redis://${user}:${password}@cluster`,
      ...STREAMS,
    }),
  });
  const homes = cluster.nodes.map(({ redis }) => redis.keys('llm-intent:*'));
  // Rooms share the nodes out among themselves.
  expect((await Promise.all(homes)).map((each) => each.length > 0)).toEqual([true, true, true]);
  const denied = cluster.nodes.map(({ redis }) => redis.call('ACL', 'LOG'));
  expect(await Promise.all(denied)).toEqual([[], [], []]);
}, 120_000);
