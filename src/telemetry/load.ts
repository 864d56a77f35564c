import type { Clock } from '../clock.ts';
import type { RecognitionBooks } from '../events/recognition-books.ts';
import type { StreamMetrics } from './stream-metrics.ts';

/** How busy this process is, as the monitor of an orchestrator reads it from `/health`. */
export interface LoadReport {
  /** Of the transcripts that may be in work at once, the share that is: 0 to 1. At 1 nothing more is read. */
  readonly capacity_used: number;
  /** Transcripts answered since the start, over the streams and HTTP. */
  readonly frames_processed: number;
  /** Mean time from reading a transcript to its answer, of those in the last minute; 0 where there were none. */
  readonly avg_processing_time_ms: number;
  /** Failures that are ours to answer for. */
  readonly errors_last_minute: number;
}

/** Counts what was answered and what failed. */
export interface Load {
  answered(latencyMs: number): void;
  failed(): void;
  report(): LoadReport;
}

const SECONDS = 60;

/** @param capacityUsed 0 to 1; asked at each report */
export function createLoad({ capacityUsed, clock }: { capacityUsed: () => number; clock: Clock }): Load {
  let processed = 0;
  /** One for each second of the last minute, each taken again a minute later. */
  const seconds = Array.from({ length: SECONDS }, () => ({ second: -1, answers: 0, totalMs: 0, errors: 0 }));
  const nowInSeconds = (): number => Math.floor(clock.monotonic() / 1000);

  function current(): (typeof seconds)[number] {
    const second = nowInSeconds();
    const slot = seconds[second % SECONDS] as (typeof seconds)[number];
    if (slot.second !== second) Object.assign(slot, { second, answers: 0, totalMs: 0, errors: 0 });
    return slot;
  }

  return {
    answered(latencyMs) {
      processed += 1;
      const slot = current();
      slot.answers += 1;
      slot.totalMs += latencyMs;
    },
    failed() {
      current().errors += 1;
    },
    report() {
      const oldest = nowInSeconds() - SECONDS;
      const recent = seconds.filter(({ second }) => second > oldest);
      const sum = (of: (slot: (typeof seconds)[number]) => number): number =>
        recent.reduce((total, slot) => total + of(slot), 0);
      const answers = sum((slot) => slot.answers);
      return {
        capacity_used: capacityUsed(),
        frames_processed: processed,
        avg_processing_time_ms:
          answers === 0 ? 0 : Math.round((sum((slot) => slot.totalMs) / answers) * 1000) / 1000,
        errors_last_minute: sum((slot) => slot.errors),
      };
    },
  };
}

/** What is answered and what fails, told to all. */
export function countedAsLoad(
  metrics: StreamMetrics,
  { load, books }: { readonly load: Load; readonly books: RecognitionBooks },
): StreamMetrics {
  return {
    ...metrics,
    recognized(recognized) {
      load.answered(recognized.latencyMs);
      books.recognized(recognized);
      metrics.recognized(recognized);
    },
    failed() {
      load.failed();
      metrics.failed();
    },
  };
}
