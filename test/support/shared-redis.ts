import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPrivateRedis } from '../../src/redis/private-redis.ts';
import { startRedisCluster } from './cluster.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Redis that all tests of the project share; each keeps to a key prefix of its own. */
    redisUrl: string;
  }
}

/**
 * One Redis for all test files of the project, in a temporary folder, gone at the end. With `TEST_REDIS_CLUSTER=true` it is a
 * cluster of three.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'llm-intent-test-'));
  const isCluster = process.env['TEST_REDIS_CLUSTER'] === 'true';
  const redis = isCluster
    ? await startRedisCluster({ folder: dataDir })
    : await startPrivateRedis({ dataDir });
  project.provide('redisUrl', redis.url);
  return async () => {
    await redis.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
