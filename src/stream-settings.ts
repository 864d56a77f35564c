import type { Config } from './config/schema.ts';
import type { Retention } from './stream/janitor.ts';
import type { FlowOptions } from './stream/session.ts';
import { type StreamNames, streamNames } from './stream/stream-names.ts';

/** Milliseconds Redis may leave a command unanswered before its connection is replaced. */
export const SILENCE_MS = 6000;

/** One set of names for each input stream. */
export function inputStreams({ streams, redis }: Config): StreamNames[] {
  return streams.input.map((input) =>
    streamNames({
      input,
      output: streams.output,
      deadLetters: streams.dead_letters,
      group: streams.group,
      consumer: streams.consumer,
      keyPrefix: redis.key_prefix,
    }),
  );
}

/** How a stream is read, and for how long what is on the streams is kept. */
export function streamSettings({ streams }: Config): { flow: FlowOptions; retention: Retention } {
  const { retention } = streams;
  return {
    flow: {
      leaseMs: streams.lease_ms,
      batchSize: streams.batch_size,
      highWaterMark: streams.high_water_mark,
      blockMs: streams.block_ms,
      silenceMs: SILENCE_MS,
      drainMs: streams.drain_ms,
    },
    retention: {
      inputSeconds: retention.input_seconds,
      outputSeconds: retention.output_seconds,
      outputEntries: retention.output_entries,
      deadLetterSeconds: retention.dead_letter_seconds,
      deadLetterEntries: retention.dead_letter_entries,
    },
  };
}
