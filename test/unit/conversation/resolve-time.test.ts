import { expect, test } from 'vitest';
import { resolveTime } from '../../../src/conversation/resolve-time.ts';
import { parseLocalTime } from '../../../src/intent/local-time.ts';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { takeTimesOut } from '../../../src/language/when-said.ts';
import { foldedWords } from '../../../src/language/words.ts';

const zone = 'Europe/Warsaw';

/** What is meant by a time that is said at an hour of a day, by the clock on the wall. */
function meant(text: string, saidAt: string, language = 'pl') {
  const taken = takeTimesOut(foldedWords(text), knowledgeOf(language).readTime);
  if (!taken) return undefined;
  const now = parseLocalTime(saidAt, zone) ?? Number.NaN;
  return typeof taken.when === 'string' ? taken.when : resolveTime(taken.when, { now, zone });
}

test.for([
  ['pl', 'o dziewiątej', '2026-01-14T20:00', '2026-01-14T21:00:00+01:00'],
  ['pl', 'o dziewiątej', '2026-01-14T22:00', '2026-01-15T09:00:00+01:00'],
  ['pl', 'o dziewiątej rano', '2026-01-14T20:00', '2026-01-15T09:00:00+01:00'],
  ['pl', 'o dwunastej', '2026-01-14T20:00', '2026-01-15T00:00:00+01:00'],
  ['pl', 'o dwunastej w nocy', '2026-01-14T20:00', '2026-01-15T00:00:00+01:00'],
  ['pl', 'za pięć dziewiąta', '2026-01-14T20:00', '2026-01-14T20:55:00+01:00'],
  ['pl', 'jutro o drugiej w nocy', '2026-01-14T20:00', '2026-01-15T02:00:00+01:00'],
  ['pl', 'w środę o ósmej', '2026-01-14T20:00', '2026-01-21T08:00:00+01:00'],
  ['pl', 'za 30 sekund', '2026-01-14T20:00', '2026-01-14T20:00:30+01:00'],
  ['pl', 'za tydzień o siódmej', '2026-01-14T20:00', '2026-01-21T07:00:00+01:00'],
  ['pl', 'dopiero o 22', '2026-01-14T20:00', '2026-01-14T22:00:00+01:00'],
  ['pl', 'już o 22', '2026-01-14T20:00', '2026-01-14T22:00:00+01:00'],
  ['pl', 'w środę o 22', '2026-01-14T20:00', '2026-01-14T22:00:00+01:00'],
  ['pl', 'w przyszłą środę o 22', '2026-01-14T20:00', '2026-01-21T22:00:00+01:00'],
  ['en', 'next wednesday at 10 pm', '2026-01-14T20:00', '2026-01-21T22:00:00+01:00'],
  ['en', 'at quarter to nine', '2026-01-14T20:00', '2026-01-14T20:45:00+01:00'],
  ['en', 'at 12 am', '2026-01-14T20:00', '2026-01-15T00:00:00+01:00'],
  ['en', 'at 12 pm', '2026-01-14T20:00', '2026-01-15T12:00:00+01:00'],
  ['en', 'tonight at eight thirty', '2026-01-14T12:00', '2026-01-14T20:30:00+01:00'],
] as const)('%s: "%s", said at %s, is %s', ([language, text, saidAt, at]) => {
  expect(meant(text, saidAt, language)).toEqual({ at });
});

test('an hour across a change of the clocks is the one that the wall shows', () => {
  expect(meant('o 7:00', '2026-03-28T22:00')).toEqual({ at: '2026-03-29T07:00:00+02:00' });
  expect(meant('o 7:00', '2026-10-24T22:00')).toEqual({ at: '2026-10-25T07:00:00+01:00' });
});

test('a length of time across it is as long as it was said', () => {
  expect(meant('za 8 godzin', '2026-03-28T22:00')).toEqual({ at: '2026-03-29T07:00:00+02:00' });
});

test('an hour that the clocks leave out is put off, and one that comes twice is the first', () => {
  expect(meant('o 2:30', '2026-03-28T22:00')).toEqual({ at: '2026-03-29T03:00:00+02:00' });
  expect(meant('o 2:30', '2026-10-24T22:00')).toEqual({ at: '2026-10-25T02:30:00+02:00' });
});

test.for([
  ['dziś o 8:00', 'past'],
  ['wczoraj o 8:00', 'past'],
  ['jutro', 'vague'],
  ['później', 'vague'],
  ['po zachodzie słońca', 'vague'],
  ['o dwudziestej szóstej', 'impossible'],
  ['o 25:00', 'impossible'],
  ['o 22:00 rano', 'contradictory'],
  ['jutro w piątek o 8:00', 'contradictory'],
  ['o 8:00 o 9:00', 'contradictory'],
  ['za godzinę o 9:00', 'contradictory'],
] as const)('"%s" is no time that could be kept: %s', ([text, trouble]) => {
  expect(meant(text, '2026-01-14T20:00')).toBe(trouble);
});

test('what comes again has a first time and a rule', () => {
  expect(meant('w dni powszednie o 7:00', '2026-01-16T20:00')).toEqual({
    at: '2026-01-19T07:00:00+01:00',
    repeat: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  });
  expect(meant('every morning at seven', '2026-01-14T05:00', 'en')).toEqual({
    at: '2026-01-14T07:00:00+01:00',
    repeat: 'FREQ=DAILY',
  });
});

test('what lasts ends so much later than it begins', () => {
  expect(meant('na 10 minut', '2026-01-14T20:00')).toEqual({ until: '2026-01-14T20:10:00+01:00' });
  expect(meant('jutro o 6:00 na godzinę', '2026-01-14T20:00')).toEqual({
    at: '2026-01-15T06:00:00+01:00',
    until: '2026-01-15T07:00:00+01:00',
  });
  expect(meant('codziennie o 23:30 na godzinę', '2026-01-14T20:00')).toBe('vague');
});

test.for(['na dwadzieścia procent', 'ścisz trochę', 'o 20 procent', 'kinkiet', 'do 20', 'pięć'])(
  '"%s" says no time',
  (text) => {
    expect(meant(text, '2026-01-14T20:00')).toBeUndefined();
  },
);

test('whatever hour is said at whatever minute of a year is ahead, and shown by the wall', () => {
  const start = parseLocalTime('2026-01-01T00:00', zone) ?? 0;
  for (let step = 0; step < 2000; step++) {
    const now = start + step * 263 * 60_000 * 7;
    const hour = step % 24;
    const timing = resolveTime(
      { clock: { kind: 'clock', hour, minute: 15, isExact: true, isBare: false, role: 'at' } },
      { now, zone },
    );
    const at = typeof timing === 'string' ? '' : (timing.at ?? '');
    expect(Date.parse(at) - now).toBeGreaterThan(0);
    expect(Date.parse(at) - now).toBeLessThanOrEqual(25 * 3_600_000);
    // The hour between two and three is left out once a year.
    if (hour !== 2) expect(at.slice(11, 16)).toBe(`${String(hour).padStart(2, '0')}:15`);
  }
});
