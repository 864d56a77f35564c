import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { readOwner, removeStaleLock } from './data-folder-lock.ts';
import { findRedisServer } from './find-redis-server.ts';

const supervisor = join(import.meta.dirname, 'supervise-redis.sh');
const lockName = 'private-redis.lock';

/** The supervisor's exit code where the lock was taken. */
const lockTaken = 75;

/** How often a port that another process took meanwhile is replaced. */
const portAttempts = 5;
/** Loading a large append-only file takes its time. */
const startTimeoutMs = 60_000;
const pollIntervalMs = 20;
const stopTimeoutMs = 10_000;
const logLinesKept = 40;

export interface PrivateRedisOptions {
  /** Where Redis keeps its data; created when missing, readable by its owner only. */
  readonly dataDir: string;
  /** TCP port on loopback; a free one when left out. */
  readonly port?: number;
  /** Whether data survives a stop. Default true. */
  readonly appendonly?: boolean;
  /** More of redis-server's command line: `['--maxmemory', '5mb']`. These win over the ones set here. */
  readonly extraArguments?: readonly string[];
  /** Gives up the start. Does nothing once Redis runs. */
  readonly signal?: AbortSignal;
}

export interface PrivateRedis {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** redis-server's own process id. */
  readonly pid: number;
  /** Stops Redis after it wrote its data down; kills it where it does not within 10 seconds. Safe to call again. */
  stop(): Promise<void>;
}

/**
 * Starts a Redis of our own on loopback, and waits until it has loaded its data and answers. Installs redis-server
 * when it is missing.
 *
 * It goes down with this process, however this process dies; a Ctrl-C in the terminal does not reach it, so that
 * whoever uses it can finish first.
 *
 * @throws Error with what Redis logged where it does not start; where another Redis runs on the same folder; where
 * the port given is in use; where redis-server cannot be had.
 */
export async function startPrivateRedis(options: PrivateRedisOptions): Promise<PrivateRedis> {
  const { signal } = options;
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await access(dataDir, constants.W_OK);
  const redisServer = await findRedisServer({ ...(signal && { signal }) });

  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await findFreePort());
    await removeStaleLock(join(dataDir, lockName), signal);
    const start = await startOn({ ...options, dataDir, port, redisServer });
    if ('redis' in start) {
      return start.redis;
    }
    if (options.port !== undefined || !start.portTaken || attempt === portAttempts) {
      throw new Error(start.reason);
    }
  }
}

type Start = { readonly redis: PrivateRedis } | { readonly portTaken: boolean; readonly reason: string };

interface StartOptions extends PrivateRedisOptions {
  readonly port: number;
  readonly redisServer: string;
}

async function startOn({
  dataDir,
  port,
  redisServer,
  appendonly = true,
  extraArguments = [],
  signal,
}: StartOptions): Promise<Start> {
  const lock = join(dataDir, lockName);
  const redisArguments = [
    ...['--bind', '127.0.0.1', '--port', String(port), '--daemonize', 'no', '--dir', dataDir, '--save', ''],
    ...['--appendonly', appendonly ? 'yes' : 'no', '--appendfsync', 'everysec'],
    ...['--maxmemory-policy', 'noeviction'],
    ...extraArguments,
  ];
  // Detached: a session of its own, which the terminal's Ctrl-C does not reach.
  const child = spawn('/bin/sh', [supervisor, lock, String(port), redisServer, ...redisArguments], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const log = keepLastLines([child.stdout, child.stderr]);
  const exited = exitOf(child);
  // Redis may be gone before we hang up, which is what we want of it.
  child.stdin.on('error', () => undefined);
  const stop = createStop({ leash: child.stdin, exited, redisProcessId: () => pid });

  const pid = await readProcessId(child.stdio[3] as Readable);
  try {
    const timeout = AbortSignal.timeout(startTimeoutMs);
    const answered = await Promise.race([
      waitUntilItAnswers({
        port,
        pid,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        exited,
      }),
      exited.then(() => false),
    ]);
    if (answered && (await readOwner(lock))?.processId === child.pid) {
      return { redis: { url: `redis://127.0.0.1:${port}`, port, pid: pid as number, stop } };
    }
  } catch (error) {
    await stop();
    signal?.throwIfAborted();
    throw new Error(describeFailure({ port, log, problem: 'did not answer in time' }), { cause: error });
  }
  await stop();
  const { code } = await exited;
  if (code === lockTaken || code === 0) {
    return { portTaken: false, reason: `another process is starting a Redis on this data folder (${lock})` };
  }
  return {
    portTaken: log().some((line) => line.includes('Address already in use')),
    reason: describeFailure({ port, log, problem: 'did not start' }),
  };
}

/** Resolves to true once the Redis on the port is ours and has loaded its data; to false where it exited first. */
async function waitUntilItAnswers({
  port,
  pid,
  signal,
  exited,
}: {
  readonly port: number;
  readonly pid: number | undefined;
  readonly signal: AbortSignal;
  readonly exited: Promise<unknown>;
}): Promise<boolean> {
  let running = pid !== undefined;
  void exited.then(() => {
    running = false;
  });
  while (running) {
    signal.throwIfAborted();
    // Another Redis may have taken the port between our look for a free one and our start.
    if ((await askProcessId(port)) === pid) {
      return true;
    }
    await sleep(pollIntervalMs, undefined, { signal });
  }
  return false;
}

/** The process id of the Redis that listens on a port; undefined while none does, or while it loads its data. */
async function askProcessId(port: number): Promise<number | undefined> {
  const connection = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: 1000,
    commandTimeout: 1000,
  });
  // Failures arrive at the await below; an `error` event nobody listens to would be printed.
  connection.on('error', () => undefined);
  try {
    await connection.connect();
    await connection.ping();
    const processId = /^process_id:(\d+)/m.exec(await connection.info('server'));
    return processId === null ? undefined : Number(processId[1]);
  } catch {
    return undefined;
  } finally {
    connection.disconnect();
  }
}

function createStop({
  leash,
  exited,
  redisProcessId,
}: {
  readonly leash: Writable;
  readonly exited: Promise<unknown>;
  readonly redisProcessId: () => number | undefined;
}): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    leash.end();
    const deadline = new AbortController();
    const late = await Promise.race([
      exited.then(() => false),
      sleep(stopTimeoutMs, true, { signal: deadline.signal }).catch(() => false),
    ]);
    deadline.abort();
    const pid = redisProcessId();
    // The supervisor has not exited, so it has not reaped Redis, so the id is still Redis's.
    if (late && pid !== undefined) {
      process.kill(pid, 'SIGKILL');
      await exited;
    }
  };
  return () => {
    stopped ??= stop();
    return stopped;
  };
}

function exitOf(child: ChildProcess): Promise<{ readonly code: number | null }> {
  // `exit`, not `close`: a grandchild may hold the streams open a moment longer.
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve({ code }));
    child.once('error', () => resolve({ code: null }));
  });
}

/** The number on the stream's first line; undefined where it ends without one. */
async function readProcessId(stream: Readable): Promise<number | undefined> {
  for await (const line of createInterface({ input: stream })) {
    return Number(line);
  }
  return undefined;
}

/** Keeps the streams flowing, as Redis would block on a full pipe, and remembers their last lines. */
function keepLastLines(streams: readonly Readable[]): () => readonly string[] {
  const lines: string[] = [];
  for (const stream of streams) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      lines.splice(0, lines.length - logLinesKept);
    });
  }
  return () => lines;
}

function describeFailure({
  port,
  log,
  problem,
}: {
  readonly port: number;
  readonly log: () => readonly string[];
  readonly problem: string;
}): string {
  const lines = log();
  const told = lines.length === 0 ? ' and logged nothing' : `; it logged:\n${lines.join('\n')}`;
  return `the private Redis on port ${port} ${problem}${told}`;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('the machine gave no free port');
  }
  return address.port;
}
