import type { Redis } from 'ioredis';
import { traceparentOf } from './pinned.ts';
import type { Sentence, Sentences } from './sentences.ts';

/** Which sentences a side is given. */
export type InputKind = 'repeated' | 'unseen' | 'mostly-repeated';

/** One entry of an input stream. */
export interface InputEntry {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Of 'mostly-repeated', one in this many was never said before. */
const UNSEEN_EVERY = 5;
const ENTRIES_PER_MILLISECOND = 10;

/**
 * Makes input entries, the same ones for the same arguments.
 *
 * @param start id of the first entry, in milliseconds since 1970
 * @param first place of the first entry in the row of sentences
 */
export function makeInput({
  kind,
  sentences,
  start,
  first,
  count,
}: {
  kind: InputKind;
  sentences: Sentences;
  start: number;
  first: number;
  count: number;
}): InputEntry[] {
  return Array.from({ length: count }, (_, offset) => ({
    id: `${start + Math.floor(offset / ENTRIES_PER_MILLISECOND)}-${offset % ENTRIES_PER_MILLISECOND}`,
    fields: inputFields(choose(kind, sentences, first + offset), {
      frameId: `frame-${first + offset}`,
      room: sentences.room(first + offset),
    }),
  }));
}

/** What an upstream says about a sentence. */
export function inputFields(
  { text, language }: Sentence,
  { frameId, room }: { frameId: string; room: string },
): Record<string, string> {
  return {
    frame_id: frameId,
    transcript: text,
    language,
    confidence: '0.93',
    room,
    user: 'anna',
    timestamp: '2026-11-21T07:00:00Z',
    traceparent: traceparentOf(frameId),
  };
}

function choose(kind: InputKind, sentences: Sentences, index: number): Sentence {
  if (kind === 'repeated') return sentences.repeated(index);
  return kind === 'unseen' || index % UNSEEN_EVERY === 0
    ? sentences.unseen(index)
    : sentences.repeated(index);
}

const CHUNK = 1000;

/** Adds entries to a stream, with their ids. */
export async function fillStream(
  redis: Redis,
  stream: string,
  entries: readonly InputEntry[],
): Promise<void> {
  for (let from = 0; from < entries.length; from += CHUNK) {
    const pipeline = redis.pipeline();
    for (const { id, fields } of entries.slice(from, from + CHUNK)) {
      pipeline.xadd(stream, id, ...Object.entries(fields).flat());
    }
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
  }
}
