import type { Redis } from 'ioredis';
import { keysStarting } from '../../src/redis/scan-keys.ts';
import { groupsOf } from '../../src/stream/stream-information.ts';
import type { Lasting, ReplicaSample, Sample } from './judge.ts';
import type { Replica } from './replica.ts';

/** Looks at everything once. @param looksAtKeys also at each key of Redis, which takes its time */
export async function takeSample({
  at,
  redis,
  streams,
  group,
  replicas,
  looksAtKeys,
}: {
  readonly at: number;
  readonly redis: Redis;
  readonly streams: readonly string[];
  readonly group: string;
  readonly replicas: readonly Replica[];
  readonly looksAtKeys: boolean;
}): Promise<Sample> {
  const [seen, held, lasting] = await Promise.all([
    Promise.all(replicas.map(async (replica) => [replica.name, await sampleOf(replica)] as const)),
    lookAtRedis(redis, { streams, group }),
    looksAtKeys ? lastingKeys(redis) : undefined,
  ]);
  return { at, replicas: Object.fromEntries(seen), redis: held, ...(lasting && { lasting }) };
}

async function sampleOf(replica: Replica): Promise<ReplicaSample | undefined> {
  const pid = replica.pid();
  const metrics = await replica.metrics();
  if (!metrics || pid === undefined || replica.pid() !== pid) return undefined;
  const of = (name: string): number => metrics.get(name) ?? Number.NaN;
  return {
    pid,
    memoryBytes: of('process_resident_memory_bytes'),
    heapBytes: of('nodejs_heap_size_used_bytes'),
    files: of('process_open_fds'),
    loopDelay: of('nodejs_eventloop_lag_p99_seconds'),
  };
}

async function lookAtRedis(
  redis: Redis,
  { streams, group: name }: { readonly streams: readonly string[]; readonly group: string },
): Promise<Sample['redis']> {
  const [memory, clients, keys] = await Promise.all([
    redis.info('memory'),
    redis.info('clients'),
    redis.dbsize(),
  ]);
  const number = (info: string, field: string): number =>
    Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN);
  const groups = await Promise.all(
    streams.map(async (stream) => (await groupsOf(redis, stream)).find((one) => one.get('name') === name)),
  );
  const all = (field: string): number[] => groups.map((group) => Number(group?.get(field) ?? 0));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  return {
    bytes: number(memory, 'used_memory'),
    connections: number(clients, 'connected_clients'),
    keys,
    consumers: Math.max(...all('consumers')),
    pending: sum(all('pending')),
    lag: sum(all('lag')),
  };
}

/** What each key without a time to live holds, those of one purpose together. */
async function lastingKeys(redis: Redis): Promise<Lasting> {
  const found = new Map<string, { keys: number; elements: number }>();
  const seen = new Set<string>();
  for await (const page of keysStarting(redis, '', new AbortController().signal)) {
    // A key may come twice.
    const keys = page.filter((key) => !seen.has(key));
    for (const key of keys) seen.add(key);
    const lives = redis.pipeline();
    for (const key of keys) lives.pttl(key).type(key);
    const replies = ((await lives.exec()) ?? []).map(([error, reply]) => {
      if (error) throw error;
      return reply;
    });
    const lasting = keys.filter((_, index) => replies[2 * index] === -1);
    const types = keys.flatMap((_, index) =>
      replies[2 * index] === -1 ? [String(replies[2 * index + 1])] : [],
    );
    for (const [index, key] of lasting.entries()) {
      const purpose = purposeOf(key);
      const known = found.get(purpose) ?? { keys: 0, elements: 0 };
      const elements = await elementsOf(redis, key, types[index] ?? '');
      found.set(purpose, { keys: known.keys + 1, elements: known.elements + elements });
    }
  }
  return found;
}

/** A key's name without what tells it from others of its kind: names of days, hashes, ids. */
function purposeOf(key: string): string {
  return key.replaceAll(/[\w-]{20,}/g, '*').replaceAll(/\d{4}-\d\d(-\d\d)?/g, '*');
}

function elementsOf(redis: Redis, key: string, type: string): Promise<number> | number {
  switch (type) {
    case 'hash':
      return redis.hlen(key);
    case 'stream':
      return redis.xlen(key);
    case 'zset':
      return redis.zcard(key);
    case 'set':
      return redis.scard(key);
    case 'list':
      return redis.llen(key);
    default:
      return 1;
  }
}
