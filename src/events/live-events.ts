import type { Redis } from 'ioredis';
import { decodeOutput } from '../intent/recognition-codec.ts';
import { toFields } from '../redis/fields.ts';
import { eventStream } from '../redis/publish-event.ts';
import { tailStream } from '../redis/tail-stream.ts';

/** Something that just happened, in some process. */
export interface LiveEvent {
  /** One word: `recognition`, `mode_changed`. */
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What happens, for whoever listens at the moment. */
export interface LiveEvents {
  /** @returns ends it */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  /** Tells of a recognition that is not published on a stream. @param output its fields as JSON */
  recognized(output: Readonly<Record<string, unknown>>): void;
}

const NUMBERS = new Set([
  ...['confidence', 'latency_ms', 'prompt_tokens', 'completion_tokens', 'cached_tokens'],
  ...['cost_usd', 'saved_usd'],
]);
const TRUTHS = new Set(['requires_confirmation', 'confirmed']);

/**
 * Listens to Redis only while somebody listens here.
 *
 * @param output the stream of what was recognised
 * @param connect opens a connection for a stream, which is closed here
 * @param failed told of what Redis refuses
 */
export function createLiveEvents({
  keyPrefix,
  output,
  connect,
  failed,
}: {
  readonly keyPrefix: string;
  readonly output: string;
  readonly connect: (stream: string) => Redis;
  readonly failed: (error: Error) => void;
}): LiveEvents {
  const listeners = new Set<(event: LiveEvent) => void>();
  let listening: AbortController | undefined;

  function tell(event: LiveEvent): void {
    for (const listener of listeners) listener(event);
  }

  function listen(): AbortController {
    const ending = new AbortController();
    const tail = (stream: string, toEvent: (fields: readonly string[]) => LiveEvent): void => {
      const heard = (fields: readonly string[]): void => tell(toEvent(fields));
      // On a cluster the two streams are on different nodes, so each has a connection.
      void tailStream({ redis: connect(stream), stream, heard, failed, signal: ending.signal });
    };
    tail(eventStream(keyPrefix), happened);
    tail(output, (fields) => ({ name: 'recognition', data: published(fields) }));
    return ending;
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      listening ??= listen();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        listening?.abort();
        listening = undefined;
      };
    },
    recognized: (data) => tell({ name: 'recognition', data }),
  };
}

function happened(fields: readonly string[]): LiveEvent {
  const { event = 'event', ...others } = toFields(fields);
  return { name: event, data: others };
}

/** Numbers as numbers, as in the answers by HTTP. */
function published(fields: readonly string[]): LiveEvent['data'] {
  return Object.fromEntries(
    Object.entries(decodeOutput(fields)).map(([name, value]) => {
      if (NUMBERS.has(name)) return [name, Number(value)];
      return [name, TRUTHS.has(name) ? value === 'true' : value];
    }),
  );
}
