import type { Redis } from 'ioredis';
import { expect, inject, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { Recognise } from '../../src/intent/recognise.ts';
import type { Recognition, RecognizedTranscript } from '../../src/intent/recognition.ts';
import { encodeEntry } from '../../src/intent/recognition-codec.ts';
import { openConnection } from '../../src/redis/connection.ts';
import type { Retention } from '../../src/stream/janitor.ts';
import type { ProcessingOptions } from '../../src/stream/process-entry.ts';
import { startProcessor } from '../../src/stream/processor.ts';
import type { FlowOptions } from '../../src/stream/session.ts';
import { type StreamNames, streamNames } from '../../src/stream/stream-names.ts';
import { connectShared, ownName } from './shared.ts';

export const GROUP = 'llm-intent';

/** Fields of an entry by name, as text. */
export type Fields = Readonly<Record<string, string>>;

/** An input stream with its output and dead letters, under names that no other test uses. */
export interface TestStream {
  /** For the test's own commands. */
  readonly redis: Redis;
  /** What the test's names start with. */
  readonly prefix: string;
  readonly input: string;
  readonly output: string;
  readonly deadLetters: string;
  /** The names one replica works with. */
  names(consumer?: string): StreamNames;
  /** Adds an entry. @returns its id */
  add(fields: Readonly<Record<string, string | Buffer>>, id?: string): Promise<string>;
  outputs(): Promise<Fields[]>;
  letters(): Promise<Fields[]>;
  /** Waits until every entry was delivered and none is pending. */
  settled(): Promise<void>;
}

/**
 * A connection to the shared Redis, closed when the test ends.
 *
 * @param key for which a program of ours would open it; absent: for the test's own commands
 */
export function openRedis(key?: string): Redis {
  const redis = key === undefined ? connectShared() : connect('test', key);
  onTestFinished(() => redis.disconnect());
  return redis;
}

function connect(name: string, key: string): Redis {
  return openConnection({
    ...{ url: inject('redisUrl'), key, name },
    events: { lost: () => undefined, ready: () => undefined },
  });
}

export function createTestStream(): TestStream {
  const redis = openRedis();
  const prefix = ownName();
  const [input, output, deadLetters] = [`${prefix}:in`, `${prefix}:out`, `${prefix}:dlq`];

  async function entriesOf(stream: string): Promise<Fields[]> {
    return (await redis.xrange(stream, '-', '+')).map(([, flat]) => toFields(flat));
  }

  return {
    ...{ redis, prefix, input, output, deadLetters },
    names: (consumer = 'replica-1') =>
      streamNames({ input, output, deadLetters, group: GROUP, consumer, keyPrefix: `${prefix}:` }),
    async add(fields, id = '*') {
      return (await redis.xadd(input, id, ...Object.entries(fields).flat())) as string;
    },
    outputs: () => entriesOf(output),
    letters: () => entriesOf(deadLetters),
    async settled() {
      await expect
        .poll(async () => {
          const stream = toRecord((await redis.xinfo('STREAM', input)) as unknown[]);
          const groups = ((await redis.xinfo('GROUPS', input)) as unknown[][]).map(toRecord);
          const group = groups.find(({ name }) => name === GROUP);
          return group?.['pending'] === 0 && group['last-delivered-id'] === stream['last-generated-id'];
        })
        .toBe(true);
    },
  };
}

/** Names and values, alternating, as Redis answers `XRANGE`. */
function toFields(flat: readonly string[]): Fields {
  return toRecord(flat) as Fields;
}

/** Names and values, alternating, as Redis answers `XINFO`. */
export function toRecord(flat: readonly unknown[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) record[String(flat[index])] = flat[index + 1];
  return record;
}

/** What a processor told about itself, in order. */
interface Happenings {
  readonly ownership: ('owner' | 'standby')[];
  readonly interrupted: Error[];
  readonly reclaimed: number[];
  readonly published: RecognizedTranscript[];
  readonly skipped: string[];
  readonly deadLettered: { readonly id: string; readonly reason: string }[];
  readonly failed: { readonly id: string; readonly attempt: number; readonly error: Error }[];
  readonly trouble: { readonly operation: string; readonly error: Error }[];
}

export interface TestProcessor {
  readonly happenings: Happenings;
  load(): number;
  stop(): Promise<void>;
  /** Cuts it off from Redis for good, as the death of its process would: it can neither settle nor release. */
  cutOff(): void;
}

/** Everything is understood at once, as one action that repeats what was said. */
export function understood(text: string): Recognition {
  return {
    meaning: {
      status: 'recognized',
      kind: 'action',
      actions: [{ intent: 'test.say', entities: { words: text } }],
      confidence: 1,
      requiresConfirmation: false,
    },
    source: 'rules',
  };
}

export interface TestProcessorOptions {
  readonly consumer?: string;
  readonly recognise?: Recognise;
  readonly flow?: Partial<FlowOptions>;
  readonly processing?: Partial<ProcessingOptions>;
  readonly retention?: Partial<Retention>;
  readonly clock?: Clock;
}

/** Starts the real processor, with connections of its own; it is stopped when the test ends. */
export function startTestProcessor(
  stream: TestStream,
  {
    consumer,
    recognise = ({ text }) => understood(text),
    flow,
    processing,
    retention,
    clock = systemClock,
  }: TestProcessorOptions = {},
): TestProcessor {
  const happenings: Happenings = {
    ...{ ownership: [], interrupted: [], reclaimed: [], published: [] },
    ...{ skipped: [], deadLettered: [], failed: [], trouble: [] },
  };
  const connections: Redis[] = [];

  function connectFor(name: string): Redis {
    const connection = connect(name, stream.input);
    connections.push(connection);
    return connection;
  }

  const processor = startProcessor({
    redis: connectFor('test commands'),
    connectReader: () => connectFor('test reader'),
    names: stream.names(consumer),
    flow: {
      ...{
        leaseMs: 3000,
        batchSize: 100,
        highWaterMark: 1000,
        blockMs: 100,
        silenceMs: 10_000,
        drainMs: 500,
      },
      ...flow,
    },
    retention: {
      ...{ inputSeconds: 3600, outputSeconds: 3600, outputEntries: 100_000 },
      ...{ deadLetterSeconds: 3600, deadLetterEntries: 100_000 },
      ...retention,
    },
    processing: {
      recognise,
      encode: (recognized, sourceMessageId) => encodeEntry(recognized, { sourceMessageId }),
      defaultLanguage: 'pl',
      laneDepth: 1000,
      maxAgeSeconds: 0,
      maxFailures: 5,
      processorId: consumer ?? 'replica-1',
      ...processing,
    },
    events: {
      ownership: (state) => void happenings.ownership.push(state),
      interrupted: (error) => void happenings.interrupted.push(error),
      reclaimed: (count) => void happenings.reclaimed.push(count),
      published: (recognized) => void happenings.published.push(recognized),
      skipped: (reason) => void happenings.skipped.push(reason),
      deadLettered: ({ id, reason }) => void happenings.deadLettered.push({ id, reason }),
      failed: ({ id, attempt, error }) => void happenings.failed.push({ id, attempt, error }),
      trouble: (operation, error) => void happenings.trouble.push({ operation, error }),
      recovered: () => undefined,
    },
    clock,
  });

  function cutOff(): void {
    for (const connection of connections) connection.disconnect();
  }

  onTestFinished(async () => {
    await processor.stop();
    cutOff();
  });
  return { happenings, cutOff, load: processor.load, stop: () => processor.stop() };
}
