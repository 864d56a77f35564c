import type { TimeTrouble, WhenSaid } from '../language/when-said.ts';
import { dayOf, type TimedPart } from './timed-part.ts';

type Timed = TimedPart & { readonly words: readonly unknown[] };

/**
 * What says only when belongs to the part behind it, or before it at the end. Where there is one order, it is done at each
 * of the times: "o 7 i o 9", "w poniedziałek i w środę o 7".
 *
 * @returns `isLost` where a time is left that nobody can tell of what it is said
 */
export function withLoneTimes<Part extends Timed>(
  parts: readonly Part[],
): { parts: readonly Part[]; isLost: boolean } {
  const isLone = ({ words, hasTime }: Timed): boolean => hasTime && words.length === 0;
  const left = parts.filter((part) => !isLone(part));
  const lone = parts.filter(isLone);
  if (lone.length === 0) return { parts, isLost: false };
  const [only] = left;
  if (only && left.length === 1 && (only.hasTime || lone.length > 1)) {
    const times = timesEach(parts.filter(({ hasTime }) => hasTime).map(({ when }) => when));
    if (!times) return { parts: left, isLost: true };
    const timed = times.map((when) => ({ ...only, when, hasTime: true, leads: false, trails: true }));
    return { parts: timed, isLost: false };
  }
  const taken = new Set<Part>();
  const joined = left.map((part) => {
    const at = parts.indexOf(part);
    const [before, behind] = [parts[at - 1], parts[at + 1]];
    if (part.hasTime) return part;
    if (before && isLone(before)) {
      taken.add(before);
      return { ...part, when: before.when, hasTime: true, leads: true };
    }
    if (!behind || !isLone(behind) || at !== parts.length - 2) return part;
    taken.add(behind);
    return { ...part, when: behind.when, hasTime: true, trails: true };
  });
  return { parts: joined, isLost: taken.size < lone.length };
}

/** Several times of one order, each with what is said only beside another; one where they only add to each other. */
function timesEach(said: readonly (WhenSaid | TimeTrouble)[]): readonly WhenSaid[] | undefined {
  const times = said.filter((when) => typeof when !== 'string');
  if (times.length < said.length) return undefined;
  const isApart = (when: WhenSaid): boolean => when.isNow === true || when.after !== undefined;
  const keys = times.flatMap((when) => Object.keys(when));
  if (new Set(keys).size === keys.length && !times.some(isApart)) return [Object.assign({}, ...times)];
  if (times.some(({ lasts, until }) => lasts !== undefined || until !== undefined)) return undefined;
  const day = times.map(dayOf).find((one) => Object.keys(one).length > 0) ?? {};
  const hour = times.map(hourOf).findLast((one) => Object.keys(one).length > 0) ?? {};
  const filled = times.map((when) => {
    if (isApart(when)) return when;
    const [ownDay, ownHour] = [dayOf(when), hourOf(when)];
    return {
      ...(Object.keys(ownDay).length > 0 ? ownDay : day),
      ...(Object.keys(ownHour).length > 0 ? ownHour : hour),
    };
  });
  // What comes again beside what does not: "w soboty i w niedzielę".
  const again = filled.filter(({ repeat }) => repeat !== undefined);
  return again.length === 0 || again.length === filled.length ? filled : undefined;
}

function hourOf({ clock, part }: WhenSaid): WhenSaid {
  return { ...(clock !== undefined && { clock }), ...(part !== undefined && { part }) };
}
