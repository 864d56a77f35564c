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
  ['pl', 'o dwudziestej zero pięć', '2026-01-14T12:00', '2026-01-14T20:05:00+01:00'],
  ['pl', 'trzeciego lutego o siódmej rano', '2026-01-14T20:00', '2026-02-03T07:00:00+01:00'],
  ['pl', 'dwudziestego pierwszego maja o 16', '2026-01-14T20:00', '2026-05-21T16:00:00+02:00'],
  ['pl', 'o 7 30 stycznia', '2026-01-14T20:00', '2026-01-30T07:00:00+01:00'],
  ['pl', '14 stycznia o 21:30', '2026-01-14T20:00', '2026-01-14T21:30:00+01:00'],
  ['pl', '14 stycznia o 19:00', '2026-01-14T20:00', '2027-01-14T19:00:00+01:00'],
  ['pl', '29 lutego o 12:00', '2026-01-14T20:00', '2028-02-29T12:00:00+01:00'],
  ['pl', 'w sobotę 7 lutego o 10', '2026-01-14T20:00', '2026-02-07T10:00:00+01:00'],
  ['pl', 'w Sylwestra o 23', '2026-01-14T20:00', '2026-12-31T23:00:00+01:00'],
  ['en', 'on the twenty second of march at 5 pm', '2026-01-14T20:00', '2026-03-22T17:00:00+01:00'],
  ['en', 'on may 3 at noon', '2026-01-14T20:00', '2026-05-03T12:00:00+02:00'],
  ['en', 'december 6th at 6 am', '2026-01-14T20:00', '2026-12-06T06:00:00+01:00'],
  ['en', "new year's eve at 11 pm", '2026-01-14T20:00', '2026-12-31T23:00:00+01:00'],
  ['en', 'at half nine', '2026-01-14T20:00', '2026-01-14T21:30:00+01:00'],
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
  ['31 kwietnia o 9:00', 'impossible'],
  ['w piątek 7 lutego o 10', 'contradictory'],
  ['w Wigilię', 'vague'],
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

test.for([
  ['pl', 'w każdą sobotę i niedzielę o 9:00', '2026-01-17T09:00:00+01:00', 'FREQ=WEEKLY;BYDAY=SA,SU'],
  ['pl', 'co tydzień w piątek o 9:00', '2026-01-16T09:00:00+01:00', 'FREQ=WEEKLY;BYDAY=FR'],
  ['pl', 'co drugi dzień o 6:00', '2026-01-15T06:00:00+01:00', 'FREQ=DAILY;INTERVAL=2'],
  ['pl', 'co trzy dni o 21:00', '2026-01-14T21:00:00+01:00', 'FREQ=DAILY;INTERVAL=3'],
  ['pl', 'co dwa tygodnie we wtorek o 8:00', '2026-01-20T08:00:00+01:00', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'],
  ['en', 'every other day at 6 am', '2026-01-15T06:00:00+01:00', 'FREQ=DAILY;INTERVAL=2'],
  ['en', 'every second monday at 6 am', '2026-01-19T06:00:00+01:00', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO'],
] as const)('%s: "%s" comes again from %s by %s', ([language, text, at, repeat]) => {
  expect(meant(text, '2026-01-14T20:00', language)).toEqual({ at, repeat });
});

test('what lasts ends so much later than it begins', () => {
  expect(meant('na 10 minut', '2026-01-14T20:00')).toEqual({ until: '2026-01-14T20:10:00+01:00' });
  expect(meant('jutro o 6:00 na godzinę', '2026-01-14T20:00')).toEqual({
    at: '2026-01-15T06:00:00+01:00',
    until: '2026-01-15T07:00:00+01:00',
  });
  expect(meant('codziennie o 23:30 na godzinę', '2026-01-14T20:00')).toBe('vague');
});

test.for([
  'na dwadzieścia procent',
  'ścisz trochę',
  'o 20 procent',
  'kinkiet',
  'do 30',
  'do 20 procent',
  'pięć',
  'half',
])('"%s" says no time', (text) => {
  expect(meant(text, '2026-01-14T20:00')).toBeUndefined();
});

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
