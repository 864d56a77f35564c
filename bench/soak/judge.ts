import { median } from '../median.ts';

/** What a replica is like at a moment. */
export interface ReplicaSample {
  /** The process: a replica that was started again is another one. */
  readonly pid: number;
  readonly memoryBytes: number;
  readonly heapBytes: number;
  readonly files: number;
  /** Seconds: the slowest hundredth of the turns of its event loop. */
  readonly loopDelay: number;
}

/** What lies in Redis without a time to live, by what it is for. */
export type Lasting = ReadonlyMap<string, { readonly keys: number; readonly elements: number }>;

/** How everything is at a moment. */
export interface Sample {
  /** Seconds since the beginning. */
  readonly at: number;
  /** Absent where it does not answer. */
  readonly replicas: Readonly<Record<string, ReplicaSample | undefined>>;
  readonly redis:
    | {
        readonly bytes: number;
        readonly keys: number;
        readonly connections: number;
        /** Of the group, on the input stream that has most. */
        readonly consumers: number;
        readonly pending: number;
        readonly lag: number;
      }
    | undefined;
  readonly lasting?: Lasting;
}

/** Lives shorter than this tell nothing of memory: it is still being filled. Seconds. */
const SHORTEST_LIFE = 600;
const MEGABYTE = 1024 * 1024;
/** How much more may be held in the last quarter of a life than in its second: in all, and as a share. */
const MARGINS = {
  memory: { least: 30 * MEGABYTE, share: 0.15 },
  heap: { least: 20 * MEGABYTE, share: 0.2 },
  files: { least: 20, share: 0.2 },
} as const;

/** One process's life, long enough to be judged. */
export interface Life {
  readonly replica: string;
  readonly pid: number;
  readonly seconds: number;
  /** Medians of the second quarter of its life, and of the last. */
  readonly memory: Quarters;
  readonly heap: Quarters;
  readonly files: Quarters;
}

interface Quarters {
  readonly second: number;
  readonly last: number;
}

/** All processes that lived for ten minutes at least: the first quarter of each life is for warming up. */
export function livesIn(samples: readonly Sample[]): Life[] {
  const lives = new Map<string, { replica: string; at: number[]; seen: ReplicaSample[] }>();
  for (const { at, replicas } of samples) {
    for (const [replica, sample] of Object.entries(replicas)) {
      if (!sample) continue;
      const name = `${replica} ${sample.pid}`;
      const life = lives.get(name) ?? { replica, at: [], seen: [] };
      lives.set(name, life);
      life.at.push(at);
      life.seen.push(sample);
    }
  }
  return [...lives.values()].flatMap(({ replica, at, seen }) => {
    const [born = 0, died = 0] = [at[0], at.at(-1)];
    const seconds = died - born;
    if (seconds < SHORTEST_LIFE) return [];
    const quarters = (of: (sample: ReplicaSample) => number): Quarters => {
      const between = (from: number, to: number): number =>
        median(seen.filter((_, index) => isBetween((at[index] ?? 0) - born, { from, to, seconds })).map(of));
      return { second: between(0.25, 0.5), last: between(0.75, 1) };
    };
    return {
      ...{ replica, pid: seen[0]?.pid ?? 0, seconds },
      memory: quarters(({ memoryBytes }) => memoryBytes),
      heap: quarters(({ heapBytes }) => heapBytes),
      files: quarters(({ files }) => files),
    };
  });
}

function isBetween(
  age: number,
  { from, to, seconds }: { readonly from: number; readonly to: number; readonly seconds: number },
): boolean {
  return age >= from * seconds && age <= to * seconds;
}

/** Whether more is held in the end than a warm process has any reason to. */
function grows(
  { second, last }: Quarters,
  { least, share }: (typeof MARGINS)[keyof typeof MARGINS],
): boolean {
  return last - second > Math.max(least, share * second);
}

/**
 * What went wrong with what is held: memory, files, connections, consumers, keys that nobody forgets.
 *
 * @param replicas how many there are, each a consumer of its own
 * @param mayHold elements that something in Redis may have by now, where that is told by what was done; undefined: no
 *   more than at half time
 */
export function complaintsAbout(
  samples: readonly Sample[],
  {
    replicas,
    mayHold,
  }: { readonly replicas: number; readonly mayHold: (purpose: string) => number | undefined },
): string[] {
  const complaints: string[] = [];
  for (const { replica, pid, seconds, memory, heap, files } of livesIn(samples)) {
    const who = `${replica} (process ${pid}, ${Math.round(seconds / 60)} min)`;
    if (grows(memory, MARGINS.memory)) complaints.push(`${who} grew: ${told(memory, 'memory')}`);
    if (grows(heap, MARGINS.heap)) complaints.push(`${who} grew: ${told(heap, 'heap')}`);
    if (grows(files, MARGINS.files))
      complaints.push(`${who} holds ever more files: ${files.second}, then ${files.last}`);
  }
  const crowded = Math.max(0, ...samples.map(({ redis }) => redis?.consumers ?? 0));
  if (crowded > replicas) complaints.push(`a group had ${crowded} consumers; there are ${replicas} replicas`);
  complaints.push(...complaintsAboutConnections(samples), ...complaintsAboutLasting(samples, mayHold));
  return complaints;
}

function told({ second, last }: Quarters, what: string): string {
  return `${megabytes(second)} of ${what} in the second quarter of its life, ${megabytes(last)} in the last`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(0)} MB`;
}

/** Connections of those that died are gone, and of those that live no more than before. */
const MORE_CONNECTIONS = 10;

function complaintsAboutConnections(samples: readonly Sample[]): string[] {
  const seen = samples.flatMap(({ redis }) => (redis ? [redis.connections] : []));
  const quarter = Math.floor(seen.length / 4);
  if (quarter === 0) return [];
  const [second, last] = [median(seen.slice(quarter, 2 * quarter)), median(seen.slice(-quarter))];
  if (last - second <= MORE_CONNECTIONS) return [];
  return [`Redis has ever more connections: ${second} in the second quarter, ${last} in the last`];
}

/** Elements that something may gain without being said to grow. */
const MORE_ELEMENTS = 100;
const MORE_SHARE = 0.25;

function complaintsAboutLasting(
  samples: readonly Sample[],
  mayHold: (purpose: string) => number | undefined,
): string[] {
  const looks = samples.flatMap(({ lasting }) => (lasting ? [lasting] : []));
  const [half, last] = [looks[Math.floor(looks.length / 2)], looks.at(-1)];
  if (!half || !last || half === last) return [];
  return [...last].flatMap(([purpose, { keys, elements }]) => {
    const before = half.get(purpose) ?? { keys: 0, elements: 0 };
    const most = mayHold(purpose) ?? before.elements * (1 + MORE_SHARE);
    const complaints = [];
    if (keys > before.keys * (1 + MORE_SHARE) + 5) {
      complaints.push(
        `keys that nobody forgets grow: ${purpose}, ${before.keys} at half time, ${keys} at the end`,
      );
    }
    if (elements > most + MORE_ELEMENTS) {
      complaints.push(
        `${purpose} grows, and nobody forgets it: ${before.elements} at half time, ${elements} at the end`,
      );
    }
    return complaints;
  });
}
