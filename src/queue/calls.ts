import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { persist } from '../stream/persist.ts';
import type { CallBack } from './call-back.ts';
import type { QueueEvents } from './queue-events.ts';
import type { QueueKeys } from './queue-keys.ts';
import type { OwnerScripts } from './queue-scripts.ts';
import { encodeRecord, readRecord } from './queued-request.ts';

/** Tells whoever wanted to be called what became of their requests. */
export interface Calls {
  /** Begins with those that are due. @throws the signal's reason when it is aborted, or what ends the session */
  make(): Promise<void>;
  /** Settles when those under way have ended. */
  finished(): Promise<unknown>;
}

/** Calls under way at once. */
const MOST_AT_ONCE = 8;
/** Milliseconds between two tries, at most; each is five times as long as the last one. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10 * 60_000;

/**
 * What is to be told outlives the process; who dies between a call and writing that down has somebody called twice.
 *
 * @param failed told what made it impossible to go on
 */
export function createCalls({
  redis,
  keys,
  scripts,
  callBack,
  tries: mostTries,
  events,
  clock,
  signal,
  failed,
}: {
  readonly redis: Redis;
  readonly keys: QueueKeys;
  readonly scripts: OwnerScripts;
  readonly callBack: CallBack | undefined;
  readonly tries: number;
  readonly events: QueueEvents;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly failed: (error: unknown) => void;
}): Calls {
  const underWay = new Map<string, Promise<void>>();
  const lasting = <Result>(operation: string, ask: () => Promise<Result>): Promise<Result> =>
    persist(ask, { operation, signal, listener: events });

  async function call(queueId: string): Promise<void> {
    const fields = await lasting('read a request', () => redis.hgetall(keys.record(queueId)));
    const record = readRecord(fields, clock.now());
    const url = fields['callback_url'];
    const tries = Number(fields['callback_tries'] ?? 0) + 1;
    const told =
      record && url !== undefined && callBack
        ? await callBack(url, { body: JSON.stringify(encodeRecord(queueId, record)), signal })
        : { problem: 'nobody may be called any more, or it is not known whom', isLasting: true };
    signal.throwIfAborted();
    const isOver = told.problem === undefined || told.isLasting === true || tries >= mostTries;
    const outcome = told.problem === undefined ? 'delivered' : isOver ? 'given_up' : 'again';
    const pauseMs = Math.min(FIRST_PAUSE_MS * 5 ** (tries - 1), LONGEST_PAUSE_MS);
    const next = outcome === 'again' ? pauseMs : outcome;
    await lasting('note a call', () => scripts.called(queueId, { tries, next }));
    events.called({ queueId, outcome, problem: told.problem });
  }

  return {
    async make() {
      const room = MOST_AT_ONCE - underWay.size;
      if (room <= 0) return;
      const due = await lasting('look for calls', () => scripts.due(MOST_AT_ONCE));
      for (const queueId of due.filter((id) => !underWay.has(id)).slice(0, room)) {
        const one = call(queueId)
          .catch(failed)
          .finally(() => underWay.delete(queueId));
        underWay.set(queueId, one);
      }
    },
    finished: () => Promise.all(underWay.values()),
  };
}
