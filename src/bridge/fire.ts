import type { Span } from '@opentelemetry/api';
import type { Clock } from '../clock.ts';
import { carriedBy } from '../intent/carried-trace.ts';
import type { Home } from '../lexicon/home.ts';
import type { BridgeTracing } from './bridge-tracing.ts';
import { type ExecutedStatus, encodeExecuted, type Outcome } from './executed.ts';
import type { Errand, Perform } from './perform.ts';
import type { Plans } from './plans.ts';
import { nextOccurrence } from './recurrence.ts';
import { occasionOf, type Schedule, type Schedules } from './schedules.ts';
import { speechIn } from './speech-in.ts';

/** Does what has become due, and tells what became of it; undefined: another bridge has it, and it is left to that. */
export type Fire = (schedule: Schedule) => Promise<ExecutedStatus | undefined>;

/** Milliseconds after which another bridge takes what this one was at when it died; renewed while it lives. */
const LEASE_MS = 15_000;
/** Milliseconds that a loudspeaker is waited for: a timer that rings later is no timer. */
const ANNOUNCE_MS = 10_000;

/**
 * @param graceMs how late it may still be done, in milliseconds
 * @param zone of the home
 */
export function createFire({
  schedules,
  perform,
  plans,
  tracing,
  home,
  zone,
  graceMs,
  clock,
}: {
  schedules: Schedules;
  perform: (span: Span) => Perform;
  plans: Plans;
  tracing: Pick<BridgeTracing, 'firing'>;
  home: () => Home;
  zone: string;
  graceMs: number;
  clock: Clock;
}): Fire {
  return async (schedule) => {
    if (!(await schedules.claim(schedule, LEASE_MS))) return undefined;
    // Where one renewal fails, the next one comes before the lease is over.
    const renewal = setInterval(
      () => schedules.claim(schedule, LEASE_MS).catch(() => undefined),
      LEASE_MS / 5,
    );
    const { kind, action, origin, at, first, repeat, trace: parent } = schedule;
    try {
      return await tracing.firing({ kind, action, parent }, async (span) => {
        const outcome = await done(schedule, span);
        const { status, fields } = encodeExecuted(action, {
          outcome: { at, scheduleId: schedule.id, ...outcome },
          ...{ origin, trace: carriedBy(span), now: clock.now() },
        });
        const next =
          repeat === undefined
            ? undefined
            : nextOccurrence(repeat, { first, after: Math.max(at, clock.now()), zone });
        await schedules.settle(schedule, { executed: [fields], next });
        return status;
      });
    } finally {
      clearInterval(renewal);
    }
  };

  async function done(schedule: Schedule, span: Span): Promise<Outcome> {
    const { origin, action, at, name, kind, isConfirmed } = schedule;
    const speech = speechIn(origin.language);
    const errand = { ...origin, source: occasionOf(schedule), index: 0, isConfirmed, until: at + graceMs };
    if (kind === 'timer') {
      const responseText = speech.timerOver(name);
      if (clock.now() > errand.until) return { status: 'skipped', error: 'overdue', responseText };
      await announce(responseText, { ...errand, until: clock.now() + ANNOUNCE_MS }, span);
      return { status: 'done', responseText };
    }
    if (clock.now() > errand.until) {
      const responseText = speech.overdue(plans.what(schedule, speech), plans.when(schedule, speech));
      return { status: 'skipped', error: 'overdue', responseText };
    }
    return perform(span)(action, errand);
  }

  /** Says it aloud where the room has something to say it with; whoever reads the stream can say it elsewhere. */
  async function announce(message: string, errand: Errand, span: Span): Promise<void> {
    const area = errand.room === undefined ? undefined : home().areaOfRoom(errand.room)?.id;
    if (area === undefined) return;
    const voices = home().entitiesOf({ domains: ['assist_satellite'], area });
    if (voices.length === 0) return;
    const entities = { entity_id: voices.map(({ id }) => id), message };
    await perform(span)({ intent: 'assist_satellite.announce', entities }, errand);
  }
}
