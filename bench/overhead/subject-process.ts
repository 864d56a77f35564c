// Measures all ways in one process, which share what the compiler has learnt. Started by main.ts.
import { Redis } from 'ioredis';
import { fillStream, makeInput } from '../input.ts';
import type { Job } from '../job.ts';
import { loadSentences } from '../sentences.ts';
import { type Comparison, createComparisons, type Way } from './ways.ts';

/** What the parent asks for, as the only argument, in JSON. */
export interface OverheadOrder {
  readonly url: string;
  readonly collector: string;
  /** At most; as many as a comparison takes where that is less. */
  readonly rounds: number;
  /** For one way in one round. */
  readonly transcripts: number;
}

/** Microseconds of processor time for each transcript, by way; one for each round. */
export interface Measured {
  readonly way: string;
  readonly over: string | undefined;
  readonly microseconds: readonly number[];
}

const order = JSON.parse(process.argv[2] ?? '') as OverheadOrder;
const { url, transcripts } = order;
const redis = new Redis(url);
const sentences = await loadSentences();
// The ids of all entries lie in the past: an answer expires by the clock where an id is ahead of it.
const beginning = Date.now() - transcripts;
const measured: Measured[] = [];
for (const comparison of await createComparisons(order.collector)) {
  measured.push(...(await inTurns(comparison)));
}
redis.disconnect();
// What has been recorded was sent.
process.send?.(measured, () => process.exit());

/** Every way in every round, each round beginning with another one; the first round only warms up. */
async function inTurns({ rounds: wanted, ways }: Comparison): Promise<Measured[]> {
  const rounds = Math.min(wanted, order.rounds);
  const taken = new Map<Way, number[]>(ways.map((way) => [way, []]));
  for (let round = 0; round <= rounds; round += 1) {
    const from = round % ways.length;
    for (const way of [...ways.slice(from), ...ways.slice(0, from)]) {
      const microseconds = await measure(way, round);
      if (round > 0) taken.get(way)?.push(microseconds);
    }
  }
  return ways.map((way) => ({ way: way.name, over: way.over, microseconds: taken.get(way) ?? [] }));
}

async function measure({ start, begin, end }: Way, round: number): Promise<number> {
  const job: Job = { url, input: 'overhead-in', output: 'overhead-out', count: transcripts };
  const entries = makeInput({
    ...{ kind: 'repeated', sentences, start: beginning, first: round * transcripts, count: transcripts },
  });
  await redis.flushall();
  await fillStream(redis, job.input, entries);
  begin();
  // What the round before left behind is not this one's.
  globalThis.gc?.();
  const before = process.cpuUsage();
  const running = await start(job);
  await running.finished;
  await end();
  const { user, system } = process.cpuUsage(before);
  await running.stop();
  return (user + system) / transcripts;
}
