import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { redisErrorCode } from '../redis/script.ts';
import { unlessAborted } from '../waiting.ts';
import { atMostAfter } from './at-most-after.ts';
import { createEndings } from './endings.ts';
import { compareIds } from './entry.ts';
import { loadFailures } from './failures.ts';
import { type ArrivedBatch, createIntake } from './intake.ts';
import { createLanes } from './lanes.ts';
import type { Asker, Ownership } from './ownership.ts';
import { periodically } from './periodically.ts';
import {
  createEntryProcessor,
  type EntryProcessor,
  type ProcessingOptions,
  type Suspicion,
} from './process-entry.ts';
import { createProgress, type Progress } from './progress.ts';
import { createPublisher } from './publisher.ts';
import { createReader } from './reader.ts';
import type { StreamEvents } from './stream-events.ts';
import type { StreamNames } from './stream-names.ts';
import { createStreamTracing } from './stream-tracing.ts';
import { takeOver } from './takeover.ts';

/** How the loop reads; defaults and limits stand in the configuration's schema. */
export interface FlowOptions {
  readonly leaseMs: number;
  /** Entries read at once, at most. */
  readonly batchSize: number;
  /** Entries read and not settled, at most. Past it the stream is the queue. */
  readonly highWaterMark: number;
  /** How long one wait for entries blocks. */
  readonly blockMs: number;
  /** How long Redis may leave a command unanswered before its connection is replaced. */
  readonly silenceMs: number;
  /** How long work in flight may go on after the stop. */
  readonly drainMs: number;
}

/** Milliseconds of decoding and matching in a row before other work of the process gets a turn. */
const SLICE_MS = 8;
const DRAIN_POLL_MS = 5;
/**
 * Milliseconds in which something has to end while a stream is handed over: longer than any model may take. What never
 * ends would hold the stream for ever.
 */
const STUCK_MS = 150_000;
const PARDON_TIMEOUT_MS = 1000;
const NOTHING: ReadonlySet<string> = new Set();
/** Before all ids. */
const NONE = '0-0';

/**
 * Works on a stream for as long as this replica owns it: first what earlier owners left pending, then what is new. Reading
 * runs one batch ahead of the work, and settling runs beside both.
 *
 * What was pending when an owner died is suspect: it is worked on one by one. What an owner left that handed over in peace
 * took nobody down, and goes its usual way.
 *
 * @param token the fencing token of the ownership
 * @param suspicion shared by all sessions of a processor
 * @param connectReader opens the reader's own connection, which waiting blocks
 * @param began told what the session has in work
 * @param wanted told when another replica asks for the stream
 * @param stopping ends the reading; work in flight gets `drainMs`, and what is left stays pending
 * @param giving ends the reading as well; all that is in work is finished, because whoever owns the stream next would have
 *   to pay again for what was cut off
 * @returns the word for the next owner: of what is pending then, all up to this id is suspect, and nothing after it;
 *   undefined where an earlier owner died and this one has not even seen what it left
 * @throws what made it impossible to go on, LOST and NOGROUP among it; nothing but Redis knows then what is pending
 */
export async function runSession({
  redis,
  connectReader,
  names,
  token,
  ownership,
  flow,
  processing,
  suspicion,
  began,
  wanted,
  events,
  clock,
  stopping,
  giving,
}: {
  redis: Redis;
  connectReader: () => Redis;
  names: StreamNames;
  token: string;
  ownership: Ownership;
  flow: FlowOptions;
  processing: ProcessingOptions;
  suspicion: Suspicion;
  began: (progress: Pick<Progress, 'capacity'>) => void;
  wanted: (asker: Asker) => void;
  events: StreamEvents;
  clock: Clock;
  stopping: AbortSignal;
  giving: AbortSignal;
}): Promise<string | undefined> {
  const leaving = AbortSignal.any([stopping, giving]);
  const session = new AbortController();
  const ended = session.signal;
  const end = (error: unknown): void => session.abort(error);
  const stopHeartbeat = periodically(flow.leaseMs / 3, renew);
  const outOfTime = new Error('the stop left no more time');
  const stopDeadline = atMostAfter(stopping, flow.drainMs, () => end(outOfTime));
  const readerConnection = connectReader();
  let entryProcessor: EntryProcessor | undefined;
  /** From one on that the stop left no time for, entries stay pending. */
  let leaves = false;
  // Who is stopped before looking passes on what it was told.
  let suspectsTo = ownership.wordLeft();

  try {
    await unlessAborted(work(), ended);
  } catch (error) {
    if (error !== outOfTime) throw error;
  } finally {
    stopHeartbeat();
    stopDeadline();
    end(new Error('the session is over'));
    readerConnection.disconnect();
    if (leaving.aborted) await pardon();
  }
  return suspectsTo;

  async function work(): Promise<void> {
    const inherited = await takeOver({ redis, names, token });
    if (inherited.pending.length > 0) events.reclaimed(inherited.pending.length);
    for (let index = 0; index < inherited.deleted; index += 1) events.skipped('deleted');
    const lastSuspect = suspectsTo ?? inherited.pending.at(-1) ?? NONE;
    suspectsTo = lastSuspect;
    const suspects = new Set(inherited.pending.filter((id) => compareIds(id, lastSuspect) <= 0));
    const progress = createProgress(inherited);
    began(progress);
    const intake = createIntake({
      reader: createReader({ redis: readerConnection, names, token, ...flow, signal: ended }),
      progress,
      ...flow,
      stopping: leaving,
      ended,
      listener: events,
      clock,
    });
    const publisher = createPublisher({
      ...{ redis, names, token, progress, clock },
      signal: ended,
      listener: events,
      failed: end,
    });
    const failures = await loadFailures({ redis, names, token });
    const tracing = createStreamTracing({
      ...names,
      tellsTranscripts: processing.tracesTranscripts ?? false,
    });
    const { settle } = publisher;
    const processor = createEntryProcessor({
      stream: names.input,
      options: processing,
      lanes: createLanes((error) => {
        // Not Redis but what was worked on ended the session: its charge was right.
        if (!ended.aborted) suspicion.charged = undefined;
        end(error);
      }),
      failures,
      suspicion,
      settledBefore: inherited.repeats?.settled ?? new Set(),
      endings: createEndings({ options: processing, names, failures, settle, events, tracing, clock }),
      queuedUp: progress.setAside,
      signal: ended,
      events,
      tracing,
      clock,
    });

    entryProcessor = processor;
    // An earlier session of this process ended, and the process did not. Where another replica had the stream in
    // between, this one was held up for longer than its lease: that counts.
    if (ownership.wasContinued()) await processor.pardon();
    else suspicion.charged = undefined;

    /** One batch further while the last one is worked on. */
    function readAhead(): Promise<ArrivedBatch | undefined> {
      const batch = intake.next();
      batch.catch(end);
      return batch;
    }

    let { repeats } = inherited;
    let ahead = readAhead();
    for (let batch = await ahead; batch; batch = await ahead) {
      ahead = readAhead();
      await workOn(batch, { processor, suspects, progress });
      if (repeats && compareIds(progress.cursorAfter(NOTHING), repeats.to) >= 0) {
        await repeats.forget();
        repeats = undefined;
      }
    }
    await drain(progress);
  }

  async function workOn(
    batch: ArrivedBatch,
    {
      processor,
      suspects,
      progress,
    }: { processor: EntryProcessor; suspects: Set<string>; progress: Progress },
  ): Promise<void> {
    let sliceStart = clock.monotonic();
    for (const entry of batch.entries) {
      const isSuspect = suspects.delete(entry.id);
      // One by one they can take longer than a stop may, and nothing overtakes what is left.
      leaves ||= isSuspect && leaving.aborted;
      if (leaves) progress.leave(entry.id);
      else if (isSuspect) await processor.alone(entry, batch);
      else processor.enter(entry, batch);

      if (clock.monotonic() - sliceStart > SLICE_MS) {
        await nextTurn();
        ended.throwIfAborted();
        sliceStart = clock.monotonic();
      }
    }
  }

  async function drain(progress: Progress): Promise<void> {
    let least = progress.inWork;
    let since = clock.monotonic();
    while (progress.inWork > 0) {
      await sleep(DRAIN_POLL_MS, undefined, { signal: ended });
      if (progress.inWork < least) {
        least = progress.inWork;
        since = clock.monotonic();
      } else if (clock.monotonic() - since > STUCK_MS) {
        throw new Error(`of ${least} entries in work none has ended for ${STUCK_MS / 1000} s`);
      }
    }
  }

  /** Best effort: where Redis is away or frozen, the count stays. */
  async function pardon(): Promise<void> {
    if (!entryProcessor || redis.status !== 'ready') return;
    try {
      await unlessAborted(entryProcessor.pardon(), AbortSignal.timeout(PARDON_TIMEOUT_MS));
    } catch (error) {
      events.trouble('take a failure back', error as Error);
    }
  }

  async function renew(): Promise<void> {
    try {
      const asker = await ownership.renew(token, ended);
      if (asker) wanted(asker);
      events.recovered('renew the lease');
    } catch (error) {
      if (redisErrorCode(error) === 'LOST') end(error);
      else if (!ended.aborted) events.trouble('renew the lease', error as Error);
    }
  }
}
