import type { Redis } from 'ioredis';

/** The scripts declare their flags, which Redis knows since this version. */
const OLDEST_MAJOR = 7;

/**
 * Looks whether a Redis is one that this service can rely on.
 *
 * @returns warnings for the operator; empty when all is well
 * @throws an error when its version is too old
 */
export async function checkServer(redis: Redis): Promise<string[]> {
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
