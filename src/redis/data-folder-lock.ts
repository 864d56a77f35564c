import { readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who runs a Redis on a data folder, as its supervisor writes it: `<supervisor's process id> <port>`. */
export interface DataFolderOwner {
  readonly processId: number;
  readonly port: number;
}

// A supervisor writes the lock just before it starts Redis, which listens long before it has loaded its data.
const probes = 20;
const probeIntervalMs = 100;

/**
 * Makes way for a Redis on a data folder: removes the lock of one that died without cleaning up.
 *
 * A process id alone proves nothing, as it may have been given to another process since, so the owner must also
 * accept connections on the port it wrote down. A frozen or loading Redis does.
 *
 * @throws Error naming the owner where it is alive.
 */
export async function removeStaleLock(lock: string, signal?: AbortSignal): Promise<void> {
  for (let probe = 0; probe < probes; probe += 1) {
    const content = await readLock(lock);
    if (content === undefined) {
      return;
    }
    const owner = parseOwner(content);
    if (owner !== undefined) {
      if (!isAlive(owner.processId)) {
        break;
      }
      if (await acceptsConnections(owner.port)) {
        throw new Error(
          `a Redis already runs on this data folder, on port ${owner.port} beneath process ${owner.processId} (${lock}): stop it, or use another folder`,
        );
      }
    }
    await sleep(probeIntervalMs, undefined, { signal });
  }
  await rm(lock, { force: true });
}

/** Who holds the lock; undefined where nobody does. */
export async function readOwner(lock: string): Promise<DataFolderOwner | undefined> {
  const content = await readLock(lock);
  return content === undefined ? undefined : parseOwner(content);
}

async function readLock(lock: string): Promise<string | undefined> {
  try {
    return await readFile(lock, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Undefined where the supervisor was still writing it, or was cut off. */
function parseOwner(content: string): DataFolderOwner | undefined {
  const numbers = /^(\d+) (\d+)\n$/.exec(content);
  return numbers === null ? undefined : { processId: Number(numbers[1]), port: Number(numbers[2]) };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: alive, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
