/** Sets of numbers, each kept once, in one array for all of them: there are tens of thousands. */
export interface PlaceSets {
  size(): number;
  /** The number of the set that `members` begins with; a new one where it is not known yet. */
  numberOf(members: Int32Array, count: number): number;
  /** Members of a set lie from its start to before the next set's. */
  start(set: number): number;
  member(index: number): number;
}

const EMPTY = -1;

/** @param limit members are below it */
export function createPlaceSets(limit: number): PlaceSets {
  let pool = new Int32Array(4096);
  const starts = [0];
  const hashes: number[] = [];
  /** Sets whose hashes fall together, as a chain from each bucket. */
  let buckets = new Int32Array(4096).fill(EMPTY);
  const next: number[] = [];
  const marks = new Int32Array(limit);
  let mark = 0;

  function hashOf(members: Int32Array, count: number): number {
    let hash = count;
    for (let index = 0; index < count; index++) {
      hash = (hash + Math.imul((members[index] ?? 0) + 1, 0x9e3779b1)) | 0;
    }
    return hash ^ (hash >>> 15);
  }

  /** True where a set has as many members and all of them are marked. */
  function isMarked(set: number, count: number): boolean {
    const [from = 0, to = 0] = [starts[set], starts[set + 1]];
    if (to - from !== count) return false;
    for (let index = from; index < to; index++) if (marks[pool[index] ?? 0] !== mark) return false;
    return true;
  }

  function add(members: Int32Array, count: number, hash: number): number {
    const set = hashes.length;
    const from = starts[set] ?? 0;
    while (from + count > pool.length) pool = grown(pool);
    pool.set(members.subarray(0, count), from);
    starts.push(from + count);
    hashes.push(hash);
    if (hashes.length > buckets.length) rehash();
    else chain(set);
    return set;
  }

  function chain(set: number): void {
    const bucket = (hashes[set] ?? 0) & (buckets.length - 1);
    next[set] = buckets[bucket] ?? EMPTY;
    buckets[bucket] = set;
  }

  function rehash(): void {
    buckets = new Int32Array(buckets.length * 2).fill(EMPTY);
    for (let set = 0; set < hashes.length; set++) chain(set);
  }

  return {
    size: () => hashes.length,
    numberOf(members, count) {
      const hash = hashOf(members, count);
      mark++;
      for (let index = 0; index < count; index++) marks[members[index] ?? 0] = mark;
      let set = buckets[hash & (buckets.length - 1)] ?? EMPTY;
      for (; set !== EMPTY; set = next[set] ?? EMPTY) {
        if (hashes[set] === hash && isMarked(set, count)) return set;
      }
      return add(members, count, hash);
    },
    start: (set) => starts[set] ?? 0,
    member: (index) => pool[index] ?? 0,
  };
}

/** Twice the array. */
function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
