import type { Action } from '../intent/recognition.ts';
import type { Phrases } from '../language/phrases.ts';
import { spokenMoment } from './spoken-moment.ts';

/**
 * What to say to actions that were chosen, all of them at one time: when it is, and what.
 *
 * @param plain what is said to an action whatever it is done with; undefined where nothing fits
 * @param now milliseconds since the epoch
 */
export function responseTo(
  actions: readonly Action[],
  {
    plain,
    phrases,
    now,
    zone,
  }: { plain: (intent: string) => string | undefined; phrases: Phrases; now: number; zone: string },
): string {
  const parts = [...new Set(actions.map(({ intent }) => plain(intent) ?? phrases.done))];
  const [{ at, repeat } = {} as Pick<Action, 'at' | 'repeat'>] = actions;
  if (at === undefined) return parts.join(' ');
  const moment = spokenMoment({ at, ...(repeat !== undefined && { repeat }) }, { now, zone });
  return phrases.later(moment, parts);
}
