import { createDurationReader } from '../durations.ts';
import { readPolishNumbers } from './numbers.ts';

const [SECOND, MINUTE, HOUR] = [1, 60, 3600];

export const readPolishDurations = createDurationReader(
  {
    units: {
      ...unitOf(SECOND, 's sek sekunda sekunde sekundy sekund sekundom sekundach sekundke sekundki sekundek'),
      ...unitOf(SECOND, 'sekundowy sekundowa sekundowe sekundowego sekundowej'),
      ...unitOf(MINUTE, 'm min minuta minute minuty minut minutom minutach minutke minutki minutek'),
      ...unitOf(MINUTE, 'minutowy minutowa minutowe minutowego minutowej'),
      ...unitOf(15 * MINUTE, 'kwadrans kwadranse kwadransa kwadransow kwadransik'),
      ...unitOf(HOUR, 'h godz godzina godzine godziny godzin godzinom godzinach godzinke godzinki godzinek'),
      ...unitOf(HOUR, 'godzinny godzinna godzinne godzinnego godzinnej'),
    },
    phrases: {
      'poltorej minuty': 90,
      'pol godziny': HOUR / 2,
      'pol godzinki': HOUR / 2,
      'cwierc godziny': 15 * MINUTE,
      'poltorej godziny': 1.5 * HOUR,
      'godzine i pol': 1.5 * HOUR,
      'minute i pol': 90,
    },
    joiners: ['i', 'oraz'],
    alone: ['minute', 'minutke', 'godzine', 'godzinke', 'sekunde', 'sekundke', 'kwadrans', 'kwadransik'],
  },
  readPolishNumbers,
);

/** @param forms apart by spaces */
function unitOf(seconds: number, forms: string): Readonly<Record<string, number>> {
  return Object.fromEntries(forms.split(' ').map((form) => [form, seconds]));
}
