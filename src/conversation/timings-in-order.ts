import { localTime } from '../intent/local-time.ts';
import { undoOf } from '../intent/undo.ts';
import type { TimeTrouble, WhenSaid } from '../language/when-said.ts';
import { resolveTime, type Timing } from './resolve-time.ts';
import { hasDay } from './timed-part.ts';
import { actionsOf, type Understood } from './understand.ts';

interface Timed {
  readonly understood: Understood;
  readonly when: WhenSaid | TimeTrouble;
}

/** What was said for a time before, in the same breath or the turn before. */
export interface TimedBefore extends Timed {
  readonly timing: Timing;
}

/** When each of several orders is done, said one after the other. @param now milliseconds since the epoch: when it was said */
export function timingsInOrder(
  orders: readonly Timed[],
  circumstances: { now: number; zone: string },
): readonly Timing[] | TimeTrouble {
  const told: TimedBefore[] = [];
  for (const order of orders) {
    const timing = timingBehind(order, told, circumstances);
    if (typeof timing === 'string') return timing;
    told.push({ ...order, timing });
  }
  return told.map(({ timing }) => timing);
}

/**
 * When something is done that is said behind others: an hour alone is of the day that was told, and the next one from there,
 * as is the hour at which what was begun is ended; "five minutes later" counts from what was said last.
 */
export function timingBehind(
  { understood, when }: Timed,
  before: readonly TimedBefore[],
  { now, zone }: { now: number; zone: string },
): Timing | TimeTrouble {
  if (typeof when === 'string') return when;
  const momentOf = ({ timing: { at } }: TimedBefore): number => (at === undefined ? now : Date.parse(at));
  const last = before.at(-1);
  if (when.isBehind && last) {
    // What comes again is not told to come again later.
    return last.timing.repeat === undefined ? resolveTime(when, { now: momentOf(last), zone }) : 'vague';
  }
  const isHour = (when.clock ?? when.part) !== undefined && !hasDay(when);
  if (!isHour || when.after !== undefined || when.isNow) return resolveTime(when, { now, zone });
  const begun = before.findLast((other) => other.timing.at !== undefined && undoes(understood, other));
  const dayed = before.findLast((other) => hasDay(other.when));
  const from = dayed ?? begun;
  if (!from) return resolveTime(when, { now, zone });
  const next = resolveTime(when, { now: momentOf(from), zone });
  const { repeat, every } = from.when as WhenSaid;
  if (typeof next === 'string' || next.at === undefined || !repeat) return next;
  const { time } = localTime(Date.parse(next.at), zone);
  const isSameDay = time.slice(0, 10) === localTime(momentOf(from), zone).time.slice(0, 10);
  // What ends on another day than it begins would end on the wrong days.
  if (!isSameDay && begun && repeat.length < 7) return 'vague';
  const { part: _, ...others } = when;
  const [hour = 0, minute = 0] = time.slice(11, 16).split(':').map(Number);
  const clock = { kind: 'clock', hour, minute, isExact: true, isBare: false, role: 'at' } as const;
  return resolveTime({ ...others, repeat, ...(every !== undefined && { every }), clock }, { now, zone });
}

function undoes(one: Understood, { understood }: Timed): boolean {
  const undone = actionsOf(understood).map((action) => JSON.stringify(undoOf(action)));
  return actionsOf(one).some(({ intent, entities }) => undone.includes(JSON.stringify({ intent, entities })));
}
