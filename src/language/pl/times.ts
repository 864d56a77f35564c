import { combined } from '../combined.ts';
import { type TimePiece, WEEKDAYS, type Weekday } from '../time-pieces.ts';
import { createTimeReader } from '../time-reader.ts';
import { polishClock } from './clock.ts';
import { readPolishDurations } from './durations.ts';
import { readPolishNumbers } from './numbers.ts';

/** Hours by ordinals, without their endings; in their order from one. */
const STEMS = [
  ...['pierwsz', 'drug', 'trzeci', 'czwart', 'piat', 'szost', 'siodm', 'osm', 'dziewiat', 'dziesiat'],
  ...['jedenast', 'dwunast', 'trzynast', 'czternast', 'pietnast', 'szesnast', 'siedemnast', 'osiemnast'],
  ...['dziewietnast', 'dwudziest'],
];
const HOURS = new Map(
  [['zerow', 0] as const, ...STEMS.map((stem, index) => [stem, index + 1] as const)].flatMap(([stem, hour]) =>
    ['a', 'ej', 'iej'].map((ending) => [stem + ending, hour] as const),
  ),
);

/** Accusative, plural and genitive of each day of the week. */
const DAYS: readonly (readonly [on: string, all: string, of: string])[] = [
  ['poniedzialek', 'poniedzialki', 'poniedzialku'],
  ['wtorek', 'wtorki', 'wtorku'],
  ['srode', 'srody', 'srody'],
  ['czwartek', 'czwartki', 'czwartku'],
  ['piatek', 'piatki', 'piatku'],
  ['sobote', 'soboty', 'soboty'],
  // Without diacritics "w niedziele" may be one of them or all.
  ['niedziele', '', 'niedzieli'],
];
/** As they stand behind a day: "piątego grudnia". */
const MONTHS = new Map(
  [
    ...['stycznia', 'lutego', 'marca', 'kwietnia', 'maja', 'czerwca'],
    ...['lipca', 'sierpnia', 'wrzesnia', 'pazdziernika', 'listopada', 'grudnia'],
  ].map((month, index) => [month, index + 1] as const),
);
const DAYS_OF_MONTH = new Map(
  [...STEMS.map((stem, index) => [stem, index + 1] as const), ['trzydziest', 30] as const].flatMap(
    ([stem, day]) => ['', 'ego', 'iego', 'y', 'i'].map((ending) => [stem + ending, day] as const),
  ),
);
/** How often, in days. */
const DAYS_BETWEEN: Readonly<Record<number, string>> = {
  2: 'drugi dzien, dwa dni, 2 dni',
  3: 'trzeci dzien, trzy dni, 3 dni',
  4: 'czwarty dzien, cztery dni, 4 dni',
  5: 'piaty dzien, piec dni, 5 dni',
  6: 'szosty dzien, szesc dni, 6 dni',
  10: 'dziesiaty dzien, dziesiec dni, 10 dni',
};
const WORKDAYS = WEEKDAYS.slice(0, 5);
const WEEKEND = WEEKDAYS.slice(5);

function all(phrases: readonly string[], ...pieces: TimePiece[]): Record<string, readonly TimePiece[]> {
  return Object.fromEntries(phrases.map((phrase) => [phrase, pieces]));
}

function every(phrases: readonly string[], days: readonly Weekday[]): Record<string, readonly TimePiece[]> {
  return all(phrases, { kind: 'repeat', days });
}

function feast(phrases: readonly string[], month: number, day: number): Record<string, readonly TimePiece[]> {
  return all(phrases, { kind: 'date', month, day });
}

function daysOfWeek(): Record<string, readonly TimePiece[]> {
  const phrases = DAYS.map(([on, plural, of], index) => {
    const weekday = WEEKDAYS[index] ?? 'MO';
    const nearest = ['', 'najblizszy', 'najblizsza', 'ten', 'te'];
    const next = ['nastepny', 'nastepna', 'przyszly', 'przyszla'];
    const each = [
      ...combined(['co', 'w kazdy', 'w kazda', 'we kazdy', 'co kazdy', 'co kazda'], [on]),
      ...combined(['kazdego', 'kazdej'], [of]),
      ...(plural === '' ? [] : combined(['w', 'we'], [plural])),
      ...combined(['co tydzien', 'raz w tygodniu', 'raz na tydzien'], ['w', 'we'], [on]),
    ];
    const everySecond = [
      ...combined(['co drugi', 'co druga', 'w co drugi', 'w co druga'], [on]),
      ...combined(['co dwa tygodnie', 'co 2 tygodnie', 'co drugi tydzien'], ['w', 'we'], [on]),
    ];
    return {
      ...all(combined(['w', 'we'], nearest, [on]), { kind: 'weekday', weekday }),
      ...all(combined(['w', 'we'], next, [on]), { kind: 'weekday', weekday, isNotToday: true }),
      ...every(each, [weekday]),
      ...all(everySecond, { kind: 'repeat', days: [weekday], every: 2 }),
    };
  });
  return Object.assign({}, ...phrases);
}

const SUN = combined(
  ['o', 'po', 'przed'],
  ['zachodzie', 'zachodem', 'wschodzie', 'wschodem', 'zmroku', 'zmrokiem', 'zmierzchu', 'swicie', 'switem'],
  ['', 'slonca'],
);

/** Which hour a day's part stands for is told by whoever resolves it. */
const PHRASES: Readonly<Record<string, readonly TimePiece[]>> = {
  ...all(['teraz', 'od razu', 'natychmiast', 'juz', 'juz teraz', 'w tej chwili', 'zaraz teraz'], {
    kind: 'now',
  }),
  ...all(['dzis', 'dzisiaj'], { kind: 'day', days: 0 }),
  ...all(['jutro'], { kind: 'day', days: 1 }),
  ...all(['pojutrze'], { kind: 'day', days: 2 }),
  ...all(['rano', 'z rana', 'z samego rana', 'ranem', 'o poranku'], { kind: 'part', part: 'morning' }),
  ...all(['przed poludniem'], { kind: 'part', part: 'forenoon' }),
  ...all(['po poludniu', 'popoludniu'], { kind: 'part', part: 'afternoon' }),
  ...all(['wieczorem', 'pod wieczor', 'wieczorkiem'], { kind: 'part', part: 'evening' }),
  ...all(['w nocy', 'noca'], { kind: 'part', part: 'night' }),
  ...all(['dzis w nocy', 'dzisiaj w nocy'], { kind: 'day', days: 0 }, { kind: 'part', part: 'night' }),
  ...all(combined(['', 'o godzinie'], ['w poludnie', 'w samo poludnie']), {
    ...{ kind: 'clock', hour: 12, minute: 0, isExact: true, isBare: false, role: 'at' },
  }),
  ...all(['o polnocy', 'w polnoc'], {
    ...{ kind: 'clock', hour: 0, minute: 0, isExact: true, isBare: false, role: 'at' },
  }),
  ...all(['do polnocy'], {
    ...{ kind: 'clock', hour: 0, minute: 0, isExact: true, isBare: false, role: 'until' },
  }),
  ...all(['do poludnia'], {
    ...{ kind: 'clock', hour: 12, minute: 0, isExact: true, isBare: false, role: 'until' },
  }),
  ...Object.assign(
    {},
    ...Object.entries(DAYS_BETWEEN).map(([every, counted]) =>
      all(combined(['co'], counted.split(', ')), { kind: 'repeat', days: WEEKDAYS, every: Number(every) }),
    ),
  ),
  ...feast(['w wigilie', 'w wigilie bozego narodzenia'], 12, 24),
  ...feast(['w boze narodzenie', 'w pierwszy dzien swiat'], 12, 25),
  ...feast(['w drugi dzien swiat'], 12, 26),
  ...feast(['w sylwestra'], 12, 31),
  ...feast(['w nowy rok'], 1, 1),
  ...feast(['w mikolajki'], 12, 6),
  ...feast(['w walentynki'], 2, 14),
  ...every(['codziennie', 'co dzien', 'co dziennie', 'kazdego dnia', 'dzien w dzien'], WEEKDAYS),
  ...all(['co rano', 'co ranek', 'kazdego ranka', 'kazdego rana'], REPEAT_DAILY(), {
    kind: 'part',
    part: 'morning',
  }),
  ...all(['co wieczor', 'kazdego wieczoru', 'kazdego wieczora'], REPEAT_DAILY(), {
    kind: 'part',
    part: 'evening',
  }),
  ...all(['co noc', 'kazdej nocy'], REPEAT_DAILY(), { kind: 'part', part: 'night' }),
  ...every(
    [
      ...combined(['w'], ['', 'kazdy'], ['dni', 'dzien'], ['powszednie', 'powszedni', 'robocze', 'roboczy']),
      'od poniedzialku do piatku',
      'w tygodniu',
    ],
    WORKDAYS,
  ),
  ...every(
    ['w weekendy', 'w kazdy weekend', 'co weekend', 'w soboty i niedziele', 'w soboty i w niedziele'],
    WEEKEND,
  ),
  ...all(['w weekend'], { kind: 'weekday', weekday: 'SA' }),
  ...daysOfWeek(),
  ...all(
    [
      ...[
        'pozniej',
        'zaraz',
        'wkrotce',
        'niebawem',
        'niedlugo',
        'kiedys',
        'kiedy indziej',
        'nad ranem',
        'co godzine',
      ],
      ...SUN,
      ...polishClock.delays,
    ],
    { kind: 'vague' },
  ),
  ...all(['wczoraj', 'przedwczoraj'], { kind: 'past' }),
};

function REPEAT_DAILY(): TimePiece {
  return { kind: 'repeat', days: WEEKDAYS };
}

export const readPolishTimes = createTimeReader(
  {
    phrases: PHRASES,
    listed: new Map(
      DAYS.flatMap(([on, plural], index) => {
        const day = WEEKDAYS[index] ?? 'MO';
        return [on, ...(plural === '' ? [] : [plural])].map((name) => [name, day] as const);
      }),
    ),
    listJoins: new Set(['i', 'oraz', 'w', 'we', 'kazdy', 'kazda', 'co']),
    after: ['za', 'po'],
    behindAfter: ['od teraz'],
    behindBefore: ['pozniej'],
    lasting: ['na', 'przez'],
    at: combined(
      ['', 'dopiero', 'juz'],
      ['o', 'kolo', 'okolo', 'o kolo', 'punkt', 'o punkt', 'od'],
      ['', 'godzinie', 'godziny', 'godz'],
    ),
    from: combined(['od'], ['', 'godziny', 'godz']),
    to: combined(['do', 'az do'], ['', 'godziny', 'godz']),
    until: combined(['do', 'az do'], ['', 'godziny', 'godz']),
    untilTakesAmounts: true,
    hours: HOURS,
    offsets: { 'wpol do': -30, 'kwadrans po': 15, 'za kwadrans': -15 },
    ledOffsets: {},
    counted: { po: 1 },
    countedBefore: { za: -1 },
    marks: {},
    measures: polishClock.measures,
    dates: {
      months: MONTHS,
      days: DAYS_OF_MONTH,
      endings: new Set(['go', 'ego', 'tego']),
      leads: ['dnia', 'w dniu'],
      between: [],
      isMonthFirst: false,
    },
    days: { dzien: 1, dni: 1, tydzien: 7, tygodnie: 7, tygodni: 7 },
    isExactWithMinutes: true,
  },
  { numbers: readPolishNumbers, durations: readPolishDurations },
);
