import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Cluster, Redis } from 'ioredis';
import { inject, test } from 'vitest';
import { type ClusterAddress, readClusterUrl } from '../../src/redis-address.ts';

/** What names of one test start with: no other test's do, and on a cluster all lie together. */
export function ownName(): string {
  return `{${randomUUID()}}`;
}

/**
 * A connection to the Redis that all tests share, for the test's own commands. On a cluster it is a client that finds every
 * key, and none of ours, so that it tells what is there whatever ours believe.
 */
export function connectShared(): Redis {
  const cluster = sharedCluster();
  if (!cluster) return new Redis(inject('redisUrl'));
  const client = new Cluster([...cluster.nodes]);
  const keys = async (pattern: string): Promise<string[]> => {
    if (client.status !== 'ready') await once(client, 'ready');
    return (await Promise.all(client.nodes('master').map((node) => node.keys(pattern)))).flat();
  };
  return Object.assign(client, { keys }) as unknown as Redis;
}

/**
 * For what a test does that no cluster allows, or that it would have to do to each node.
 *
 * @param reason told with the name of the test that is skipped because of it
 */
export function onOneRedis(
  reason: string,
): (name: string, run: () => Promise<void> | void, timeoutMs?: number) => void {
  if (!sharedCluster()) return test;
  return (name) => test.skip(`${name} (not on a cluster: ${reason})`, () => undefined);
}

function sharedCluster(): ClusterAddress | undefined {
  return readClusterUrl(inject('redisUrl'));
}

/**
 * Tells a program of ours where the Redis is that all tests share, and on a cluster under which names it finds room there.
 *
 * @param name what the names start with
 */
export function whereRedisIs(name = ownName()): Readonly<Record<string, string>> {
  const cluster = sharedCluster();
  if (!cluster) return { REDIS_URL: inject('redisUrl') };
  return {
    REDIS_CLUSTER_NODES: cluster.nodes.map(({ host, port }) => `${host}:${port}`).join(','),
    ...{ KEY_PREFIX: `${name}:`, INPUT_STREAM: `${name}:in`, OUTPUT_STREAM: `${name}:out` },
    ...{ DLQ_STREAM: `${name}:dlq`, LLM_INTENT_BRIDGE__OUTPUT: `${name}:executed` },
  };
}
