import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { persist } from '../stream/persist.ts';
import { type CallBack, hostOf } from './call-back.ts';
import { chooseCalls, type DueCall } from './choose-calls.ts';
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
/** Calls that are due and looked through at once. */
const LOOKED_THROUGH = 500;
/** Milliseconds for which these are put off where none of them may begin, so that others are seen. */
const PUT_OFF_MS = 5000;
/** Milliseconds between two tries, at most; each is five times as long as the last one. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10 * 60_000;

/**
 * What is to be told outlives the process; who dies between a call and writing that down has somebody called twice.
 *
 * @param callEnded told that one has ended: there is room for another one
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
  callEnded,
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
  readonly callEnded: () => void;
  readonly failed: (error: unknown) => void;
}): Calls {
  const underWay = new Map<string, { readonly host: string; readonly over: Promise<void> }>();
  let hosts: ReadonlyMap<string, string> = new Map();
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

  async function withHosts(queueIds: readonly string[]): Promise<DueCall[]> {
    const unknown = queueIds.filter((id) => !hosts.has(id));
    const found = await lasting('look whom to call', () =>
      Promise.all(unknown.map((id) => redis.hget(keys.record(id), 'callback_url'))),
    );
    const urls = new Map(unknown.map((id, index) => [id, found[index]]));
    const due = queueIds.map((queueId) => {
      const url = urls.get(queueId);
      return { queueId, host: hosts.get(queueId) ?? (url ? hostOf(url) : '') };
    });
    hosts = new Map(due.map(({ queueId, host }) => [queueId, host]));
    return due;
  }

  function begin({ queueId, host }: DueCall): void {
    const over = call(queueId)
      .catch(failed)
      .finally(() => {
        underWay.delete(queueId);
        callEnded();
      });
    underWay.set(queueId, { host, over });
  }

  return {
    async make() {
      if (underWay.size >= MOST_AT_ONCE) return;
      const all = await lasting('look for calls', () => scripts.due(LOOKED_THROUGH));
      const due = await withHosts(all.filter((id) => !underWay.has(id)));
      const room = MOST_AT_ONCE - underWay.size;
      const chosen = chooseCalls(due, { underWay: [...underWay.values()].map(({ host }) => host), room });
      for (const one of chosen) begin(one);
      if (all.length < LOOKED_THROUGH || chosen.length === room) return;
      const held = due.map(({ queueId }) => queueId).filter((id) => !underWay.has(id));
      await lasting('put calls off', () => scripts.putOff(held, PUT_OFF_MS));
    },
    finished: () => Promise.all([...underWay.values()].map(({ over }) => over)),
  };
}
