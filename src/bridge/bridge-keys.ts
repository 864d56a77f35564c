/** The keys that a bridge keeps in Redis, for its consumer group. */
export interface BridgeKeys {
  /** That an entry was settled: a string, by what it answers. */
  done(source: string): string;
  /** Which actions of an entry, or of a schedule, were begun that may be done once only: a hash by position. */
  marks(source: string): string;
  /** What is planned: a hash of JSON by id. */
  readonly schedules: string;
  /** When: a sorted set of the same ids, by milliseconds since the epoch. Paused timers are not in it. */
  readonly due: string;
  /** Who is at work on a schedule that is due: a string. */
  firing(id: string): string;
}

/** @param keyPrefix what every key of ours starts with, `llm-intent:` */
export function bridgeKeys({ keyPrefix, group }: { keyPrefix: string; group: string }): BridgeKeys {
  const key = (purpose: string): string => `${keyPrefix}v1:bridge:${purpose}:${group}`;
  return {
    done: (source) => `${key('done')}:${source}`,
    marks: (source) => `${key('marks')}:${source}`,
    schedules: key('schedules'),
    due: key('due'),
    firing: (id) => `${key('firing')}:${id}`,
  };
}
