import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { findRedisServer } from '../../src/redis/find-redis-server.ts';
import {
  type PrivateRedis,
  type PrivateRedisOptions,
  startPrivateRedis,
} from '../../src/redis/private-redis.ts';
import { fakeCommands } from '../support/fake-commands.ts';
import { freeze, isAlive } from '../support/freeze.ts';
import { onOneRedis } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function start(options: PrivateRedisOptions): Promise<PrivateRedis> {
  const redis = await startPrivateRedis(options);
  onTestFinished(() => redis.stop());
  return redis;
}

function connect(url: string): Redis {
  const connection = new Redis(url, { maxRetriesPerRequest: 1 });
  connection.on('error', () => undefined);
  onTestFinished(() => connection.disconnect());
  return connection;
}

/** Another process that starts a private Redis on a folder and then does nothing. */
async function startInAnotherProcess(
  dataDir: string,
): Promise<{ readonly holder: number; readonly redis: number }> {
  const module = new URL('../../src/redis/private-redis.ts', import.meta.url);
  const program = `
    const { startPrivateRedis } = await import(${JSON.stringify(module.href)});
    console.log((await startPrivateRedis({ dataDir: ${JSON.stringify(dataDir)} })).pid);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { holder: child.pid as number, redis: Number(line) };
}

const gone = (processId: number) =>
  vi.waitFor(() => expect(isAlive(processId)).toBe(false), { timeout: 10_000, interval: 20 });

test('answers on loopback, refuses to evict, and writes its append-only file every second', async () => {
  const redis = await start({ dataDir: await temporaryFolder() });
  const connection = connect(redis.url);
  expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
  expect(await connection.info('server')).toContain(`process_id:${redis.pid}`);
  const settings = await connection.config(
    'GET',
    'maxmemory-policy',
    'appendonly',
    'appendfsync',
    'save',
    'bind',
  );
  expect(settings).toEqual(
    expect.arrayContaining(['noeviction', 'yes', 'everysec', '127.0.0.1', 'save', '']),
  );
});

test('keeps its data to its owner', async () => {
  const dataDir = join(await temporaryFolder(), 'created', 'on the way');
  await start({ dataDir });
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});

test('finds its data again after a stop and a start', async () => {
  const dataDir = await temporaryFolder();
  const first = await start({ dataDir });
  await connect(first.url).xadd('voice:transcribed', '*', 'transcript', 'zapal światło');
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);

  const second = await start({ dataDir });
  expect(await connect(second.url).xlen('voice:transcribed')).toBe(1);
});

test('finds what was written before a kill, once the second is over', async () => {
  const dataDir = await temporaryFolder();
  const first = await start({ dataDir });
  const connection = connect(first.url);
  await connection.set('key', 'value');
  await vi.waitFor(async () =>
    expect(await connection.info('persistence')).toContain('aof_pending_bio_fsync:0'),
  );
  process.kill(first.pid, 'SIGKILL');
  await gone(first.pid);
  await first.stop();

  const second = await start({ dataDir, port: first.port });
  expect(second.port).toBe(first.port);
  expect(await connect(second.url).get('key')).toBe('value');
});

test('forgets its data without an append-only file', async () => {
  const dataDir = await temporaryFolder();
  const first = await start({ dataDir, appendonly: false });
  await connect(first.url).set('key', 'value');
  await first.stop();
  const second = await start({ dataDir, appendonly: false });
  expect(await connect(second.url).exists('key')).toBe(0);
});

test('takes more of the command line of redis-server', async () => {
  const redis = await start({ dataDir: await temporaryFolder(), extraArguments: ['--maxmemory', '5mb'] });
  expect(await connect(redis.url).config('GET', 'maxmemory')).toEqual(['maxmemory', '5242880']);
});

test('stops a frozen Redis with the help of the kernel', { timeout: 40_000 }, async () => {
  const redis = await start({ dataDir: await temporaryFolder() });
  freeze(redis.pid);
  await redis.stop();
  expect(isAlive(redis.pid)).toBe(false);
});

test('goes down with its parent, even one that is killed', async () => {
  const dataDir = await temporaryFolder();
  const { holder, redis } = await startInAnotherProcess(dataDir);
  expect(isAlive(redis)).toBe(true);
  process.kill(holder, 'SIGKILL');
  await gone(redis);
  // And it cleaned up, so the next one starts at once.
  await vi.waitFor(() => expect(readFile(join(dataDir, 'private-redis.lock'))).rejects.toThrow('ENOENT'));
});

test('has a session of its own, which Ctrl-C in the terminal does not reach', async () => {
  const { holder, redis } = await startInAnotherProcess(await temporaryFolder());
  const sessionOf = async (processId: number) => {
    const status = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => undefined);
    return status?.slice(status.lastIndexOf(')') + 2).split(' ')[3];
  };
  const session = await sessionOf(redis);
  if (session !== undefined) {
    expect(session).not.toBe(await sessionOf(holder));
  }
});

test('refuses a data folder on which another Redis runs, and says where', async () => {
  const dataDir = await temporaryFolder();
  const first = await start({ dataDir });
  await expect(start({ dataDir })).rejects.toThrow(
    new RegExp(`a Redis already runs on this data folder, on port ${first.port} `),
  );
  expect(await connect(first.url).ping()).toBe('PONG');
});

test('lets one of several that start at once on a data folder win', async () => {
  const dataDir = await temporaryFolder();
  const starts = await Promise.allSettled([start({ dataDir }), start({ dataDir }), start({ dataDir })]);
  expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
});

test('takes over the lock of a Redis that died with its supervisor', async () => {
  const dataDir = await temporaryFolder();
  // Process 1 always lives, and nothing listens on port 1: the id was given to another process since.
  await writeFile(join(dataDir, 'private-redis.lock'), '1 1\n');
  const redis = await start({ dataDir });
  expect(await connect(redis.url).ping()).toBe('PONG');
});

test('says what is wrong with a port in use', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await expect(start({ dataDir: await temporaryFolder(), port })).rejects.toThrow(
    new RegExp(`the private Redis on port ${port} did not start; it logged:[\\s\\S]*Address already in use`),
  );
});

test('takes another port where the free one was taken meanwhile', async () => {
  const folder = await temporaryFolder();
  const redisServer = await findRedisServer();
  const bin = await fakeCommands(folder, {
    'redis-server': `[ -e "${folder}/tried" ] && exec ${redisServer} "$@"
      : >"${folder}/tried"; echo 'bind: Address already in use'; exit 1`,
  });
  vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const redis = await start({ dataDir: join(folder, 'data') });
  expect(await connect(redis.url).ping()).toBe('PONG');
  expect(await readFile(join(folder, 'tried'), 'utf8')).toBe('');
});

test('does not mistake another Redis on the port for its own', async () => {
  const first = await start({ dataDir: await temporaryFolder() });
  await expect(start({ dataDir: await temporaryFolder(), port: first.port })).rejects.toThrow(
    /did not start/,
  );
});

test('shows what redis-server logged when it does not start', async () => {
  const dataDir = await temporaryFolder();
  await expect(start({ dataDir, extraArguments: ['--no-such-setting', 'yes'] })).rejects.toThrow(
    /did not start; it logged:[\s\S]*no-such-setting/,
  );
});

test('gives up the start when told to', async () => {
  const dataDir = await temporaryFolder();
  await expect(start({ dataDir, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  await expect(start({ dataDir, signal: AbortSignal.timeout(5) })).rejects.toThrow(/timeout/);
  await start({ dataDir });
});

onOneRedis('there are three')('the Redis that tests share answers', async () => {
  expect(await connect(inject('redisUrl')).ping()).toBe('PONG');
});
