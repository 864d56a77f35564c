import type { Redis } from 'ioredis';
import { hashTagOf, readClusterUrl } from '../redis-address.ts';

/** Connections to wherever keys lie: on a cluster one for each hash tag, else one for all. */
export interface Places {
  /** The connection over which a key is reached; opened when it is asked for the first time. */
  at(key: string): Redis;
  all(): readonly Redis[];
}

/** @param open opens a connection for a key; @param tag of the key on a cluster, for a name */
export function createPlaces(url: string, open: (key: string, tag: string | undefined) => Redis): Places {
  const isCluster = readClusterUrl(url) !== undefined;
  const opened = new Map<string | undefined, Redis>();
  return {
    at(key) {
      const tag = isCluster ? hashTagOf(key) : undefined;
      const redis = opened.get(tag) ?? open(key, tag);
      opened.set(tag, redis);
      return redis;
    },
    all: () => [...opened.values()],
  };
}
