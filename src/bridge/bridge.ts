import type { Span } from '@opentelemetry/api';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { HomeAssistant } from '../home-assistant/connect.ts';
import { HomeAssistantError, type HomeAssistantTrouble } from '../home-assistant/failure.ts';
import type { Meaning } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { Home } from '../lexicon/home.ts';
import { type Depths, readDepthsInTime } from '../stream/depths.ts';
import { createLanes } from '../stream/lanes.ts';
import { sleep } from '../waiting.ts';
import { createAnswerer } from './answer.ts';
import { bridgeKeys } from './bridge-keys.ts';
import { createBridgeTracing } from './bridge-tracing.ts';
import type { ExecutedStatus } from './executed.ts';
import { createFire } from './fire.ts';
import { createGuard } from './guard.ts';
import { createHandle } from './handle.ts';
import { type Incoming, readIncoming } from './incoming.ts';
import { createPerform } from './perform.ts';
import { createPlans } from './plans.ts';
import { createIntentReader, type IntentEntry } from './read-intents.ts';
import { createSchedules, occasionOf } from './schedules.ts';
import { createBridgeLedger } from './settle.ts';
import { createTimers } from './timers.ts';

export interface BridgeSettings {
  /** The stream of intents. */
  readonly input: string;
  readonly output: string;
  readonly outputEntries: number;
  readonly outputSeconds: number;
  readonly group: string;
  readonly consumer: string;
  readonly keyPrefix: string;
  readonly rememberSeconds: number;
  readonly graceSeconds: number;
  readonly maxSchedules: number;
  readonly defaultLanguage: string;
  /** Of the home. */
  readonly timeZone: string;
}

export interface BridgeEvents {
  /** An entry that no service of ours wrote. */
  readonly unreadable: (entryId: string, reason: string) => void;
  /** Working on an entry, or on something planned, failed; it is tried again. */
  readonly failed: (what: string, reason: string) => void;
  /** Nothing is read, or nothing planned is done, for now; told at each try. */
  readonly trouble: (operation: string, reason: string) => void;
  /** It went well; told each time. */
  readonly recovered: (operation: string) => void;
  /** What became of each of an entry's actions, or of a schedule. */
  readonly executed: (statuses: readonly ExecutedStatus[]) => void;
  /** Home Assistant was asked to act, which took so many milliseconds. */
  readonly called: (outcome: CallOutcome, ms: number) => void;
}

/** How a call of Home Assistant ended; `defect`: of ours. */
export type CallOutcome = 'done' | HomeAssistantTrouble | 'defect';

/** What waits for the bridge; unknown where Redis does not tell within a second. */
export interface Backlog extends Depths {
  /** For later, timers included. */
  readonly planned: number | undefined;
}

export interface Bridge {
  backlog(): Promise<Backlog>;
  /** Stops reading, finishes what was begun, for a while; what is not finished stays pending. */
  stop(): Promise<void>;
}

const BATCH = 50;
/** Entries in work at once, at most. */
const HIGH_WATER_MARK = 100;
/** Milliseconds between two looks at what has become due. */
const TICK_MS = 500;
/** Milliseconds between two looks at what was delivered and is not settled. */
const LOOK_BACK_MS = 15_000;
/** Milliseconds before something is tried again that went wrong. */
const RETRY_MS = 1000;
/** Milliseconds that what was begun may take after a stop. */
const DRAIN_MS = 10_000;
/** The lane of what was said nowhere. */
const NOWHERE = 'an unknown room';

/**
 * Carries what was understood to Home Assistant, and plans what is for later.
 *
 * @param redis for commands; @param reader a connection of its own, because waiting blocks it
 * @param home asked each time, as `decide` is, which knows what policy makes of a meaning
 */
export function startBridge({
  redis,
  reader,
  assistant,
  home,
  decide,
  settings,
  clock,
  events,
}: {
  redis: Redis;
  reader: Redis;
  assistant: HomeAssistant;
  home: () => Home;
  decide: (meaning: Meaning, utterance: Utterance) => Meaning;
  settings: BridgeSettings;
  clock: Clock;
  events: BridgeEvents;
}): Bridge {
  const { input, output, group, consumer, keyPrefix, rememberSeconds, timeZone: zone } = settings;
  const stopping = new AbortController();
  const ending = new AbortController();
  const { signal } = ending;
  const keys = bridgeKeys({ keyPrefix, group });
  const maxEntries = settings.outputEntries;
  const ledger = createBridgeLedger({
    ...{ redis, keys, rememberSeconds, maxEntries, keptSeconds: settings.outputSeconds },
    names: { input, output, group },
  });
  const schedules = createSchedules({
    ...{ redis, keys, consumer, output, rememberSeconds, maxEntries },
    most: settings.maxSchedules,
  });
  const intents = createIntentReader({
    ...{ redis: reader, stream: input, group, consumer },
    signal: stopping.signal,
  });
  const tracing = createBridgeTracing({ stream: input, group });
  const guard = createGuard(decide);
  const timers = createTimers({ schedules, clock });
  const plans = createPlans({ schedules, home, zone, clock });
  const perform = (span: Span) =>
    createPerform({
      ...{ home, assistant, ledger, guard, clock, signal },
      asking: (action, _errand, ask) => tracing.calling(action, span, () => timed(ask)),
    });
  const handle = createHandle({
    ...{ perform, guard, timers, plans, assistant, clock, signal },
    answer: createAnswerer({ home, assistant, zone }),
    defaultLanguage: settings.defaultLanguage,
  });
  const fire = createFire({
    ...{ schedules, perform, plans, tracing, home, zone, clock },
    graceMs: settings.graceSeconds * 1000,
  });

  async function timed<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const started = clock.monotonic();
    const ended = (outcome: CallOutcome): void => events.called(outcome, clock.monotonic() - started);
    try {
      const answer = await ask();
      ended('done');
      return answer;
    } catch (error) {
      ended(error instanceof HomeAssistantError ? error.trouble : 'defect');
      throw error;
    }
  }

  const inWork = new Map<string, Promise<void>>();
  const lanes = createLanes((error) => events.failed('lane', messageOf(error)));

  /** Runs it behind what is in the same lane. What goes wrong leaves it pending, and is told. */
  function enter(name: string, lane: string, task: () => Promise<void>): void {
    if (inWork.has(name)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    inWork.set(name, promise);
    lanes.enter(lane, async () => {
      try {
        if (!stopping.signal.aborted) await task();
      } catch (error) {
        if (!signal.aborted) events.failed(name, messageOf(error));
      } finally {
        inWork.delete(name);
        resolve();
      }
    });
  }

  function take(entry: IntentEntry): void {
    const name = nameOf(entry);
    if (inWork.has(name)) return;
    const { id, fields } = entry;
    let incoming: Incoming | undefined;
    try {
      incoming = fields.length === 0 ? undefined : readIncoming(fields);
    } catch (error) {
      events.unreadable(id, messageOf(error));
    }
    const found = incoming;
    enter(name, `said in ${found?.room ?? NOWHERE}`, async () => {
      // Also what was done and not acknowledged.
      if (!found || (await ledger.isDone(found.source))) return await ledger.pass(id);
      const waitedMs = clock.now() - Number.parseInt(id, 10);
      await tracing.processing({ id, parent: found.trace, waitedMs }, async (span) => {
        const executed = await handle(found, span);
        await ledger.settle(id, { source: found.source, executed: executed.map(({ fields }) => fields) });
        events.executed(executed.map(({ status }) => status));
      });
    });
  }

  /** What went wrong is tried again: entries stay pending, and are found there. */
  async function persist(operation: string, work: () => Promise<void>): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await work();
        events.recovered(operation);
      } catch (error) {
        if (stopping.signal.aborted) return;
        events.trouble(operation, messageOf(error));
        await sleep(RETRY_MS, stopping.signal).catch(() => undefined);
      }
    }
  }

  async function roomForMore(): Promise<void> {
    while (inWork.size >= HIGH_WATER_MARK) await Promise.race(inWork.values());
  }

  /** When this consumer looked through what it had been delivered, on the monotonic clock. */
  let lookedBack: number | undefined;
  let isReconnected = false;
  const reconnected = (): void => {
    isReconnected = true;
  };
  // What was delivered over a connection that broke is waiting to be asked for again.
  reader.on('ready', reconnected);
  async function readOn(): Promise<void> {
    await roomForMore();
    const now = clock.monotonic();
    if (lookedBack === undefined || isReconnected || now - lookedBack > LOOK_BACK_MS) {
      isReconnected = false;
      if (lookedBack === undefined) await intents.join();
      await lookBack();
      lookedBack = now;
    }
    for (const entry of await intents.next(BATCH)) take(entry);
  }

  /** What was begun before a crash, what went wrong, what another consumer has left. */
  async function lookBack(): Promise<void> {
    let after = '0-0';
    for (;;) {
      await roomForMore();
      const last = (await takeAgain(() => intents.pending(after, BATCH))).at(-1);
      if (!last) break;
      after = last.id;
    }
    await takeAgain(() => intents.takeOver(BATCH));
  }

  /** What is in work when it is asked for may be done when the answer comes, which still has it. */
  async function takeAgain(ask: () => Promise<readonly IntentEntry[]>): Promise<readonly IntentEntry[]> {
    const begun = new Set(inWork.keys());
    const entries = await ask();
    for (const entry of entries) {
      if (!begun.has(nameOf(entry))) take(entry);
    }
    return entries;
  }

  async function watchDue(): Promise<void> {
    for (const schedule of await schedules.due(clock.now())) {
      // What waits for Home Assistant for minutes must not hold up what is said meanwhile.
      const lane = `due at ${schedule.at} in ${schedule.origin.room ?? NOWHERE}`;
      enter(`schedule ${occasionOf(schedule)}`, lane, async () => {
        const status = await fire(schedule);
        if (status) events.executed([status]);
      });
    }
    await sleep(TICK_MS, stopping.signal).catch(() => undefined);
  }

  const running = Promise.all([persist('read', readOn), persist('schedules', watchDue)]);
  return {
    async backlog() {
      const depths = await readDepthsInTime(redis, [{ input, group }]);
      const isTold = depths.pending !== undefined;
      return { ...depths, planned: isTold ? await schedules.count().catch(() => undefined) : undefined };
    },
    async stop() {
      stopping.abort(new Error('the bridge was stopped'));
      reader.off('ready', reconnected);
      await running;
      const drained = Promise.all(inWork.values());
      await Promise.race([drained, sleep(DRAIN_MS, signal).catch(() => undefined)]);
      ending.abort(new Error('the bridge was stopped'));
      await Promise.all(inWork.values());
    },
  };
}

/** What an entry is called among what is in work. */
function nameOf({ id }: IntentEntry): string {
  return `entry ${id}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
