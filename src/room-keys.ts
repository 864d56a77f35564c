import type { Config } from './config/schema.ts';
import { hashTagOf } from './redis-address.ts';

/** What keeps keys of its own, each lot in one slot of a cluster. */
type Room = 'budget' | 'cache' | 'idempotency' | 'limits' | 'mode' | 'queue' | 'statistics' | 'talk';

type Keys = Pick<Config, 'redis' | 'streams'>;

/** A key that lies where all others of a room do. */
export function keyOfRoom(room: Room, { redis }: Keys): string {
  return `${redis.key_prefix}{${room}}`;
}

/**
 * What the keys of a room start with whose names carry no hash tag. On a cluster they get one: elsewhere they are called as
 * ever, so that what is kept is found again.
 */
export function prefixOfRoom(room: 'idempotency' | 'limits' | 'bridge', config: Keys): string {
  const { redis, streams } = config;
  if (redis.cluster_nodes.length === 0) return redis.key_prefix;
  // What the bridge has done is written down by the script that acknowledges it.
  return room === 'bridge'
    ? `${redis.key_prefix}{${hashTagOf(streams.output)}}:`
    : `${keyOfRoom(room, config)}:`;
}
