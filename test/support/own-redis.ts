import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { type PrivateRedis, startPrivateRedis } from '../../src/redis/private-redis.ts';
import { isAlive } from './freeze.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  /** For the test's own commands. */
  readonly redis: Redis;
  readonly dataDir: string;
  pid(): number;
  /** `kill -9`; the folder is free again afterwards. */
  kill(): Promise<void>;
  /** Starts it again on what it had written down. */
  restart(): Promise<void>;
}

/** A Redis for one test alone, so that it can be killed, frozen, starved and flushed; gone when the test ends. */
export async function startOwnRedis({
  appendonly = false,
  extraArguments = [] as readonly string[],
} = {}): Promise<OwnRedis> {
  const dataDir = await temporaryFolder();
  let server: PrivateRedis = await startPrivateRedis({ dataDir, appendonly, extraArguments });
  const { url, port } = server;
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on('error', () => undefined);
  onTestFinished(async () => {
    redis.disconnect();
    await server.stop();
  });
  return {
    url,
    port,
    redis,
    dataDir,
    pid: () => server.pid,
    async kill() {
      if (isAlive(server.pid)) process.kill(server.pid, 'SIGKILL');
      await server.stop();
    },
    async restart() {
      server = await startPrivateRedis({ dataDir, port, appendonly, extraArguments });
    },
  };
}
