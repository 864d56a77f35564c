import type { Redis } from 'ioredis';
import { askInTime } from '../redis/ask-in-time.ts';
import { groupsOf } from './stream-information.ts';
import type { StreamNames } from './stream-names.ts';

/** How many entries wait, of several streams together, and for how long; undefined where Redis cannot tell for one of them. */
export interface Depths {
  /** Not delivered to the group yet. */
  readonly lag: number | undefined;
  /** Delivered and not settled. */
  readonly pending: number | undefined;
  /** Seconds since the oldest of all these was added, on Redis's clock; 0 where there are none. */
  readonly oldestSeconds: number | undefined;
}

/** A stream, and the group that works it off. */
type GroupOfStream = Pick<StreamNames, 'input' | 'group'>;

const UNKNOWN: Depths = { lag: undefined, pending: undefined, oldestSeconds: undefined };

/** As `readDepths`, for a scrape: what Redis does not tell in time is unknown. */
export async function readDepthsInTime(redis: Redis, streams: readonly GroupOfStream[]): Promise<Depths> {
  return (await askInTime(redis, () => readDepths(redis, streams))) ?? UNKNOWN;
}

/** @throws where Redis does not answer */
export async function readDepths(redis: Redis, streams: readonly GroupOfStream[]): Promise<Depths> {
  let lag: number | undefined = 0;
  let pending: number | undefined = 0;
  let oldest: number | undefined;
  for (const { input, group: name } of streams) {
    const group = (await groupsOf(redis, input)).find((reply) => reply.get('name') === name);
    lag = add(lag, group?.get('lag'));
    pending = add(pending, group?.get('pending'));
    for (const id of group ? await firstUnsettled(redis, { input, name, group }) : []) {
      const addedAt = Number(id.slice(0, id.indexOf('-')));
      oldest = Math.min(oldest ?? addedAt, addedAt);
    }
  }
  return { lag, pending, oldestSeconds: oldest === undefined ? 0 : await ageOf(redis, oldest) };
}

/** @returns the oldest entry that is pending, and the next to be delivered, as far as there are any */
async function firstUnsettled(
  redis: Redis,
  { input, name, group }: { input: string; name: string; group: ReadonlyMap<unknown, unknown> },
): Promise<string[]> {
  const [, firstPending] = (await redis.xpending(input, name)) as [number, string | null];
  const [next] = await redis.xrange(input, `(${group.get('last-delivered-id')}`, '+', 'COUNT', 1);
  return [firstPending, next?.[0]].filter((id) => typeof id === 'string');
}

async function ageOf(redis: Redis, addedAt: number): Promise<number> {
  const [seconds, microseconds] = (await redis.time()).map(Number) as [number, number];
  return Math.max(0, seconds + microseconds / 1e6 - addedAt / 1000);
}

function add(sum: number | undefined, count: unknown): number | undefined {
  return sum === undefined || typeof count !== 'number' ? undefined : sum + count;
}
