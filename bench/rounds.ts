import type { Redis } from 'ioredis';
import { fillQueue } from './bullmq.ts';
import { fillStream, type InputKind, makeInput } from './input.ts';
import type { Job, Measurement, SideName } from './job.ts';
import { type Latency, measureLatency } from './latency.ts';
import { type Outputs, readOutputs } from './outputs.ts';
import type { Sentences } from './sentences.ts';
import { measureSide, serveSide } from './side-process.ts';

const INPUT_OF: Readonly<Record<SideName, InputKind>> = {
  relay: 'repeated',
  'ours-instant': 'repeated',
  'ours-rules': 'unseen',
  'ours-repeats': 'mostly-repeated',
  bullmq: 'repeated',
};

/** One run of one side. */
export interface Run extends Measurement {
  readonly side: SideName;
  readonly outputs: Outputs;
}

/** Where the bench takes place, and how much of it. */
export interface Bench {
  readonly url: string;
  readonly redis: Redis;
  readonly sentences: Sentences;
  /** Milliseconds since 1970: id of the first entry; the ids are the same in every round. */
  readonly start: number;
  readonly transcripts: number;
  /** Entries that each side's process works off first, on streams of their own. */
  readonly warmUp: number;
}

/** Fills the input, lets the side work it off and looks at what it wrote. */
export async function runSide(bench: Bench, side: SideName): Promise<Run> {
  const warmUp = await prepareWarmUp(bench, side);
  const measured = jobNamed('measured', bench, bench.transcripts);
  await fill(bench, side, { job: measured, first: bench.warmUp });
  const measurement = await measureSide({ side, warmUp, measured });
  return { side, ...measurement, outputs: await readOutputs(bench.redis, measured.output) };
}

/** Lets the side answer one transcript after the other. */
export async function runLatency(bench: Bench, side: SideName, seconds: number): Promise<Latency> {
  const warmUp = await prepareWarmUp(bench, side);
  const measured = jobNamed('latency', bench, Number.MAX_SAFE_INTEGER);
  const serving = await serveSide({ side, warmUp, measured });
  try {
    return await measureLatency({ ...measured, seconds, sentences: bench.sentences });
  } finally {
    await serving.stop();
  }
}

async function prepareWarmUp(bench: Bench, side: SideName): Promise<Job> {
  await bench.redis.flushall();
  const job = jobNamed('warm', bench, bench.warmUp);
  await fill(bench, side, { job, first: 0 });
  return job;
}

function jobNamed(name: string, { url }: Bench, count: number): Job {
  return { url, input: `${name}-in`, output: `${name}-out`, count };
}

async function fill(
  { redis, url, sentences, start }: Bench,
  side: SideName,
  { job, first }: { job: Job; first: number },
): Promise<void> {
  const entries = makeInput({ kind: INPUT_OF[side], sentences, start, first, count: job.count });
  if (side === 'bullmq') await fillQueue(url, job.input, entries);
  else await fillStream(redis, job.input, entries);
}
