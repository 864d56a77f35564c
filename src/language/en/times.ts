import { combined } from '../combined.ts';
import { type DayPart, type TimePiece, WEEKDAYS, type Weekday } from '../time-pieces.ts';
import { createTimeReader } from '../time-reader.ts';
import { englishClock } from './clock.ts';
import { readEnglishDurations } from './durations.ts';
import { readEnglishNumbers } from './numbers.ts';

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MONTHS = new Map(
  [
    ...['january', 'february', 'march', 'april', 'may', 'june'],
    ...['july', 'august', 'september', 'october', 'november', 'december'],
  ].map((month, index) => [month, index + 1] as const),
);
const ORDINALS = [
  ...['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'],
  ...['eleventh', 'twelfth', 'thirteenth', 'fourteenth', 'fifteenth', 'sixteenth', 'seventeenth'],
  ...['eighteenth', 'nineteenth', 'twentieth'],
];
const DAYS_OF_MONTH = new Map([
  ...ORDINALS.map((ordinal, index) => [ordinal, index + 1] as const),
  ['thirtieth', 30] as const,
]);
/** How often, in days. */
const DAYS_BETWEEN: Readonly<Record<number, string>> = {
  2: 'other day, second day, two days, 2 days',
  3: 'third day, three days, 3 days',
  4: 'fourth day, four days, 4 days',
  5: 'fifth day, five days, 5 days',
  10: 'tenth day, ten days, 10 days',
};
const PARTS: Readonly<Record<string, DayPart>> = {
  morning: 'morning',
  afternoon: 'afternoon',
  evening: 'evening',
  night: 'evening',
};

type Phrases = Readonly<Record<string, readonly TimePiece[]>>;

function all(phrases: readonly string[], ...pieces: TimePiece[]): Phrases {
  return Object.fromEntries(phrases.map((phrase) => [phrase, pieces]));
}

function every(phrases: readonly string[], days: readonly Weekday[]): Phrases {
  return all(phrases, { kind: 'repeat', days });
}

/** A day, and with the parts of it: "tomorrow", "tomorrow morning". */
function withParts(phrases: readonly string[], ...pieces: TimePiece[]): Phrases {
  const parts = Object.entries(PARTS).map(([word, part]) =>
    all(combined(phrases, [word]), ...pieces, { kind: 'part', part }),
  );
  return Object.assign({}, all(phrases, ...pieces), ...parts);
}

function daysOfWeek(): Phrases {
  const phrases = DAYS.map((day, index) => {
    const weekday = WEEKDAYS[index] ?? 'MO';
    return {
      ...withParts(combined(['', 'on'], ['', 'this'], [day]), { kind: 'weekday', weekday }),
      ...withParts(combined(['', 'on'], ['next'], [day]), { kind: 'weekday', weekday, isNotToday: true }),
      ...withParts(
        [
          ...combined(['', 'on'], [`${day}s`]),
          ...combined(['every', 'each'], [day]),
          ...combined(['every week', 'once a week', 'weekly'], ['on'], [day]),
        ],
        { kind: 'repeat', days: [weekday] },
      ),
      ...all(
        [
          ...combined(['every other', 'every second'], [day]),
          ...combined(['every two weeks', 'every 2 weeks', 'every other week'], ['on'], [day]),
        ],
        { kind: 'repeat', days: [weekday], every: 2 },
      ),
    };
  });
  return Object.assign({}, ...phrases);
}

const NOON = { kind: 'clock', hour: 12, minute: 0, isExact: true, isBare: false } as const;

const PHRASES: Phrases = {
  ...all(['now', 'right now', 'right away', 'immediately', 'at once', 'straight away'], { kind: 'now' }),
  ...all(['today'], { kind: 'day', days: 0 }),
  ...all(['tonight'], { kind: 'day', days: 0 }, { kind: 'part', part: 'evening' }),
  ...withParts(['tomorrow'], { kind: 'day', days: 1 }),
  ...withParts(['the day after tomorrow'], { kind: 'day', days: 2 }),
  ...Object.assign(
    {},
    ...Object.entries(PARTS).map(([word, part]) => ({
      ...all([`this ${word}`, `later this ${word}`], { kind: 'day', days: 0 }, { kind: 'part', part }),
      ...all([`in the ${word}`], { kind: 'part', part }),
      ...all(combined(['every', 'each'], [word]), { kind: 'repeat', days: WEEKDAYS }, { kind: 'part', part }),
    })),
  ),
  ...all(['at night'], { kind: 'part', part: 'night' }),
  ...all(['nightly'], { kind: 'repeat', days: WEEKDAYS }, { kind: 'part', part: 'night' }),
  ...all(combined(['', 'at'], ['noon', 'midday']), { ...NOON, role: 'at' }),
  ...all(combined(['', 'at'], ['midnight']), { ...NOON, hour: 0, role: 'at' }),
  ...all(combined(['until', 'till'], ['noon', 'midday']), { ...NOON, role: 'until' }),
  ...all(combined(['until', 'till'], ['midnight']), { ...NOON, hour: 0, role: 'until' }),
  ...Object.assign(
    {},
    ...Object.entries(DAYS_BETWEEN).map(([every, counted]) =>
      all(combined(['every'], counted.split(', ')), { kind: 'repeat', days: WEEKDAYS, every: Number(every) }),
    ),
  ),
  ...all(combined(['', 'on'], ['christmas eve']), { kind: 'date', month: 12, day: 24 }),
  ...all(combined(['', 'on'], ['christmas day']), { kind: 'date', month: 12, day: 25 }),
  ...all(combined(['', 'on'], ['boxing day']), { kind: 'date', month: 12, day: 26 }),
  ...all(combined(['', 'on'], ['new years eve']), { kind: 'date', month: 12, day: 31 }),
  ...all(combined(['', 'on'], ['new years day']), { kind: 'date', month: 1, day: 1 }),
  ...all(combined(['', 'on'], ['valentines day']), { kind: 'date', month: 2, day: 14 }),
  ...all(['on halloween'], { kind: 'date', month: 10, day: 31 }),
  ...every(['every day', 'each day', 'everyday', 'daily'], WEEKDAYS),
  ...every(
    [
      'weekdays',
      'on weekdays',
      'every weekday',
      'each weekday',
      'on workdays',
      'from monday to friday',
      'monday to friday',
    ],
    WEEKDAYS.slice(0, 5),
  ),
  ...every(
    ['weekends', 'on weekends', 'at weekends', 'every weekend', 'each weekend', 'on the weekends'],
    WEEKDAYS.slice(5),
  ),
  ...all(combined(['on', 'at'], ['the weekend']), { kind: 'weekday', weekday: 'SA' }),
  ...daysOfWeek(),
  ...all(
    [
      ...[
        'later',
        'soon',
        'later on',
        'some time',
        'sometime',
        'one day',
        'some day',
        'every hour',
        'hourly',
      ],
      ...combined(['at', 'after', 'before'], ['sunset', 'sunrise', 'dawn', 'dusk', 'dark', 'nightfall']),
      ...englishClock.delays,
    ],
    { kind: 'vague' },
  ),
  ...all(['yesterday', 'last night'], { kind: 'past' }),
};

export const readEnglishTimes = createTimeReader(
  {
    phrases: PHRASES,
    listed: new Map(
      DAYS.flatMap((day, index) => [day, `${day}s`].map((name) => [name, WEEKDAYS[index] ?? 'MO'] as const)),
    ),
    listJoins: new Set(['and', 'on', 'every']),
    after: ['in', 'after'],
    behindAfter: ['from now'],
    behindBefore: ['later'],
    lasting: ['for'],
    at: [...combined(['at'], ['', 'around', 'about', 'exactly']), 'from'],
    from: ['from'],
    to: ['to', 'until', 'till', 'til'],
    until: ['until', 'till', 'til'],
    untilTakesAmounts: false,
    hours: new Map(),
    offsets: {
      'half past': 30,
      'quarter past': 15,
      'a quarter past': 15,
      'quarter to': -15,
      'a quarter to': -15,
    },
    // "Half six" is half past.
    ledOffsets: { half: 30 },
    counted: { past: 1, to: -1 },
    countedBefore: {},
    marks: {
      oclock: 'any',
      am: 'am',
      pm: 'pm',
      'a m': 'am',
      'p m': 'pm',
      'oclock sharp': 'any',
      sharp: 'any',
    },
    measures: englishClock.measures,
    dates: {
      months: MONTHS,
      days: DAYS_OF_MONTH,
      endings: new Set(['st', 'nd', 'rd', 'th']),
      leads: ['on', 'on the', 'the'],
      between: ['of'],
      isMonthFirst: true,
    },
    days: { day: 1, days: 1, week: 7, weeks: 7 },
    isExactWithMinutes: false,
  },
  { numbers: readEnglishNumbers, durations: readEnglishDurations },
);
