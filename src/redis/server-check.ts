import type { Redis } from 'ioredis';
import { Mistake } from '../intent/mistake.ts';
import { unlessAborted } from '../waiting.ts';

/** The scripts declare their flags, which Redis knows since this version. */
const OLDEST_MAJOR = 7;

/**
 * Looks whether a Redis is of the kind that its address says.
 *
 * @throws Mistake that says which setting to use; the signal's reason when it is aborted first
 */
export async function requireKind(
  redis: Redis,
  { isOfCluster, signal }: { isOfCluster: boolean; signal: AbortSignal },
): Promise<void> {
  const mode = field(await unlessAborted(redis.info('server'), signal), 'redis_mode');
  if (mode === 'cluster' && !isOfCluster) {
    throw new Mistake(
      'the Redis at REDIS_URL is a node of a cluster: name the nodes by REDIS_CLUSTER_NODES=host:port,host:port',
    );
  }
  if (mode === 'sentinel') {
    throw new Mistake(
      'the Redis at REDIS_URL is a Sentinel: name it by REDIS_SENTINELS=host:port, and its master by REDIS_MASTER_NAME',
    );
  }
}

/**
 * Looks whether every Redis is one that this service can rely on.
 *
 * @returns warnings for the operator, each once; empty when all is well
 * @throws an error when a version is too old
 */
export async function checkServers(all: readonly Redis[]): Promise<string[]> {
  return [...new Set((await Promise.all(all.map(checkServer))).flat())];
}

async function checkServer(redis: Redis): Promise<string[]> {
  const version = field(await redis.info('server'), 'redis_version');
  const major = Number(version?.split('.')[0]);
  if (major < OLDEST_MAJOR) {
    throw new Error(`Redis ${version} is too old: ${OLDEST_MAJOR}.0 or later is needed`);
  }
  const policy = field(await redis.info('memory'), 'maxmemory_policy');
  if (policy === undefined || policy === 'noeviction') return [];
  return [
    `this Redis may evict what it holds (maxmemory-policy ${policy}): transcripts, answers and budgets can vanish; set maxmemory-policy noeviction`,
  ];
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}
