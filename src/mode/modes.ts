import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { Mode } from '../intent/mode.ts';
import { createQuickAnswers, type TroubleEvents } from '../redis/quick-answers.ts';
import type { Automatic } from './automatic.ts';
import { type ModeState, modeStateOf } from './mode-state.ts';
import {
  createModeStore,
  type ModeSetting,
  type ModeStore,
  NOTHING_SET,
  type SharedMode,
} from './mode-store.ts';

/** A mode that began to hold here. */
export interface ModeChange extends Omit<ModeState, 'operator'> {
  readonly from: Mode;
}

export interface ModeEvents extends TroubleEvents {
  /** Each replica tells for itself. */
  readonly changed: (change: ModeChange) => void;
  /** Told by one of the replicas, for all. */
  readonly announced: (change: ModeChange) => void;
}

interface CurrentMode extends ModeState {
  /** UTC, ISO 8601: since when it holds here. */
  readonly since: string;
}

/** Which mode holds in this process. */
export interface Modes {
  current(): CurrentMode;
  /** Begins to follow the others. Resolves when it is known what they hold, or that Redis does not answer. */
  start(): Promise<void>;
  /** From now on this process asks for cheaper modes by itself. */
  automatic(automatic: Automatic): void;
  /** @returns what holds then; undefined where Redis does not answer, in which case it may still be done */
  set(setting: ModeSetting): Promise<CurrentMode | undefined>;
  stop(): Promise<void>;
}

/** Milliseconds between two looks at what the others know. With the limit below it stays under a second. */
const POLL_MS = 400;
/** Milliseconds that Redis may take to answer. */
const ANSWER_MS = 400;

/**
 * Follows the mode that all replicas share. Without Redis the last one that was known holds, and what this process asks
 * for by itself still counts.
 *
 * @param consumer this replica, under the same name after a restart
 */
export function createModes({
  redis,
  keyPrefix,
  consumer,
  events,
  clock,
}: {
  redis: Redis;
  keyPrefix: string;
  consumer: string;
  events: ModeEvents;
  clock: Clock;
}): Modes {
  const store = createModeStore(redis, keyPrefix);
  const quick = createQuickAnswers({ redis, limitMs: ANSWER_MS, events });
  let automatic: Automatic | undefined;
  let shared: SharedMode = { operator: NOTHING_SET, votes: [] };
  let own: ReturnType<Automatic['look']> | undefined;
  let hasVoted = false;
  let state: CurrentMode = { ...decide(), since: now() };
  /** What was not announced yet, by this replica or another. */
  let toAnnounce: { readonly change: ModeChange; readonly teller: string } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let polling: Promise<void> | undefined;
  let isStopped = false;

  function now(): string {
    return new Date(clock.now()).toISOString();
  }

  function decide(): ModeState {
    // Ours is there as it was a moment ago; before the first one it is an earlier process's.
    const others = shared.votes.filter((vote) => !(hasVoted && vote.consumer === consumer));
    return modeStateOf({ operator: shared.operator, votes: own ? [own, ...others] : others });
  }

  function follow(): void {
    const next = decide();
    const { mode: from, by, since } = state;
    const isNew = next.mode !== from || next.by !== by;
    state = { ...next, since: isNew ? now() : since };
    if (!isNew) return;
    const change = { from, mode: next.mode, by: next.by, reason: next.reason };
    toAnnounce = { change, teller: randomUUID() };
    events.changed(change);
  }

  function vote(): Parameters<ModeStore['sync']>[0]['vote'] {
    if (!own || own.mode === 'full') return hasVoted ? 'withdrawn' : 'none';
    hasVoted = true;
    return { mode: own.mode, reason: own.reason, leftMs: own.leftMs };
  }

  async function announce(): Promise<void> {
    const announcement = toAnnounce;
    if (!announcement) return;
    const { change, teller } = announcement;
    const isFirst = await quick.ask('announce the mode', () =>
      store.isFirstToTell(`${change.mode} by ${change.by}`, teller),
    );
    if (isFirst === undefined) return;
    if (toAnnounce === announcement) toAnnounce = undefined;
    if (isFirst) events.announced(change);
  }

  async function look(): Promise<void> {
    if (automatic) own = automatic.look(state.mode);
    follow();
    const known = shared.operator;
    const told = { consumer, known, vote: vote() };
    const heard = await quick.ask('read the mode', () => store.sync(told));
    // What was set meanwhile is newer than what was asked for before.
    if (heard && heard.operator.revision >= shared.operator.revision) shared = heard;
    follow();
    await announce();
  }

  /** One at a time. */
  function poll(): Promise<void> {
    clearTimeout(timer);
    polling ??= look().finally(() => {
      polling = undefined;
      if (!isStopped) timer = setTimeout(() => void poll(), POLL_MS);
    });
    return polling;
  }

  return {
    current: () => state,
    start: poll,
    automatic(given) {
      automatic = given;
    },
    async set(setting) {
      const heard = await quick.ask('set the mode', () => store.set(setting));
      if (!heard) return undefined;
      shared = heard;
      follow();
      void poll();
      return state;
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      quick.close();
      await polling;
    },
  };
}
