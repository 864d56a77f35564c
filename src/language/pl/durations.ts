import { createDurationReader } from '../durations.ts';
import { readPolishNumbers } from './numbers.ts';

const [SECOND, MINUTE, HOUR] = [1, 60, 3600];

/** How numbers begin an adjective: "pięciominutowy", "dwugodzinny". */
const PREFIXES: Readonly<Record<string, number>> = {
  ...{
    pol: 0.5,
    poltora: 1.5,
    jedno: 1,
    dwu: 2,
    trzy: 3,
    cztero: 4,
    piecio: 5,
    szescio: 6,
    siedmio: 7,
    osmio: 8,
  },
  ...{ dziewiecio: 9, dziesiecio: 10, dwunasto: 12, pietnasto: 15, osiemnasto: 18, dwudziesto: 20 },
  ...{
    dwudziestopiecio: 25,
    trzydziesto: 30,
    trzydziestopiecio: 35,
    czterdziesto: 40,
    czterdziestopiecio: 45,
  },
  ...{ piecdziesiecio: 50, szescdziesiecio: 60, dziewiecdziesiecio: 90 },
};
const ADJECTIVES = Object.fromEntries(
  Object.entries(PREFIXES).flatMap(([prefix, count]) =>
    Object.entries({ sekundow: SECOND, minutow: MINUTE, godzinn: HOUR }).flatMap(([stem, unit]) =>
      ['y', 'a', 'e', 'ego', 'ej', 'ym'].map((ending) => [prefix + stem + ending, Math.round(count * unit)]),
    ),
  ),
);

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
      ...ADJECTIVES,
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

/** What people measure it in most. */
export const polishTimeUnits: readonly string[] = ['minut', 'godziny', 'sekund'];

/** @param forms apart by spaces */
function unitOf(seconds: number, forms: string): Readonly<Record<string, number>> {
  return Object.fromEntries(forms.split(' ').map((form) => [form, seconds]));
}
