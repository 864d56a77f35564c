import type { Clock } from '../clock.ts';
import type { Action } from '../intent/recognition.ts';
import type { Outcome } from './executed.ts';
import type { Schedule, Schedules } from './schedules.ts';
import type { Speech } from './speech.ts';

const DURATION = /^(\d+):([0-5]?\d):([0-5]?\d)$/;

/** Reads `00:10:00`. @returns milliseconds; undefined for anything else, and for no time at all */
function parseDuration(text: unknown): number | undefined {
  const [, hours = 0, minutes = 0, seconds = 0] = DURATION.exec(String(text)) ?? [];
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return ms > 0 ? ms : undefined;
}

/** What is asked of timers: set one, let it go on, pause it, cancel it, make it longer or shorter. */
export interface Timers {
  /** @param template what a new one would be, at any time */
  perform(action: Action, template: Schedule, speech: Speech): Promise<Outcome>;
  /** How long is left of those that are meant. @param room where it was asked */
  remaining(query: Action, room: string | undefined, speech: Speech): Promise<string>;
}

/** Timers of the bridge's own: Home Assistant's are not asked, because what they end with is nobody's to say. */
export function createTimers({ schedules, clock }: { schedules: Schedules; clock: Clock }): Timers {
  /** Those that are meant: by name or by how long they were set for, else those of the room, else all. */
  async function meant({ entities }: Action, room: string | undefined): Promise<readonly Schedule[]> {
    const { name, area, start_duration: length } = entities;
    const timers = (await schedules.list()).filter(
      ({ kind, action }) =>
        kind === 'timer' && (length === undefined || action.entities['duration'] === length),
    );
    if (name !== undefined) return timers.filter((timer) => isCalled(timer, String(name)));
    const here = timers.filter(({ origin }) => origin.room !== undefined && origin.room === (area ?? room));
    return here.length > 0 || area !== undefined ? here : timers;
  }

  const left = ({ at, pausedMs }: Schedule): number => pausedMs ?? Math.max(at - clock.now(), 0);

  const toldOf = (timer: Schedule, speech: Speech) => ({
    name: timer.name,
    left: speech.duration(Math.round(left(timer) / 1000)),
    isPaused: timer.pausedMs !== undefined,
  });

  /** @returns undefined where it is to be cancelled */
  function changed(timer: Schedule, { intent, entities }: Action): Schedule | undefined {
    const { pausedMs, ...running } = timer;
    const by = parseDuration(entities['duration']) ?? 0;
    switch (intent) {
      case 'timer.pause':
        return { ...timer, pausedMs: left(timer) };
      case 'timer.start':
        return pausedMs === undefined ? timer : { ...running, at: clock.now() + pausedMs };
      case 'timer.change':
      case 'timer.decrease': {
        const after = Math.max(left(timer) + (intent === 'timer.change' ? by : -by), 0);
        return pausedMs === undefined ? { ...timer, at: clock.now() + after } : { ...timer, pausedMs: after };
      }
      case 'timer.finish':
        return { ...running, at: clock.now() };
      default:
        return undefined;
    }
  }

  return {
    async perform(action, template, speech) {
      const duration = parseDuration(action.entities['duration']);
      if (action.intent === 'timer.start' && duration !== undefined) {
        const at = clock.now() + duration;
        const { name } = action.entities;
        const timer = { ...template, at, first: at, ...(typeof name === 'string' && { name }) };
        if ((await schedules.add(timer)) === 'full') {
          return { status: 'failed', error: 'too_many_schedules', responseText: speech.tooManyPlans };
        }
        return { status: 'scheduled', at, scheduleId: timer.id };
      }
      const all = await meant(action, template.origin.room);
      // Only what is paused can go on.
      const timers =
        action.intent === 'timer.start' ? all.filter(({ pausedMs }) => pausedMs !== undefined) : all;
      if (timers.length === 0) return { status: 'failed', error: 'no_timer', responseText: speech.noTimer };
      // A wrong one would be missed: whoever means all of them says so.
      if (action.intent === 'timer.cancel' && timers.length > 1 && action.entities['all'] !== true) {
        const told = timers.map((timer) => speech.timers([toldOf(timer, speech)]).replace(/\.$/, ''));
        return { status: 'skipped', error: 'ambiguous', responseText: speech.whichPlan(told) };
      }
      // One is made longer, and not all of them: the one that ends first.
      const one = action.intent === 'timer.change' || action.intent === 'timer.decrease';
      for (const timer of one ? timers.slice(0, 1) : timers) {
        const after = changed(timer, action);
        if (after) await schedules.change(after);
        else await schedules.remove(timer.id);
      }
      return { status: 'done' };
    },
    async remaining(query, room, speech) {
      const timers = await meant(query, room);
      if (timers.length === 0) return speech.noTimer;
      return speech.timers(timers.map((timer) => toldOf(timer, speech)));
    },
  };
}

function isCalled({ name = '' }: Schedule, wanted: string): boolean {
  return name.toLocaleLowerCase() === wanted.toLocaleLowerCase();
}
