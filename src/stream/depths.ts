import type { Redis } from 'ioredis';
import { groupsOf } from './stream-information.ts';
import type { StreamNames } from './stream-names.ts';

/** How many entries wait, of several streams together; undefined where Redis cannot tell for one of them. */
export async function readDepths(
  redis: Redis,
  streams: readonly StreamNames[],
): Promise<{ lag: number | undefined; pending: number | undefined }> {
  let lag: number | undefined = 0;
  let pending: number | undefined = 0;
  for (const { input, group: name } of streams) {
    const group = (await groupsOf(redis, input)).find((reply) => reply.get('name') === name);
    lag = add(lag, group?.get('lag'));
    pending = add(pending, group?.get('pending'));
  }
  return { lag, pending };
}

function add(sum: number | undefined, count: unknown): number | undefined {
  return sum === undefined || typeof count !== 'number' ? undefined : sum + count;
}
