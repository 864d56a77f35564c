import { createDurationReader } from '../durations.ts';
import { readPolishNumbers } from './numbers.ts';

const [SECOND, MINUTE, HOUR] = [1, 60, 3600];

export const readPolishDurations = createDurationReader(
  {
    units: {
      s: SECOND,
      sek: SECOND,
      sekunda: SECOND,
      sekunde: SECOND,
      sekundy: SECOND,
      sekund: SECOND,
      min: MINUTE,
      minuta: MINUTE,
      minute: MINUTE,
      minuty: MINUTE,
      minut: MINUTE,
      minutke: MINUTE,
      minutek: MINUTE,
      minutki: MINUTE,
      h: HOUR,
      godz: HOUR,
      godzina: HOUR,
      godzine: HOUR,
      godziny: HOUR,
      godzin: HOUR,
      godzinke: HOUR,
    },
    phrases: {
      'pol minuty': 30,
      'poltorej minuty': 90,
      kwadrans: 15 * MINUTE,
      'pol godziny': HOUR / 2,
      'pol godzinki': HOUR / 2,
      'poltorej godziny': 1.5 * HOUR,
      'trzy kwadranse': 45 * MINUTE,
    },
    joiners: ['i', 'oraz'],
    alone: ['minute', 'minutke', 'godzine', 'godzinke', 'sekunde'],
  },
  readPolishNumbers,
);
