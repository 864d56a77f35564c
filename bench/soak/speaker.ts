import type { Redis } from 'ioredis';
import { toFields } from '../../src/redis/fields.ts';
import { tailStream } from '../../src/redis/tail-stream.ts';
import type { AnswerBooks } from './answer-books.ts';
import type { Saying } from './speech.ts';

const TICK_MS = 20;
/** Who was held up says no more than so much at once, in seconds' worth. */
const LONGEST_BURST = 1;

/**
 * Says so many things a second, each room on a stream of its own among those given.
 *
 * @param failed told where Redis refuses to take something
 */
export function startSpeaker({
  redis,
  streams,
  speech,
  perSecond,
  books,
  failed,
}: {
  readonly redis: Redis;
  readonly streams: readonly string[];
  readonly speech: { next(): Saying };
  readonly perSecond: number;
  readonly books: AnswerBooks;
  readonly failed: (error: Error) => void;
}): {
  /** Resolves when everything said lies on its stream. */
  stop(): Promise<void>;
} {
  const places = new Map<string, string>();
  const adding = new Set<Promise<void>>();
  let last = performance.now();
  let due = 0;

  /** A room always speaks on the same stream. */
  function streamOf(room: string): string {
    const known = places.get(room) ?? (streams[places.size % streams.length] as string);
    places.set(room, known);
    return known;
  }

  function say({ text, language, room, user }: Saying): void {
    const stream = streamOf(room);
    const frameId = books.says(room);
    const fields = {
      transcript: text,
      language,
      room,
      frame_id: frameId,
      ...(user !== undefined && { user }),
    };
    const added = redis.xadd(stream, '*', ...Object.entries(fields).flat()).then(
      (id) => books.said(frameId, `${stream} ${id}`),
      (error: Error) => failed(error),
    );
    adding.add(added);
    void added.finally(() => adding.delete(added));
  }

  const timer = setInterval(() => {
    const now = performance.now();
    due = Math.min(due + ((now - last) / 1000) * perSecond, LONGEST_BURST * perSecond);
    last = now;
    for (; due >= 1; due -= 1) say(speech.next());
  }, TICK_MS);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(adding);
    },
  };
}

/** Hears what is answered, as whoever acts on it would. @param redis a connection of its own, closed at the end */
export function hearAnswers({
  redis,
  stream,
  books,
  failed,
  signal,
}: {
  readonly redis: Redis;
  readonly stream: string;
  readonly books: AnswerBooks;
  readonly failed: (error: Error) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  return tailStream({
    ...{ redis, stream, failed, signal },
    heard(flat) {
      const { frame_id, source_stream, source_message_id, room, status, source } = toFields(flat);
      books.answered({
        frameId: frame_id ?? '',
        source: `${source_stream} ${source_message_id}`,
        room: room ?? '',
        status: status ?? '',
        by: source ?? '',
      });
    },
  });
}
