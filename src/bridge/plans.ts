import type { Clock } from '../clock.ts';
import { localTime } from '../intent/local-time.ts';
import type { Action } from '../intent/recognition.ts';
import { knowledgeOf } from '../language/languages.ts';
import { entitiesTouched } from '../lexicon/entities-touched.ts';
import type { Home } from '../lexicon/home.ts';
import { whenSaid } from './answer.ts';
import type { Outcome } from './executed.ts';
import { parseRecurrence, weekdayAt } from './recurrence.ts';
import type { Schedule, Schedules } from './schedules.ts';
import type { Speech } from './speech.ts';

/** What is asked of things that are planned: plan one, tell them, cancel one. */
export interface Plans {
  plan(schedule: Schedule, speech: Speech): Promise<Outcome>;
  told(speech: Speech): Promise<string>;
  cancel(action: Action, speech: Speech): Promise<Outcome>;
  /** "wyłączenie: lampa stojąca" */
  what(schedule: Schedule, speech: Speech): string;
  /** "dziś o 21:00" */
  when(schedule: Schedule, speech: Speech): string;
}

/** Things named of one plan. */
const MOST_NAMES = 3;

/** @param zone of the home */
export function createPlans({
  schedules,
  home,
  zone,
  clock,
}: {
  schedules: Schedules;
  home: () => Home;
  zone: string;
  clock: Clock;
}): Plans {
  const planned = async () => (await schedules.list()).filter(({ kind }) => kind === 'action');

  function what({ action }: Schedule, speech: Speech): string {
    const { area: id, entity_id: named } = action.entities;
    const done = speech.what(action.intent);
    const area = typeof id === 'string' ? home().area(id) : undefined;
    const language = speech.locale.slice(0, 2);
    if (area && (named === undefined || named === 'all')) {
      const things = knowledgeOf(language).phrases.thing(action.intent.slice(0, action.intent.indexOf('.')));
      return `${done} ${things} ${area.where[language] ?? `(${area.names[0]})`}`;
    }
    const names = thingsOf(action, home());
    const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), '…'] : names;
    return names.length > 0 ? `${done}: ${speech.list(shown)}` : done;
  }
  function when({ at, repeat }: Schedule, speech: Speech): string {
    const next = whenSaid(at, { now: clock.now(), speech, zone });
    const rule = repeat === undefined ? undefined : parseRecurrence(repeat);
    if (!rule || rule.interval > 1) return next;
    const days =
      rule.frequency === 'WEEKLY' && rule.days.size === 0 ? [weekdayAt(at, zone)] : [...rule.days].sort();
    return `${speech.every(days)}, ${next}`;
  }
  const describe = (schedule: Schedule, speech: Speech): string =>
    `${what(schedule, speech)}, ${when(schedule, speech)}`;

  return {
    what,
    when,
    async plan(schedule, speech) {
      if (schedule.repeat !== undefined && !parseRecurrence(schedule.repeat)) {
        const error = `unknown_repeat: ${schedule.repeat}`;
        return { status: 'failed', error, responseText: speech.strangeRepeat };
      }
      if ((await schedules.add(schedule)) === 'full') {
        return { status: 'failed', error: 'too_many_schedules', responseText: speech.tooManyPlans };
      }
      return { status: 'scheduled', at: schedule.at, scheduleId: schedule.id };
    },
    async told(speech) {
      const all = await planned();
      if (all.length === 0) return speech.nothingPlanned;
      return speech.planned(all.map((schedule) => describe(schedule, speech)));
    },
    async cancel(action, speech) {
      const found = (await planned()).filter((schedule) => isMeant(schedule, action, { home: home(), zone }));
      if (found.length === 0) {
        return { status: 'failed', error: 'nothing_planned', responseText: speech.nothingPlanned };
      }
      const isForAll = action.entities['all'] === true || action.entities['entity_id'] === 'all';
      if (found.length > 1 && !isForAll) {
        const responseText = speech.whichPlan(found.map((schedule) => describe(schedule, speech)));
        return { status: 'skipped', error: 'ambiguous', responseText };
      }
      for (const { id } of found) await schedules.remove(id);
      return { status: 'done' };
    },
  };
}

function thingsOf(action: Action, home: Home): readonly string[] {
  return entitiesTouched(action, home).map(({ id, names: [name = id] }) => name);
}

/** Whether a plan is what the slots of a cancellation narrow it to; each of them has to fit. */
function isMeant(
  { action, at }: Schedule,
  { entities }: Action,
  { home, zone }: { home: Home; zone: string },
): boolean {
  return Object.entries(entities).every(([slot, wanted]) => {
    switch (slot) {
      case 'all':
        return true;
      case 'intent':
      case 'action':
        return action.intent === wanted;
      case 'at': {
        const moment = Date.parse(String(wanted));
        return Math.floor(moment / 60_000) === Math.floor(at / 60_000);
      }
      case 'time':
        return localTime(at, zone).time.slice(11) === String(wanted).slice(0, 5);
      case 'entity_id': {
        if (wanted === 'all') return true;
        const touched = new Set(entitiesTouched(action, home).map(({ id }) => id));
        return [wanted].flat().some((id) => touched.has(String(id)));
      }
      case 'area':
      case 'floor': {
        const touched = entitiesTouched(action, home);
        return (
          touched.length > 0 &&
          touched.every(({ area }) => (slot === 'area' ? area : home.area(area ?? '')?.floor) === wanted)
        );
      }
      default:
        return action.entities[slot] === wanted;
    }
  });
}
