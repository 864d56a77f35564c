import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { publishEvent } from '../redis/publish-event.ts';
import { createQuickAnswers, type TroubleEvents } from '../redis/quick-answers.ts';

/** What happened besides: `llm-intent:events`, for whoever wants to know. No word that was said is in it. */
export interface EventStream {
  /**
   * Adds an event, off the path. One that Redis does not take in time is lost, and that is told.
   *
   * @param event in one word: `mode_changed`
   * @param fields flat; what is undefined is left out
   */
  add(event: string, fields: Readonly<Record<string, string | undefined>>): void;
  /** Waits for what is on its way. The connection stays open. */
  close(): Promise<void>;
}

/** Milliseconds that Redis may take. */
const WRITE_MS = 1000;

/** @param processorId who tells */
export function createEventStream({
  redis,
  keyPrefix,
  processorId,
  clock,
  events,
}: {
  redis: Redis;
  keyPrefix: string;
  processorId: string;
  clock: Clock;
  events: TroubleEvents;
}): EventStream {
  const quick = createQuickAnswers({ redis, limitMs: WRITE_MS, events });
  const writing = new Set<Promise<unknown>>();

  return {
    add(event, fields) {
      const told = { at: new Date(clock.now()).toISOString(), processor_id: processorId, ...fields };
      const written = quick.ask('tell an event', () =>
        publishEvent(redis, keyPrefix, { event, fields: told }),
      );
      writing.add(written);
      void written.finally(() => writing.delete(written));
    },
    async close() {
      await Promise.all(writing);
      quick.close();
    },
  };
}
