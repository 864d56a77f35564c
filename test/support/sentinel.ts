import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { findRedisServer } from '../../src/redis/find-redis-server.ts';
import type { Certificate } from './certificate.ts';
import { freePort } from './free-port.ts';
import { type OwnRedis, startOwnRedis } from './own-redis.ts';
import { temporaryFolder } from './temporary-folder.ts';

const NAME = 'home';

/** A master, a replica of it, and a Sentinel that makes the replica the master when the master is gone. */
export interface WatchedRedis {
  readonly master: OwnRedis;
  readonly replica: OwnRedis;
  /** `127.0.0.1:4711` */
  readonly sentinel: string;
  readonly sentinelPid: number;
  /** What the Sentinel calls the master. */
  readonly name: string;
}

/** What a Sentinel wants of whoever asks it. */
interface Guard extends Certificate {
  readonly password: string;
}

/** @param guard absent: it answers everybody, in plain text */
export async function startWatchedRedis(guard?: Guard): Promise<WatchedRedis> {
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
    `${guard ? guarded(port, guard) : `port ${port}`}
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
  await knowsTheReplica({ port, child, guard });
  return { master, replica, sentinel: `127.0.0.1:${port}`, sentinelPid: child.pid as number, name: NAME };
}

function guarded(port: number, { certificate, key, password }: Guard): string {
  return `port 0
tls-port ${port}
tls-cert-file "${certificate}"
tls-key-file "${key}"
tls-ca-cert-file "${certificate}"
tls-auth-clients no
requirepass ${password}`;
}

async function knowsTheReplica({
  port,
  child,
  guard,
}: {
  port: number;
  child: ChildProcess;
  guard: Guard | undefined;
}): Promise<void> {
  const redis = new Redis(port, '127.0.0.1', {
    retryStrategy: () => 50,
    ...(guard && { password: guard.password, tls: { ca: await readFile(guard.certificate) } }),
  });
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
