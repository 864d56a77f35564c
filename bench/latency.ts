import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { inputFields } from './input.ts';
import type { Sentences } from './sentences.ts';

/** Messages a second: what many microphones at once would send. */
const LATENCY_RATE = 200;
/** The first ones find everything cold. */
const NOT_COUNTED = 50;
const BLOCK_MS = 1000;
const PATIENCE_MS = 10_000;

/** In milliseconds, from the `XADD` of the input until a waiting consumer has the output. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Says something at a steady rate and waits for the answers. The side has to be at work. */
export async function measureLatency({
  url,
  input,
  output,
  seconds,
  sentences,
}: {
  url: string;
  input: string;
  output: string;
  seconds: number;
  sentences: Sentences;
}): Promise<Latency> {
  const sender = new Redis(url);
  const receiver = new Redis(url);
  const count = seconds * LATENCY_RATE;
  const sentAt = new Map<string, number>();
  const took: number[] = [];

  async function send(): Promise<void> {
    const started = performance.now();
    for (let index = 0; index < count; index += 1) {
      await sleep(Math.max(0, started + (index * 1000) / LATENCY_RATE - performance.now()));
      const frameId = `latency-${index}`;
      const fields = inputFields(sentences.repeated(index), { frameId, room: sentences.room(index) });
      sentAt.set(frameId, performance.now());
      await sender.xadd(input, '*', ...Object.entries(fields).flat());
    }
  }

  async function receive(): Promise<void> {
    let from = '0-0';
    const deadline = performance.now() + seconds * 1000 + PATIENCE_MS;
    while (took.length < count) {
      if (performance.now() > deadline) {
        throw new Error(`${count - took.length} of ${count} answers did not come`);
      }
      const reply = await receiver.xread('BLOCK', BLOCK_MS, 'STREAMS', output, from);
      const now = performance.now();
      for (const [id, fields] of reply?.[0]?.[1] ?? []) {
        const sent = sentAt.get(fields[fields.indexOf('frame_id') + 1] ?? '');
        if (sent === undefined) throw new Error(`the answer ${id} is to nothing that was said`);
        took.push(now - sent);
        from = id;
      }
    }
  }

  try {
    await Promise.all([send(), receive()]);
  } finally {
    sender.disconnect();
    receiver.disconnect();
  }
  const counted = took.slice(NOT_COUNTED).sort((left, right) => left - right);
  return { p50: percentile(counted, 0.5), p99: percentile(counted, 0.99) };
}

function percentile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}
