import type { Clock } from '../clock.ts';
import { unlessAborted } from '../waiting.ts';
import type { Arrival } from './endings.ts';
import { persist, type TroubleListener } from './persist.ts';
import type { Progress } from './progress.ts';
import type { Batch, Reader } from './reader.ts';

/** Entries, and when they were read. */
export type ArrivedBatch = Batch & Arrival;

export interface Intake {
  /** The next entries, waiting for room and for entries; undefined when it is time to stop. */
  next(): Promise<ArrivedBatch | undefined>;
}

/**
 * Reads as much as there is room for; past the high-water mark the stream is the queue.
 *
 * @param batchSize entries read at once, at most
 * @param highWaterMark entries in work, at most
 * @param stopping ends the reading
 * @param ended ends the session, and makes `next` throw its reason
 */
export function createIntake({
  reader,
  progress,
  batchSize,
  highWaterMark,
  stopping,
  ended,
  listener,
  clock,
}: {
  reader: Reader;
  progress: Progress;
  batchSize: number;
  highWaterMark: number;
  stopping: AbortSignal;
  ended: AbortSignal;
  listener: TroubleListener;
  clock: Clock;
}): Intake {
  const signal = AbortSignal.any([ended, stopping]);

  async function read(): Promise<ArrivedBatch> {
    let waitAfter = progress.deliveredTo;
    for (;;) {
      await unlessAborted(progress.room(highWaterMark), signal);
      const count = Math.min(batchSize, progress.capacity(highWaterMark));
      const batch = await persist(() => reader.read(progress.readTo, count), {
        operation: 'read',
        signal,
        listener,
      });
      if (batch.entries.length > 0) {
        progress.read(batch.entries.map(({ id }) => id));
        return { ...batch, monotonic: clock.monotonic() };
      }
      // A group that somebody moved on can hold entries back that the stream shows: wait for later ones.
      const shown = await persist(() => reader.waitForEntryAfter(waitAfter), {
        operation: 'wait for entries',
        signal,
        listener,
      });
      waitAfter = shown ?? waitAfter;
    }
  }

  return {
    async next() {
      try {
        return await read();
      } catch (error) {
        if (stopping.aborted && !ended.aborted) return undefined;
        throw error;
      }
    },
  };
}
