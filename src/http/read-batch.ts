import { StringDecoder } from 'node:string_decoder';
import type { FastifyRequest } from 'fastify';
import { MAX_TRANSCRIPT_BYTES } from '../intent/transcript-codec.ts';
import { createArrayReader, createLineReader, type SentItem } from './batch-items.ts';

/** Media types of one JSON value a line. */
export const NDJSON = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
/** Of a batch. */
export const MOST_ITEMS = 10_000;
/** Bytes of a body. All of it is read at once: who sends everything before reading anything would wait for ever. */
export const MOST_BYTES = 16 * 1024 * 1024;
/** Characters of an item: room for a text of which each byte is escaped. */
const LONGEST_ITEM = 8 * MAX_TRANSCRIPT_BYTES;
/** What is said to who sends more. */
export const TOO_MUCH = `a batch has at most ${MOST_ITEMS} items and ${MOST_BYTES / 1024 / 1024} MiB`;

/** Milliseconds in which not a byte may come. */
const IDLE_MS = 10_000;
/** Milliseconds in which the whole body has to come. */
const LONGEST_MS = 600_000;

/**
 * Reads a whole body as it comes, however slowly its items are asked for. A client that sends nothing more is waited for only for so
 * long, and so is the end of the whole.
 *
 * @param contentType tells lines from an array
 * @param isAwaited whether an answer is under way: a client that waits for it is not idle
 * @param signal ends it
 */
export function readItems(
  body: FastifyRequest['raw'],
  {
    contentType,
    isAwaited,
    signal,
  }: {
    readonly contentType: string | undefined;
    readonly isAwaited: () => boolean;
    readonly signal: AbortSignal;
  },
): {
  /** @returns undefined after the last one. @throws the signal's reason when it is aborted */
  next(): Promise<SentItem | undefined>;
} {
  const isLines = NDJSON.some((type) => contentType?.toLowerCase().startsWith(type));
  const reader = isLines ? createLineReader(LONGEST_ITEM) : createArrayReader(LONGEST_ITEM);
  const decoder = new StringDecoder('utf8');
  const read: (SentItem | undefined)[] = [];
  let taken = 0;
  let bytes = 0;
  let isOver = false;
  let wake = (): void => undefined;
  const idle = setTimeout(() => {
    if (isAwaited()) idle.refresh();
    else giveUp(`nothing came for ${IDLE_MS / 1000} s`);
  }, IDLE_MS);
  const late = setTimeout(() => giveUp(`it was not whole within ${LONGEST_MS / 60_000} minutes`), LONGEST_MS);

  function giveUp(detail: string): void {
    add([{ kind: 'too slow', detail: `the request came too slowly: ${detail}` }]);
    end();
  }
  function add(items: readonly SentItem[]): void {
    for (const item of items) {
      if (isOver) return;
      const isTooMany = read.length === MOST_ITEMS;
      read.push(isTooMany ? { kind: 'too many' } : item);
      if (isTooMany || item.kind === 'malformed') end();
    }
    wake();
  }
  function end(): void {
    isOver = true;
    clearTimeout(idle);
    clearTimeout(late);
    wake();
  }

  body.on('data', (piece: Buffer) => {
    // What comes after is let go by.
    if (isOver) return;
    idle.refresh();
    bytes += piece.length;
    if (bytes > MOST_BYTES) {
      read.push({ kind: 'too many' });
      end();
      return;
    }
    add(reader.read(decoder.write(piece)));
  });
  body.on('end', () => {
    if (!isOver) add([...reader.read(decoder.end()), ...reader.end()]);
    end();
  });
  // A client that is gone is told of by the signal.
  body.on('error', end);
  signal.addEventListener('abort', end, { once: true });

  return {
    async next() {
      while (taken === read.length && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      signal.throwIfAborted();
      const item = read[taken];
      // Held no longer than until it is asked for.
      read[taken] = undefined;
      taken += 1;
      return item;
    },
  };
}
