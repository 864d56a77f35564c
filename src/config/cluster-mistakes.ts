import type { Mistake } from '../documents/located-yaml.ts';
import { databaseOf, hashTagOf } from '../redis-address.ts';
import type { Config } from './schema.ts';

/** A stream, and the setting that names it. */
interface NamedStream {
  readonly setting: string;
  readonly stream: string;
}

/** What is wrong beside `REDIS_CLUSTER_NODES`: it is one of three ways, and what one script works on lies in one slot. */
export function clusterMistakes(config: Pick<Config, 'redis' | 'streams' | 'bridge' | 'wyoming'>): Mistake[] {
  const { redis, streams, bridge, wyoming } = config;
  if (redis.cluster_nodes.length === 0) return [];
  const mistakes: Mistake[] = [];
  if (redis.sentinels.length > 0) {
    const message = 'a Redis is watched by Sentinels, or it is a cluster: set REDIS_SENTINELS or this';
    mistakes.push({ file: 'REDIS_CLUSTER_NODES', message });
  }
  if (redis.url !== undefined && databaseOf(redis.url) !== 0) {
    mistakes.push({ file: 'REDIS_URL', message: 'a cluster has no database but 0: leave the number away' });
  }
  const named = [
    ...streams.input.map((stream) => ({ setting: 'INPUT_STREAM', stream })),
    { setting: 'OUTPUT_STREAM', stream: streams.output },
    { setting: 'DLQ_STREAM', stream: streams.dead_letters },
    ...(wyoming.enabled ? [{ setting: 'bridge.output', stream: bridge.output }] : []),
  ];
  const message = apart(named, config);
  if (message !== undefined) mistakes.push({ file: 'REDIS_CLUSTER_NODES', message });
  return mistakes;
}

/**
 * Where one script works on several streams of a cluster, and on keys that are named after them, all have to share a hash tag.
 *
 * @returns which streams do not, and names that would do; undefined where all is well, or where there is no cluster
 */
export function apart(
  named: readonly NamedStream[],
  { redis, streams }: Pick<Config, 'redis' | 'streams'>,
): string | undefined {
  if (redis.cluster_nodes.length === 0) return undefined;
  const tags = new Set(named.map(({ stream }) => hashTagOf(stream)));
  const list = listed(named);
  if (tags.size > 1) {
    const example = listed(named.map((each) => ({ ...each, stream: tagged(each.stream) })));
    return `the streams must share a hash tag, because one script works on them: ${list}; expected such as ${example}`;
  }
  const [tag] = tags;
  const own = hashTagOf(`${redis.key_prefix}${streams.group}:${named[0]?.stream}`);
  if (own === tag) return undefined;
  return `the keys that are kept for a stream lie elsewhere than the streams (${list}), because KEY_PREFIX or CONSUMER_GROUP has braces of its own: expected none there`;
}

/** As they are set: `INPUT_STREAM=a,b OUTPUT_STREAM=c`. */
function listed(named: readonly NamedStream[]): string {
  return Object.entries(Object.groupBy(named, ({ setting }) => setting))
    .map(([setting, ones]) => `${setting}=${ones?.map(({ stream }) => stream).join(',')}`)
    .join(' ');
}

/** A name that lies where others do. */
function tagged(stream: string): string {
  return `{voice}:${stream.replaceAll(/[{}]/g, '').replace(/^voice:/, '')}`;
}
