import { createDurationReader } from '../durations.ts';
import { readEnglishNumbers } from './numbers.ts';

const [SECOND, MINUTE, HOUR] = [1, 60, 3600];

export const readEnglishDurations = createDurationReader(
  {
    units: {
      s: SECOND,
      sec: SECOND,
      second: SECOND,
      seconds: SECOND,
      min: MINUTE,
      minute: MINUTE,
      minutes: MINUTE,
      h: HOUR,
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
      'a quarter of an hour': 15 * MINUTE,
    },
    joiners: ['and'],
    alone: [],
  },
  readEnglishNumbers,
);
