import type { Redis } from 'ioredis';
import { decodeOutput } from '../intent/recognition-codec.ts';
import { unlessAborted } from '../waiting.ts';
import { lastId } from './stream-information.ts';
import type { StreamNames } from './stream-names.ts';

/** What came of a transcript: its output entry, or the dead letter. */
export type Reply =
  | { readonly kind: 'answer'; readonly output: Readonly<Record<string, unknown>> }
  | { readonly kind: 'dead-letter'; readonly reason: string; readonly error: string };

/** Milliseconds one look at the streams blocks. */
const BLOCK_MS = 500;
const PAGE = 1000;

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
  try {
    for (;;) {
      const streams = [names.output, names.deadLetters, after.output, after.dead];
      const waited = redis.xread('COUNT', PAGE, 'BLOCK', BLOCK_MS, 'STREAMS', ...streams);
      for (const [stream, entries] of (await unlessAborted(waited, signal)) ?? []) {
        const last = entries.at(-1)?.[0];
        if (last !== undefined) after[stream === names.output ? 'output' : 'dead'] = last;
        const reply = entries.map(([, fields]) => toReply(decodeOutput(fields), id)).find(Boolean);
        if (reply) return reply;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Error(
      `no answer to entry ${id} on ${names.output} in time: is a service running that reads ${names.input}?`,
      { cause: error },
    );
  }
}

/** @returns undefined for what is about another entry */
function toReply(fields: Readonly<Record<string, unknown>>, id: string | null): Reply | undefined {
  if (fields['source_message_id'] === id) return { kind: 'answer', output: fields };
  if (fields['source_id'] !== id) return undefined;
  return { kind: 'dead-letter', reason: String(fields['reason']), error: String(fields['error']) };
}
