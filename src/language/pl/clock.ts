import { wordSet } from '../cautions.ts';
import type { Clock } from '../clock.ts';
import { combined } from '../combined.ts';

/** Ordinals as hours are told by, without their endings. */
const HOURS = [
  ...['pierwsz', 'drug', 'trzeci', 'czwart', 'piat', 'szost', 'siodm', 'osm', 'dziewiat', 'dziesiat'],
  ...['jedenast', 'dwunast', 'trzynast', 'czternast', 'pietnast', 'szesnast', 'siedemnast', 'osiemnast'],
  ...['dziewietnast', 'dwudziest', 'zerow'],
];

export const polishClock: Clock = {
  before: wordSet('o po przed'),
  beforeHours: wordSet('o po przed do od na za okolo kolo wpol godzinie godzina godziny godzine'),
  bounds: wordSet('do'),
  hours: new Set(HOURS.flatMap((stem) => ['a', 'ej', 'iej'].map((ending) => stem + ending))),
  marks: [],
  measures: wordSet(
    'procent procenty procentow procenta % stopien stopni stopnie stopnia ° kelwinow kelvinow',
  ),
  often: wordSet('co kazdy kazda kazde kazdego kazdej'),
  periods: wordSet('dzien dnia dni tydzien tygodnia tygodnie miesiac miesiaca rok roku'),
  delays: combined(
    ['za', 'po'],
    ['chwile', 'chwilke', 'chwili', 'moment', 'momencik', 'pare', 'kilka', 'jakis czas'],
  ),
  conditions: wordSet(
    'kiedy gdy gdyby jak jakby jesli jesliby jezeli jezeliby dopoki poki az zanim skoro ilekroc chyba',
    'gdybym gdybys gdybysmy',
  ),
  sequences: wordSet('potem nastepnie'),
};
