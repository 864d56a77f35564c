import type { Span } from '@opentelemetry/api';
import type { Clock } from '../clock.ts';
import { carriedBy } from '../intent/carried-trace.ts';
import { markFailed } from '../intent/failed-span.ts';
import type { Recognition, RecognizedTranscript } from '../intent/recognition.ts';
import type { Transcript } from '../intent/transcript.ts';
import { type DeadLetter, encodeDeadLetter } from './dead-letters.ts';
import { type Entry, entryTime } from './entry.ts';
import type { Failures } from './failures.ts';
import type { Settlement } from './publisher.ts';
import type { StreamEvents } from './stream-events.ts';
import type { StreamNames } from './stream-names.ts';
import type { StreamTracing } from './stream-tracing.ts';

/** How an answer is written. */
export interface EndingOptions {
  /** Writes an answer as fields of an output entry. */
  readonly encode: (recognized: RecognizedTranscript, sourceMessageId: string) => readonly string[];
  /** Seconds after which a transcript is too old to act on; 0 = never. */
  readonly maxAgeSeconds: number;
  readonly processorId: string;
}

/** When a batch was read: by this process's monotonic clock, and by Redis's. */
export interface Arrival {
  readonly monotonic: number;
  readonly redisTime: number;
}

/** A transcript that is worked on. */
export interface Work {
  readonly entry: Entry;
  readonly arrival: Arrival;
  readonly transcript: Transcript;
  readonly span: Span;
  readonly suspect: boolean;
  readonly mayWait: boolean;
  readonly done: () => void;
}

/** The ways in which an entry ends. All of them lead through the settling script. */
export interface Endings {
  publish(work: Work, recognition: Recognition): void;
  /** To the dead letters, because it failed too often. */
  giveUpFailed(work: Work, error: Error): void;
  /** To the dead letters, as it came. @param done called when it is settled */
  giveUp(entry: Entry, letter: DeadLetter, done: () => void): void;
  /** Without a trace: there is nothing in it to answer. */
  skip(entry: Entry, reason: Parameters<StreamEvents['skipped']>[0], done: () => void): void;
}

/** @param settle hands over what becomes of an entry */
export function createEndings({
  options,
  names,
  failures,
  settle,
  events,
  tracing,
  clock,
}: {
  options: EndingOptions;
  names: StreamNames;
  failures: Failures;
  settle: (settlement: Settlement) => void;
  events: StreamEvents;
  tracing: StreamTracing;
  clock: Clock;
}): Endings {
  const { maxAgeSeconds } = options;
  const toIso = rememberIso();

  function publish({ entry, arrival, transcript, span, done }: Work, recognition: Recognition): void {
    const publishing = tracing.publish(span, recognition);
    let recognized: RecognizedTranscript | undefined;
    settle({
      id: entry.id,
      kind: 'publish',
      fields: (processedAt) => {
        recognized = {
          transcript,
          recognition,
          ...(maxAgeSeconds > 0 && {
            // A sender's own id can lie ahead of the clock, or be no date at all.
            expiresAt: toIso(Math.min(entryTime(entry.id), arrival.redisTime) + maxAgeSeconds * 1000),
          }),
          latencyMs: Math.round((clock.monotonic() - arrival.monotonic) * 1000) / 1000,
          processorId: options.processorId,
          processedAt,
          ...carriedBy(publishing),
        };
        return options.encode(recognized, entry.id);
      },
      settled: (written) => {
        publishing.end();
        span.end();
        failures.forget(entry.id);
        if (written && recognized) events.published(recognized);
        done();
      },
    });
  }

  function giveUpFailed({ entry, transcript, span, done }: Work, error: Error): void {
    markFailed(span, error);
    const attempts = failures.count(entry.id);
    const { traceparent } = carriedBy(span);
    giveUp(
      entry,
      { reason: 'failed', error, attempts, frameId: transcript.frameId, ...(traceparent && { traceparent }) },
      () => {
        span.end();
        failures.forget(entry.id);
        done();
      },
    );
  }

  function giveUp(entry: Entry, letter: DeadLetter, done: () => void): void {
    settle({
      id: entry.id,
      kind: 'dead',
      fields: (failedAt) => encodeDeadLetter({ entry, letter, names, failedAt }),
      settled: (written) => {
        if (!written) return done();
        const [, traceId] = letter.traceparent?.split('-') ?? [];
        events.deadLettered({ id: entry.id, reason: letter.reason, traceId });
        done();
      },
    });
  }

  function skip(entry: Entry, reason: Parameters<StreamEvents['skipped']>[0], done: () => void): void {
    settle({
      id: entry.id,
      kind: 'skip',
      fields: () => [],
      settled: (written) => {
        if (written) events.skipped(reason);
        done();
      },
    });
  }

  return { publish, giveUpFailed, giveUp, skip };
}

/** ISO 8601 of a time in milliseconds; what was said in the same millisecond is written the same. */
function rememberIso(): (time: number) => string {
  let last = Number.NaN;
  let text = '';
  return (time) => {
    if (time !== last) {
      last = time;
      text = new Date(time).toISOString();
    }
    return text;
  };
}
