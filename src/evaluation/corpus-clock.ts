import { type Clock, systemClock } from '../clock.ts';
import { parseLocalTime } from '../intent/local-time.ts';

/** A Wednesday on which the clocks do not change; each corpus is said on it. */
const DAY = '2026-01-14';
const NOON = '12:00';

/** A clock that shows the hour at which an utterance is said, so that "at nine" means the same whenever a corpus is run. */
export interface CorpusClock extends Clock {
  /** @param hour as `20:00`; undefined: noon */
  setTime(hour: string | undefined): void;
}

/** @param timeZone the home's, IANA name */
export function createCorpusClock(timeZone: string): CorpusClock {
  const momentOf = (hour: string): number => {
    const moment = parseLocalTime(`${DAY}T${hour}`, timeZone);
    if (moment === undefined) throw new Error(`${hour} is no hour of the day in ${timeZone}`);
    return moment;
  };
  let now = momentOf(NOON);
  return {
    now: () => now,
    monotonic: systemClock.monotonic,
    setTime: (hour = NOON) => {
      now = momentOf(hour);
    },
  };
}
