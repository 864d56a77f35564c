import type { Redis } from 'ioredis';

/**
 * Whether books that are not there were never there, as far as Redis can tell: it has been up for long enough that
 * whoever it lost has come back, it was never another one's replica, and nobody else has a connection of this one's name.
 * False where it may not be asked.
 *
 * @param reconnectMs how long anybody needs to come back
 */
export async function isFirstStart(
  redis: Redis,
  { reconnectMs }: { readonly reconnectMs: number },
): Promise<boolean> {
  const name = redis.options.connectionName;
  if (name === undefined) return false;
  let told: [string, unknown, unknown];
  try {
    told = await Promise.all([redis.info('server', 'replication'), redis.client('ID'), redis.client('LIST')]);
  } catch (error) {
    // Rights that a service need not have; whoever has none waits, as after a loss.
    if ((error as Error).message.startsWith('NOPERM')) return false;
    throw error;
  }
  const [info, id, clients] = told;
  const upMs = Number(/^uptime_in_seconds:(\d+)/m.exec(info)?.[1]) * 1000;
  const wasReplica = !/^role:master\r?$/m.test(info) || !/^second_repl_offset:-1\r?$/m.test(info);
  const others = String(clients)
    .split('\n')
    .filter((line) => line.includes(` name=${name} `) && !line.startsWith(`id=${id} `));
  return upMs >= reconnectMs && !wasReplica && others.length === 0;
}
