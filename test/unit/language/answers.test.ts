import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAnswer, saysNoMore, waysIn } from '../../../src/language/answers.ts';

const read = (language: string, text: string) => readAnswer({ text, language }, ['pl', 'en']);

describe('an answer', () => {
  test.for([
    ...[
      'tak',
      'Tak!',
      'no tak',
      'tak, poproszę',
      'jasne, że tak',
      'Na pewno.',
      'dobra, zrób to',
      'oczywiście',
      'jak najbardziej',
    ],
  ])('%s is a yes', (text) => {
    expect(read('pl', text)).toEqual({ kind: 'yes', rest: [] });
  });
  test.for(['yes', 'Yeah, sure.', 'yes please', 'go ahead', 'all right then', 'OK, do it'])(
    '%s is a yes in English',
    (text) => {
      expect(read('en', text)).toEqual({ kind: 'yes', rest: [] });
    },
  );
  test.for([
    ...['nie', 'no nie', 'nie, dziękuję', 'raczej nie', 'nie rób tego', 'żadną', 'nie ma mowy', 'a nie'],
  ])('%s is a no', (text) => {
    expect(read('pl', text)).toEqual({ kind: 'no' });
  });
  test.for([
    ...[
      'tak nie',
      'nie, tak',
      'pewnie że nie',
      'tak, ale nie teraz',
      'nie wiem',
      'no nie wiem',
      'nie otwieraj',
    ],
  ])('%s is no yes, and speaks against what was asked', (text) => {
    expect(read('pl', text)).toEqual({ kind: 'objection' });
  });
  test.for(['please do not close it', 'yes, no', 'sure, but not now', 'do not'])(
    '%s is no yes in English',
    (text) => {
      expect(read('en', text)?.kind).toMatch(/^(objection|no)$/);
    },
  );
  test.for([
    ...[
      'może tak',
      'prawie',
      'powiedział że tak',
      'czy tak',
      'włącz światło',
      'która godzina',
      'tak'.repeat(60),
    ],
    ...['', '?!', 'no', 'taki duży', 'i tak i tak'],
  ])('"%s" is neither', (text) => {
    expect(read('pl', text)?.kind ?? 'choice').toBe('choice');
  });

  test('in a language without words for it is read by those of the home', () => {
    expect(read('xx', 'tak')).toEqual({ kind: 'yes', rest: [] });
    expect(readAnswer({ text: 'tak', language: 'xx' }, [])).toBeUndefined();
  });

  test('is not read into what people say who answer nothing', () => {
    for (const language of ['pl', 'en']) {
      const file = join(import.meta.dirname, `../../support/harmless/${language}.txt`);
      const lines = readFileSync(file, 'utf8').split('\n');
      const answers = lines.map((line) => read(language, line)?.kind);
      expect(lines.length).toBeGreaterThan(300);
      expect(lines.filter((_, index) => ['yes', 'no', 'nevermind'].includes(answers[index] ?? ''))).toEqual(
        [],
      );
    }
  });
});

test.for([
  ['pl', 'jeszcze nie'],
  ['pl', 'a zresztą nie'],
  ['pl', 'jednak bramę'],
  ['pl', 'zaraz'],
  ['pl', 'czekaj'],
  ['pl', 'później'],
  ['pl', 'jak wrócę'],
  ['pl', 'za godzinę'],
  ['pl', 'otwórz jutro'],
  ['en', 'later'],
  ['en', 'wait a second'],
  ['en', 'when i am back'],
  ['en', 'in an hour'],
] as const)('in %s, "%s" speaks against doing it now', ([language, text]) => {
  const answer = read(language, text);
  expect(answer?.kind === 'objection' || (answer?.kind === 'choice' && answer.objects)).toBe(true);
});
test.for(['garażową', 'tę przy oknie', 'drugą', 'w kuchni', 'obie'])('"%s" does not', (text) => {
  expect(read('pl', text)).not.toHaveProperty('objects');
});

describe('behind a yes', () => {
  const ways = waysIn('otwórz drzwi wejściowe', 'pl');
  test.for([
    ['otwórz', true],
    ['otwieraj je', true],
    ['zamknij', false],
    ['otwórz okno', false],
    ['otwórz i zamknij', false],
    ['i zgaś światło', false],
    ['otwórz ją proszę', true],
    ['wystarczy', false],
    ['cofnij', false],
    ['drugi', false],
    ['inny', false],
    ['tylko ja', false],
    ['to ja', false],
    ['otwórz drugą', false],
    ['tyle', false],
  ] as const)('"%s" says no more than what was asked: %s', ([rest, saysIt]) => {
    const answer = read('pl', `tak ${rest}`);
    expect(answer?.kind).toBe('yes');
    const words = answer?.kind === 'yes' ? answer.rest : [];
    expect(saysNoMore(words, { language: 'pl', spoken: [], ways })).toBe(saysIt);
  });
});

describe('behind a yes in English', () => {
  const ways = waysIn('open the garage', 'en');
  test.for([
    ['open it', true],
    ['open it please', true],
    ['enough', false],
    ['undo', false],
    ['the other one', false],
    ['keep it', false],
    ['thats it', false],
    ['open the other one', false],
  ] as const)('"%s" says no more than what was asked: %s', ([rest, saysIt]) => {
    const answer = read('en', `yes ${rest}`);
    expect(answer?.kind).toBe('yes');
    const words = answer?.kind === 'yes' ? answer.rest : [];
    expect(saysNoMore(words, { language: 'en', spoken: [], ways })).toBe(saysIt);
  });
});

test.for(['tak?', 'dobrze, tak?', 'ok, otworzysz?'])('whoever asks back has not said yes: "%s"', (text) => {
  expect(read('pl', text)).toEqual({ kind: 'objection' });
});
