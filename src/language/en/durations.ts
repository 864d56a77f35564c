import { createDurationReader } from '../durations.ts';
import { readEnglishNumbers } from './numbers.ts';

const [SECOND, MINUTE, HOUR] = [1, 60, 3600];

export const readEnglishDurations = createDurationReader(
  {
    units: {
      s: SECOND,
      sec: SECOND,
      secs: SECOND,
      second: SECOND,
      seconds: SECOND,
      min: MINUTE,
      mins: MINUTE,
      minute: MINUTE,
      minutes: MINUTE,
      h: HOUR,
      hr: HOUR,
      hrs: HOUR,
      hour: HOUR,
      hours: HOUR,
    },
    phrases: {
      'half a minute': 30,
      'a minute': MINUTE,
      'half an hour': HOUR / 2,
      'a half hour': HOUR / 2,
      'an hour': HOUR,
      'an hour and a half': 1.5 * HOUR,
      'hour and a half': 1.5 * HOUR,
      'half hour': HOUR / 2,
      'a second': SECOND,
      'a minute and a half': 90,
      'a quarter of an hour': 15 * MINUTE,
      'quarter of an hour': 15 * MINUTE,
      'a quarter hour': 15 * MINUTE,
      'three quarters of an hour': 45 * MINUTE,
      'an hour and a quarter': 75 * MINUTE,
    },
    joiners: ['and'],
    alone: [],
  },
  readEnglishNumbers,
);

/** What people measure it in most. */
export const englishTimeUnits: readonly string[] = ['minutes', 'hours', 'seconds'];
