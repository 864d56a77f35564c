import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** What a side wrote. */
export interface Outputs {
  readonly count: number;
  /** SHA-256 over all fields of all entries, in the order they were written. */
  readonly digest: string;
  /** The same, whatever the order. */
  readonly setDigest: string;
  /** Share of the entries with the status `recognized`. */
  readonly recognized: number;
}

const PAGE = 1000;

export async function readOutputs(redis: Redis, stream: string): Promise<Outputs> {
  const entries: string[] = [];
  let recognized = 0;
  let from = '-';
  for (;;) {
    const page = await redis.xrange(stream, from, '+', 'COUNT', PAGE);
    for (const [, fields] of page) {
      entries.push(JSON.stringify(fields));
      if (fields[fields.indexOf('status') + 1] === 'recognized') recognized += 1;
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    from = `(${last[0]}`;
  }
  return {
    count: entries.length,
    digest: digestOf(entries),
    setDigest: digestOf(entries.toSorted()),
    recognized: recognized / entries.length,
  };
}

function digestOf(entries: readonly string[]): string {
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(entry).update('\n');
  return hash.digest('hex');
}
