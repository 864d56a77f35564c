import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Recognise } from '../intent/recognise.ts';
import { formatTraceparent } from '../intent/trace-parent.ts';
import { type DecodedEntry, decodeEntry } from '../intent/transcript-codec.ts';
import { unlessAborted } from '../waiting.ts';
import type { Arrival, EndingOptions, Endings, Work } from './endings.ts';
import { type Entry, entryTime } from './entry.ts';
import type { Failures } from './failures.ts';
import { createLaneWaits } from './lane-waits.ts';
import type { Lanes } from './lanes.ts';
import { persist } from './persist.ts';
import type { StreamEvents } from './stream-events.ts';
import type { StreamTracing } from './stream-tracing.ts';

/** How one entry becomes one answer. */
export interface ProcessingOptions extends EndingOptions {
  readonly recognise: Recognise;
  readonly defaultLanguage: string;
  /** How many transcripts of one room may wait for an answer that takes time; those behind them get a quick one. */
  readonly laneDepth: number;
  /** Failures after which an entry is given up. */
  readonly maxFailures: number;
  /** Whether spans tell what was said. */
  readonly tracesTranscripts?: boolean;
}

export interface EntryProcessor {
  /** Works on an entry in its room's lane. */
  enter(entry: Entry, arrival: Arrival): void;
  /**
   * Works on an entry with nothing else going on, its failure counted beforehand: should it take the process
   * down, the count says so, and nobody else is blamed. Everybody waits meanwhile: when these have taken a while
   * altogether, the rest get quick answers.
   */
  alone(entry: Entry, arrival: Arrival): Promise<void>;
  /** Takes the failure back that was counted beforehand for an entry which did not take the process down. */
  pardon(): Promise<void>;
}

/** Who was charged with a failure beforehand. Outlives a session, and not the process: then the charge was right. */
export interface Suspicion {
  /**
   * The suspect that is charged and has neither failed nor been settled, and its count of failures before. Named
   * before the charge is sent: Redis may go down after counting and before it says so.
   */
  charged: { readonly id: string; readonly before: number } | undefined;
}

/** Milliseconds that suspects may hold up the whole stream with answers that take time. */
const SUSPECTS_MS = 2000;
/** Milliseconds before the second try; doubled for each further one. */
const FIRST_RETRY_MS = 100;
const NO_ROOM = '';

/**
 * @param stream that the entries are read from
 * @param settledBefore entries that were answered before the group had to be made anew
 * @param queuedUp told about an entry that waits behind many of its room and will not take long itself
 * @param signal ends the session: what is not settled by then stays pending
 */
export function createEntryProcessor({
  stream,
  options,
  lanes,
  failures,
  suspicion,
  endings,
  settledBefore,
  queuedUp,
  signal,
  events,
  tracing,
  clock,
}: {
  stream: string;
  options: ProcessingOptions;
  lanes: Lanes;
  failures: Failures;
  suspicion: Suspicion;
  endings: Endings;
  settledBefore: ReadonlySet<string>;
  queuedUp: (id: string) => void;
  signal: AbortSignal;
  events: StreamEvents;
  tracing: StreamTracing;
  clock: Clock;
}): EntryProcessor {
  const { maxAgeSeconds, maxFailures } = options;
  const waits = createLaneWaits({ lanes, tracing, clock });
  let suspectsTook = 0;

  /** Decodes an entry and starts on it. `done` is called when it is settled. */
  function start(
    entry: Entry,
    arrival: Arrival,
    { suspect, done }: { suspect: boolean; done: () => void },
  ): void {
    const decoded = decodeEntry({
      id: entry.id,
      fields: entry.fields,
      defaultLanguage: options.defaultLanguage,
    });
    if (entry.deleted) endings.skip(entry, 'deleted', done);
    else if (settledBefore.has(entry.id)) endings.skip(entry, 'settled_before', done);
    else if (entry.invalidFields) {
      const error = new Error('the entry has bytes that are no valid UTF-8');
      const letter = { reason: 'invalid_utf8', error, attempts: 0, ...originOf(decoded, entry) } as const;
      endings.giveUp(entry, letter, done);
    } else if (decoded.kind === 'skip') endings.skip(entry, decoded.reason, done);
    else if (decoded.kind === 'unusable') {
      const error = new Error(decoded.error);
      const letter = { reason: decoded.reason, error, attempts: 0, ...originOf(decoded, entry) };
      endings.giveUp(entry, letter, done);
    } else {
      const { transcript } = decoded;
      const room = transcript.room ?? NO_ROOM;
      const hasPlace = lanes.waiting(room) < options.laneDepth;
      if (!hasPlace) queuedUp(entry.id);
      const mayWait = hasPlace && !(suspect && suspectsTook > SUSPECTS_MS);
      const span = tracing.process(transcript, entry.id, arrival.redisTime - entryTime(entry.id));
      const work: Work = { entry, arrival, transcript, suspect, mayWait, done, span };
      const waited = waits.entering(room, span);
      lanes.enter(room, () => {
        waited?.();
        return attempt(work);
      });
    }
  }

  /** One try. Synchronous as long as the answer is; that keeps a full batch free of promises. */
  function attempt(work: Work): Promise<void> | undefined {
    if (signal.aborted) return undefined;
    if (isExpired(work)) {
      endings.publish(work, { meaning: { status: 'expired' }, source: 'none' });
      return undefined;
    }
    if (work.suspect) return attemptSuspect(work);
    return recognise(work, (error) => retryAfter(work, error));
  }

  /** @param failed what to do with an error; the charge differs for suspects */
  function recognise(work: Work, failed: (error: Error) => Promise<void>): Promise<void> | undefined {
    try {
      const recognition = options.recognise(work.transcript, {
        signal,
        span: work.span,
        mayWait: work.mayWait,
        delivery: { id: `${stream} ${work.entry.id}`, handedInAt: entryTime(work.entry.id) },
      });
      if (recognition instanceof Promise) {
        return recognition.then(
          (answer) => endings.publish(work, answer),
          (error: unknown) => failed(toError(error)),
        );
      }
      endings.publish(work, recognition);
      return undefined;
    } catch (error) {
      return failed(toError(error));
    }
  }

  async function attemptSuspect(work: Work): Promise<void> {
    const { id } = work.entry;
    const before = failures.count(id);
    if (before >= maxFailures) {
      const error = new Error('the process or its ownership ended each time it worked on this entry alone');
      endings.giveUpFailed(work, error);
      return;
    }
    suspicion.charged = { id, before };
    const count = await charge(work);
    if (count === undefined) return;
    await recognise(work, (error) => {
      // What a stop broke off did not fail.
      if (!signal.aborted) suspicion.charged = undefined;
      return decide(work, error, count);
    });
  }

  async function retryAfter(work: Work, error: Error): Promise<void> {
    const count = signal.aborted ? undefined : await charge(work);
    if (count !== undefined) await decide(work, error, count);
  }

  async function decide(work: Work, error: Error, count: number): Promise<void> {
    if (signal.aborted) return;
    const { traceId } = work.span.spanContext();
    events.failed({ id: work.entry.id, attempt: count, error, traceId });
    if (count >= maxFailures) {
      endings.giveUpFailed(work, error);
      return;
    }
    try {
      await sleep(FIRST_RETRY_MS * 2 ** (count - 1), undefined, { signal });
    } catch {
      return; // The session ended; the entry stays pending.
    }
    await attempt(work);
  }

  /** @returns the new count, or undefined when the session ended first */
  async function charge({ entry }: Work): Promise<number | undefined> {
    try {
      return await persist(() => failures.charge(entry.id), {
        operation: 'count a failure',
        signal,
        listener: events,
      });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  function isExpired({ entry, arrival }: Work): boolean {
    if (maxAgeSeconds === 0) return false;
    const redisNow = arrival.redisTime + (clock.monotonic() - arrival.monotonic);
    return redisNow - entryTime(entry.id) > maxAgeSeconds * 1000;
  }

  return {
    enter(entry, arrival) {
      start(entry, arrival, { suspect: false, done: () => undefined });
    },
    alone(entry, arrival) {
      const started = clock.monotonic();
      const { promise, resolve } = Promise.withResolvers<void>();
      const done = (): void => {
        suspicion.charged = undefined;
        suspectsTook += clock.monotonic() - started;
        resolve();
      };
      start(entry, arrival, { suspect: true, done });
      return unlessAborted(promise, signal);
    },
    async pardon() {
      const { charged } = suspicion;
      suspicion.charged = undefined;
      if (charged) await failures.pardon(charged.id, charged.before);
    },
  };
}

/** What a dead letter says about where its entry came from. */
function originOf(decoded: DecodedEntry, entry: Entry): { frameId: string; traceparent?: string } {
  if (decoded.kind === 'skip') return { frameId: entry.id };
  const { frameId, trace } = decoded.kind === 'transcript' ? decoded.transcript : decoded;
  return { frameId, ...(trace && { traceparent: formatTraceparent(trace) }) };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
