import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { decodeEntry } from '../src/intent/transcript-codec.ts';
import type { InputEntry } from './input.ts';
import type { Job, RunningSide } from './job.ts';
import { encodeConstantAnswer } from './pinned.ts';

const CONCURRENCY = 500;
const CHUNK = 1000;

/**
 * The same work with BullMQ, a job queue: a job per transcript, its output entry written by a connection that sends
 * together what is there together. Done jobs are removed, as settled entries are trimmed.
 */
export async function startBullmq({ url, input, output, count }: Job): Promise<RunningSide> {
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
  finished.catch(() => undefined);
  const writer = new Redis(url, { enableAutoPipelining: true });
  let completed = 0;
  const worker = new Worker<InputEntry>(
    input,
    async ({ data: { id, fields } }) => {
      const decoded = decodeEntry({ id, fields: Object.entries(fields).flat(), defaultLanguage: 'pl' });
      if (decoded.kind !== 'transcript') throw new Error(`the job of entry ${id} holds no transcript`);
      await writer.xadd(output, '*', ...encodeConstantAnswer(decoded.transcript, id));
    },
    { connection: connectionOptions(url), concurrency: CONCURRENCY, removeOnComplete: { count: 0 } },
  );
  worker.on('completed', () => {
    completed += 1;
    if (completed === count) resolve();
  });
  worker.on('failed', (_job, error) => reject(error));
  worker.on('error', reject);
  return {
    finished,
    async stop() {
      await worker.close();
      writer.disconnect();
    },
  };
}

/** Adds a job per entry. */
export async function fillQueue(url: string, name: string, entries: readonly InputEntry[]): Promise<void> {
  const queue = new Queue<InputEntry>(name, { connection: connectionOptions(url) });
  for (let from = 0; from < entries.length; from += CHUNK) {
    const jobs = entries.slice(from, from + CHUNK).map((data) => ({ name: 'transcript', data }));
    await queue.addBulk(jobs);
  }
  await queue.close();
}

function connectionOptions(url: string): { host: string; port: number; maxRetriesPerRequest: null } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
}
