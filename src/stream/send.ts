import type { Redis } from 'ioredis';
import { decodeOutput } from '../intent/recognition-codec.ts';
import type { StreamNames } from './stream-names.ts';
import { lastId } from './takeover.ts';

/** What came of a transcript: its output entry, or the dead letter. */
export type Reply =
  | { readonly kind: 'answer'; readonly output: Readonly<Record<string, unknown>> }
  | { readonly kind: 'dead-letter'; readonly reason: string; readonly error: string };

/** Milliseconds one look at the streams blocks. */
const BLOCK_MS = 500;

/**
 * Says something on the input stream and waits for what comes of it.
 *
 * @param redis a connection of its own, because waiting blocks it
 * @param fields of the input entry, by name
 * @throws an error when nothing came before the signal, saying what to look at
 */
export async function sendTranscript(
  fields: Readonly<Record<string, string>>,
  {
    redis,
    names,
    signal,
  }: { redis: Redis; names: Pick<StreamNames, 'input' | 'output' | 'deadLetters'>; signal: AbortSignal },
): Promise<Reply> {
  const after = { output: await lastId(redis, names.output), dead: await lastId(redis, names.deadLetters) };
  const id = await redis.xadd(names.input, '*', ...Object.entries(fields).flat());
  while (!signal.aborted) {
    const streams = [names.output, names.deadLetters, after.output, after.dead];
    for (const [stream, entries] of (await redis.xread(
      'COUNT',
      1000,
      'BLOCK',
      BLOCK_MS,
      'STREAMS',
      ...streams,
    )) ?? []) {
      for (const [entryId, entryFields] of entries) {
        if (stream === names.output) after.output = entryId;
        else after.dead = entryId;
        const output = decodeOutput(entryFields);
        if (stream === names.output && output['source_message_id'] === id) return { kind: 'answer', output };
        if (stream === names.deadLetters && output['source_id'] === id) {
          return { kind: 'dead-letter', reason: String(output['reason']), error: String(output['error']) };
        }
      }
    }
  }
  throw new Error(
    `no answer to entry ${id} on ${names.output} in time: is a service running that reads ${names.input}?`,
  );
}
