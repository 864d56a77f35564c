import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type PrivateRedis, startPrivateRedis } from '../../src/redis/private-redis.ts';
import { clusterUrl } from '../../src/redis-address.ts';
import { freePort } from './free-port.ts';

const MASTERS = 3;
const SLOTS = 16_384;
/** Milliseconds of silence after which the others take a node for dead, once all know each other. */
const NODE_TIMEOUT_MS = 2000;
/** Until then: a replica of a master that is slow to answer on a busy machine would take its place. */
const FIRST_NODE_TIMEOUT_MS = 30_000;
const PATIENCE_MS = 30_000;
const POLL_MS = 20;

export interface ClusterNode {
  readonly port: number;
  readonly pid: number;
  /** For the test's own commands to this node. */
  readonly redis: Redis;
  readonly id: string;
  /** `kill -9` */
  kill(): void;
}

/** A Redis Cluster of three masters on loopback, each with so many replicas. */
export interface RedisCluster {
  /** As `clusterUrl` writes it. */
  readonly url: string;
  /** Masters first, then their replicas in the same order. */
  readonly nodes: readonly ClusterNode[];
  /** The master of a key's slot, as it was at the start. */
  masterOf(key: string): Promise<ClusterNode>;
  /** The first replica of a master, as it was at the start. */
  replicaOf(master: ClusterNode): ClusterNode;
  stop(): Promise<void>;
}

/**
 * @param folder in which every node keeps its data
 */
export async function startRedisCluster({
  folder,
  replicas = 0,
  extraArguments = [],
}: {
  folder: string;
  replicas?: number;
  /** More of each node's command line. */
  extraArguments?: readonly string[];
}): Promise<RedisCluster> {
  const servers = await Promise.all(
    Array.from({ length: MASTERS * (1 + replicas) }, async (_, index) =>
      startPrivateRedis({
        dataDir: join(folder, String(index)),
        appendonly: false,
        extraArguments: [
          ...['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())],
          ...['--cluster-node-timeout', String(FIRST_NODE_TIMEOUT_MS)],
          ...['--cluster-replica-validity-factor', '0'],
          ...['--repl-diskless-sync-delay', '0'],
          ...extraArguments,
        ],
      }),
    ),
  );
  const nodes = await Promise.all(servers.map(toNode));
  async function stop(): Promise<void> {
    for (const { redis } of nodes) redis.disconnect();
    await Promise.all(servers.map((server) => server.stop()));
  }
  try {
    await acquaint(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  const masters = nodes.slice(0, MASTERS);
  const [first] = masters as [ClusterNode];
  return {
    url: clusterUrl({ nodes: masters.map(({ port }) => `127.0.0.1:${port}`) }),
    nodes,
    async masterOf(key) {
      return masters[Math.floor((await first.redis.cluster('KEYSLOT', key)) / slotsEach)] as ClusterNode;
    },
    replicaOf(master) {
      const replica = nodes[MASTERS + nodes.indexOf(master)];
      if (!replica) throw new Error('it has no replica');
      return replica;
    },
    stop,
  };
}

const slotsEach = Math.ceil(SLOTS / MASTERS);

async function toNode({ port, pid }: PrivateRedis): Promise<ClusterNode> {
  const redis = new Redis({ port, retryStrategy: () => 100, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  const id = String(await redis.cluster('MYID'));
  return { port, pid, redis, id, kill: () => process.kill(pid, 'SIGKILL') };
}

/** Gives the slots out, makes all nodes known to each other, and waits until all agree. */
async function acquaint(nodes: readonly ClusterNode[]): Promise<void> {
  const masters = nodes.slice(0, MASTERS);
  const [first] = nodes as [ClusterNode];
  for (const [index, { redis }] of masters.entries()) {
    const from = index * slotsEach;
    await redis.call('CLUSTER', 'ADDSLOTSRANGE', from, Math.min(from + slotsEach, SLOTS) - 1);
    await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
  }
  for (const { port, redis } of nodes.slice(1)) {
    const bus = String(((await redis.config('GET', 'cluster-port')) as string[])[1]);
    await first.redis.call('CLUSTER', 'MEET', '127.0.0.1', port, bus);
  }
  for (const { redis } of nodes) {
    await until(() => redis.cluster('INFO'), `cluster_known_nodes:${nodes.length}\r`);
  }
  for (const [index, { redis }] of nodes.slice(MASTERS).entries()) {
    await redis.cluster('REPLICATE', (masters[index % MASTERS] as ClusterNode).id);
  }
  for (const { redis } of nodes) await until(() => redis.cluster('INFO'), 'cluster_state:ok');
  for (const { redis } of nodes.slice(MASTERS)) {
    await until(() => redis.info('replication'), 'master_link_status:up');
  }
  for (const { redis } of nodes) await redis.config('SET', 'cluster-node-timeout', NODE_TIMEOUT_MS);
}

/** Waits until what a node tells has such a word in it. */
async function until(ask: () => Promise<string>, word: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (let told = await ask(); !told.includes(word); told = await ask()) {
    if (performance.now() > end) throw new Error(`no "${word}" in time: ${told}`);
    await sleep(POLL_MS);
  }
}
