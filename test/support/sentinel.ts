import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { findRedisServer } from '../../src/redis/find-redis-server.ts';
import { type OwnRedis, startOwnRedis } from './own-redis.ts';
import { temporaryFolder } from './temporary-folder.ts';

const NAME = 'home';

/** A master, a replica of it, and a Sentinel that makes the replica the master when the master is gone. */
export interface WatchedRedis {
  readonly master: OwnRedis;
  readonly replica: OwnRedis;
  /** `127.0.0.1:4711` */
  readonly sentinel: string;
  /** What the Sentinel calls the master. */
  readonly name: string;
}

export async function startWatchedRedis(): Promise<WatchedRedis> {
  const master = await startOwnRedis();
  const replica = await startOwnRedis({
    extraArguments: ['--replicaof', '127.0.0.1', String(master.port), '--repl-diskless-sync-delay', '0'],
  });
  await expect
    .poll(() => replica.redis.info('replication'), { timeout: 20_000 })
    .toContain('master_link_status:up');
  const port = await freePort();
  const file = join(await temporaryFolder(), 'sentinel.conf');
  await writeFile(
    file,
    `port ${port}
bind 127.0.0.1
sentinel monitor ${NAME} 127.0.0.1 ${master.port} 1
sentinel down-after-milliseconds ${NAME} 500
sentinel failover-timeout ${NAME} 5000
`,
  );
  const child = spawn(await findRedisServer(), [file, '--sentinel'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await knowsTheReplica(port, child);
  return { master, replica, sentinel: `127.0.0.1:${port}`, name: NAME };
}

async function knowsTheReplica(port: number, child: ChildProcess): Promise<void> {
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 50 });
  redis.on('error', () => undefined);
  try {
    await expect
      .poll(
        async () => {
          if (child.exitCode !== null) throw new Error(`the Sentinel ended with ${child.exitCode}`);
          return (await redis.call('SENTINEL', 'replicas', NAME)) as unknown[];
        },
        { timeout: 20_000 },
      )
      .toHaveLength(1);
  } finally {
    redis.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
