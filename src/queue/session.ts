import { ModelUnavailable } from '../intent/model-unavailable.ts';
import { redisErrorCode } from '../redis/script.ts';
import { atMostAfter } from '../stream/at-most-after.ts';
import type { Ownership } from '../stream/ownership.ts';
import { periodically } from '../stream/periodically.ts';
import { persist } from '../stream/persist.ts';
import { sleep, unlessAborted } from '../waiting.ts';
import { createAlarm } from './alarm.ts';
import { createCalls } from './calls.ts';
import { createLine, type Waiting } from './line.ts';
import { createPause } from './pause.ts';
import type { QueueParts } from './queue-parts.ts';
import { bindOwnerScripts } from './queue-scripts.ts';
import type { QueueStatus } from './queued-request.ts';
import { createEntrance } from './read-waiting.ts';
import type { Runs } from './runs.ts';

/** The time in which this replica owns the queue. */
export interface Session {
  wake(reason: 'request' | 'answer'): void;
  /** Settles at its end. @throws what made it impossible to go on, LOST among it */
  readonly over: Promise<void>;
}

/** Milliseconds between two looks at whether the time of a request is over. */
const LOOK_FOR_EXPIRED_MS = 1000;
/** Milliseconds between two looks at what other replicas have put there. */
const LOOK_MS = 400;
/** Milliseconds that putting back what a stop does not wait for may take: Redis may be away. */
const PUT_BACK_MS = 1000;
/** Milliseconds until a request that failed is tried again; doubled for each further failure. */
const FAILED_DELAY_MS = 500;

/**
 * Works on what waits, all in their order. What an owner that is gone left in work is suspect; where it was one request alone, that
 * counts as its failure. What this process began in an earlier session, and nobody took over in between, goes on.
 *
 * @param runs shared by all sessions of a worker
 * @param token the fencing token of the ownership
 * @param stopping begins nothing more; work under way gets `drainMs`, and what is left waits on
 */
export function runQueueSession({
  redis,
  keys,
  runs,
  callBack,
  settings,
  events,
  clock,
  token,
  ownership,
  stopping,
}: Omit<QueueParts, 'run'> & {
  readonly runs: Runs;
  readonly token: string;
  readonly ownership: Ownership;
  readonly stopping: AbortSignal;
}): Session {
  const session = new AbortController();
  const ended = session.signal;
  const end = (error: unknown): void => session.abort(error);
  const scripts = bindOwnerScripts(redis, { keys, token });
  const line = createLine();
  const pause = createPause(clock);
  const alarm = createAlarm();
  const calls = createCalls({
    ...{ redis, keys, scripts, callBack, tries: settings.callTries, events, clock },
    ...{ signal: ended, callEnded: alarm.ring, failed: end },
  });
  const entrance = createEntrance({ redis, keys, clock });
  const underWay = new Set<Promise<void>>();
  /** Of whom everybody was told that they are worked on. */
  const begun = new Set<Waiting>();
  /** A stop does not wait for what is still at work. */
  let leaves = false;

  return { wake, over: own() };

  function wake(reason: 'request' | 'answer'): void {
    if (reason === 'answer') {
      // Most of the time nobody waits.
      if (line.waiting.length === 0) return;
      answeredSomebody();
    }
    alarm.ring();
  }

  async function own(): Promise<void> {
    const stopHeartbeat = periodically(settings.leaseMs / 3, renew);
    const stopDeadline = atMostAfter(stopping, settings.drainMs + PUT_BACK_MS, () =>
      end(new Error('the stop left no more time')),
    );
    stopping.addEventListener('abort', alarm.ring, { once: true });
    try {
      await unlessAborted(work(), ended);
    } finally {
      stopHeartbeat();
      stopDeadline();
      stopping.removeEventListener('abort', alarm.ring);
      end(new Error('the session is over'));
    }
  }

  async function work(): Promise<void> {
    await takeOver();
    while (!stopping.aborted) {
      await readAll();
      await giveUpExpired();
      begin();
      await calls.make();
      await alarm.wait(pause.left() > 0 ? Math.min(pause.left(), LOOK_MS) : LOOK_MS);
    }
    await drain();
  }

  /** @returns those that somebody had begun with */
  async function readAll(): Promise<Waiting[]> {
    const left: Waiting[] = [];
    for (;;) {
      const entered = await lasting('read the queue', () => entrance.read());
      if (entered.length === 0) return left;
      for (const { waiting, wasInWork } of entered) {
        line.enter(waiting);
        if (wasInWork) {
          begun.add(waiting);
          left.push(waiting);
        }
      }
    }
  }

  async function takeOver(): Promise<void> {
    const isSameProcess = ownership.wasContinued();
    if (!isSameProcess) runs.end(new Error('another replica worked on the queue meanwhile'));
    const left = await readAll();
    for (const waiting of line.waiting.filter(({ queueId }) => runs.isUnderWay(queueId))) {
      if (left.includes(waiting)) waiting.attempts -= 1;
      line.begin(waiting);
      follow(waiting);
    }
    for (const waiting of left.filter((one) => !line.isInWork(one))) {
      waiting.isSuspect = !isSameProcess;
      if (isSameProcess || left.length > 1) await putBack(waiting);
      else await tookDown(waiting);
    }
  }

  /**
   * The process died while it alone was worked on. Once that may be anybody's doing, and it keeps its place; one that is there each
   * time shall not be all that a process works on that dies again and again for another reason.
   */
  function tookDown(waiting: Waiting): Promise<void> {
    const error = new Error('the process died, or lost the queue, while it worked on this request alone');
    return failed(waiting, error, waiting.failures === 0 ? 0 : FAILED_DELAY_MS);
  }

  /** Begins with as many as may be. */
  function begin(): void {
    const most = pause.isTrying ? 1 : settings.concurrency;
    while (pause.left() === 0 && line.inWork < most && !stopping.aborted) {
      const next = line.next(clock.monotonic());
      if (!next) return;
      follow(next);
    }
  }

  function follow(waiting: Waiting): void {
    const one = answer(waiting)
      .catch(end)
      .finally(() => {
        underWay.delete(one);
        alarm.ring();
      });
    underWay.add(one);
  }

  async function answer(waiting: Waiting): Promise<void> {
    const { queueId } = waiting;
    waiting.attempts += 1;
    const told = { attempts: waiting.attempts, started: clock.now() };
    const said = await lasting('begin with a request', () => scripts.begin(queueId, told));
    if (said === undefined) {
      waiting.attempts -= 1;
      return settle(waiting, 'expired');
    }
    // One that only tries whether the outage is over would tell of it every few seconds.
    if (!pause.isTrying) {
      tell(waiting, 'processing');
      begun.add(waiting);
    }
    let result: Readonly<Record<string, unknown>>;
    try {
      result = await unlessAborted(runs.run(queueId, said), ended);
    } catch (error) {
      ended.throwIfAborted();
      runs.letGo(queueId);
      if (leaves) return putBack(waiting);
      if (error instanceof ModelUnavailable) return waitOn(waiting, error);
      return failed(waiting, error as Error);
    }
    await settle(waiting, 'completed', JSON.stringify(result));
    answeredSomebody();
  }

  /** Whoever would be asked is out, or this one has asked too much: that is no fault of the request. */
  async function waitOn(waiting: Waiting, { reason, retryAfterMs }: ModelUnavailable): Promise<void> {
    const wasAsked = reason === 'timeout' || reason === 'provider_error';
    if (wasAsked) waiting.troubles += 1;
    else waiting.attempts -= 1;
    if (reason === 'rate_limited' && retryAfterMs !== undefined)
      waiting.notBefore = clock.monotonic() + retryAfterMs;
    else pause.begin();
    if (waiting.failures >= settings.maxFailures) await settle(waiting, 'failed');
    else await putBack(waiting);
  }

  async function failed(waiting: Waiting, error: Error, delayMs = FAILED_DELAY_MS): Promise<void> {
    blame(waiting, delayMs);
    events.failed({ queueId: waiting.queueId, failures: waiting.failures, error });
    if (waiting.failures >= settings.maxFailures) return settle(waiting, 'failed');
    await putBack(waiting);
  }

  async function putBack(waiting: Waiting): Promise<void> {
    await lasting('put a request back', () => scripts.putBack(waiting.queueId, waiting));
    line.putBack(waiting);
    if (begun.delete(waiting)) tell(waiting, 'queued');
  }

  async function settle(waiting: Waiting, status: QueueStatus, result?: string): Promise<void> {
    const told = { status, ended: clock.now(), keptMs: settings.keptMs, result };
    const ending = await lasting('end a request', () => scripts.end(waiting, told));
    runs.letGo(waiting.queueId);
    line.leave(waiting);
    begun.delete(waiting);
    tell(waiting, ending);
  }

  /**
   * Models answer. Whom they could not answer before that was met by the outage, once; whom they cannot answer while others are
   * answered is to blame for it, and lets the others go first.
   */
  function answeredSomebody(): void {
    pause.end();
    for (const waiting of line.waiting) {
      if (waiting.troubles === 0) continue;
      waiting.troubles = 0;
      if (waiting.wasOut) blame(waiting, FAILED_DELAY_MS);
      waiting.wasOut = true;
    }
  }

  function blame(waiting: Waiting, delayMs: number): void {
    waiting.failures += 1;
    waiting.notBefore = clock.monotonic() + delayMs * 2 ** (waiting.failures - 1);
  }

  /** What Redis has forgotten is too old. */
  async function giveUpExpired(): Promise<void> {
    const now = clock.monotonic();
    for (const waiting of line.waiting.filter((one) => one.expires <= now && !line.isInWork(one))) {
      const said = keys.said(waiting.queueId);
      if ((await lasting('look for a request', () => redis.exists(said))) === 0)
        await settle(waiting, 'expired');
      else waiting.expires = now + LOOK_FOR_EXPIRED_MS;
    }
  }

  async function drain(): Promise<void> {
    const all = Promise.all([...underWay, calls.finished()]);
    await Promise.race([all, sleep(settings.drainMs, ended)]);
    leaves = true;
    runs.end(new Error('the stop left no more time'));
    await Promise.all(underWay);
  }

  function tell({ queueId, priority, attempts }: Waiting, status: QueueStatus): void {
    events.status({ queueId, status, priority, attempts });
  }

  /** Goes on trying what Redis refuses. */
  function lasting<Result>(operation: string, ask: () => Promise<Result>): Promise<Result> {
    return persist(ask, { operation, signal: ended, listener: events });
  }

  async function renew(): Promise<void> {
    try {
      await ownership.renew(token, ended);
      events.recovered('renew the lease of the queue');
    } catch (error) {
      if (redisErrorCode(error) === 'LOST') end(error);
      else if (!ended.aborted) events.trouble('renew the lease of the queue', error as Error);
    }
  }
}
