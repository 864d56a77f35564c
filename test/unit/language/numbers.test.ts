import { describe, expect, test } from 'vitest';
import { formatDuration } from '../../../src/language/durations.ts';
import { readEnglishDurations } from '../../../src/language/en/durations.ts';
import { readEnglishNumbers } from '../../../src/language/en/numbers.ts';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { readPolishDurations } from '../../../src/language/pl/durations.ts';
import { readPolishNumbers } from '../../../src/language/pl/numbers.ts';
import { foldedWords } from '../../../src/language/words.ts';

/** What a text says in full; undefined where it is no number from beginning to end. */
function wholeOf<Reading extends { length: number }>(
  read: (words: readonly string[], at: number) => readonly Reading[],
  text: string,
): Reading | undefined {
  const words = foldedWords(text);
  return read(words, 0).find(({ length }) => length === words.length);
}

const polish = [
  'zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście',
  'piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście',
].flatMap((line) => line.split(' '));
const polishTens =
  'dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt';
const english = [
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen',
  'eighteen nineteen',
].flatMap((line) => line.split(' '));
const englishTens = 'twenty thirty forty fifty sixty seventy eighty ninety';

function spell(value: number, singles: readonly string[], tens: string): string {
  if (value < 20) return singles[value] ?? '';
  const ten = tens.split(' ')[Math.floor(value / 10) - 2];
  return value % 10 === 0 ? (ten ?? '') : `${ten} ${singles[value % 10]}`;
}

describe('numbers', () => {
  test('every Polish number word from 0 to 99 is read', () => {
    for (let value = 0; value < 100; value++) {
      expect(wholeOf(readPolishNumbers, spell(value, polish, polishTens))?.value).toBe(value);
    }
  });

  test('every English number word from 0 to 99 is read', () => {
    for (let value = 0; value < 100; value++) {
      expect(wholeOf(readEnglishNumbers, spell(value, english, englishTens))?.value).toBe(value);
    }
  });

  test.for([
    ['sto', 100],
    ['dwudziestu pięciu', 25],
    ['dwadzieścia jeden i pół', 21.5],
    ['21,5', 21.5],
    ['-5', -5],
    ['minus pięć', -5],
    ['dwadzieścia jeden przecinek pięć', 21.5],
    ['zero przecinek dwadzieścia pięć', 0.25],
    ['20,5', 20.5],
    ['21.5', 21.5],
    ['21 i pół', 21.5],
    ['sto dwadzieścia pięć', 125],
    ['trzysta', 300],
    ['dwa tysiące siedemset', 2700],
    ['tysiąc', 1000],
    ['3 tysiące', 3000],
    ['półtora', 1.5],
    ['dwudziestoma dwoma', 22],
  ] as const)('in Polish "%s" is %d', ([text, value]) => {
    expect(wholeOf(readPolishNumbers, text)?.value).toBe(value);
  });

  test.for([
    ['a hundred', 100],
    ['one hundred', 100],
    ['twenty-one', 21],
    ['two and a half', 2.5],
    ['21.5', 21.5],
    ['twenty one and a half', 21.5],
    ['twenty-one point five', 21.5],
    ['one point two five', 1.25],
    ['minus three', -3],
    ['a hundred and five', 105],
    ['two hundred fifty', 250],
    ['twenty seven hundred', 2700],
    ['four thousand', 4000],
    ['half a', 0.5],
  ] as const)('in English "%s" is %d', ([text, value]) => {
    expect(wholeOf(readEnglishNumbers, text)?.value).toBe(value);
  });

  test.for([
    ['pl', 'połowę', 50],
    ['pl', 'połowy', 50],
    ['pl', 'pół', 50],
    ['pl', 'jedną czwartą', 25],
    ['pl', 'ćwierć', 25],
    ['pl', 'trzy czwarte', 75],
    ['pl', 'jednej trzeciej', 33],
    ['en', 'half', 50],
    ['en', 'a quarter', 25],
    ['en', 'three quarters', 75],
    ['en', 'two thirds', 67],
  ] as const)('a share of the whole is a percentage: %s "%s"', ([language, text, value]) => {
    const words = foldedWords(text);
    const readings = knowledgeOf(language).readNumbers(words, 0);
    expect(readings).toContainEqual({ value, length: words.length, isShare: true });
  });

  test.for([
    ['pl', 'pół stopnia', 0.5],
    ['en', 'half a degree', 0.5],
  ] as const)('before what is counted it is a number, and no share: %s "%s"', ([language, text, value]) => {
    const readings = knowledgeOf(language).readNumbers(foldedWords(text), 0);
    expect(readings.map((reading) => reading.value)).toContain(value);
    expect(readings.some(({ isShare }) => isShare)).toBe(false);
  });

  test('a ten before a unit is told as both, for either may be meant', () => {
    expect(readPolishNumbers(foldedWords('dwadzieścia jeden'), 0)).toEqual([
      { value: 20, length: 1 },
      { value: 21, length: 2 },
    ]);
  });

  test('what is no number is none', () => {
    expect(readPolishNumbers(['lampa'], 0)).toEqual([]);
    expect(readPolishNumbers([], 0)).toEqual([]);
    expect(readPolishNumbers(['constructor'], 0)).toEqual([]);
    expect(readPolishNumbers(['7:30'], 0)).toEqual([]);
  });

  test('a language nobody taught us has digits', () => {
    expect(knowledgeOf('de').readNumbers(['40'], 0)).toEqual([{ value: 40, length: 1 }]);
    expect(knowledgeOf('constructor').readNumbers(['vier'], 0)).toEqual([]);
  });
});

describe('durations', () => {
  test.for([
    ['dziesięć minut', '00:10:00'],
    ['pół godziny', '00:30:00'],
    ['półtorej godziny', '01:30:00'],
    ['godzinę i piętnaście minut', '01:15:00'],
    ['2 godziny 5 minut 10 sekund', '02:05:10'],
    ['kwadrans', '00:15:00'],
    ['minutę', '00:01:00'],
    ['dwie i pół minuty', '00:02:30'],
    ['pół minuty', '00:00:30'],
    ['ćwierć godziny', '00:15:00'],
    ['trzy kwadranse', '00:45:00'],
    ['godzinę i kwadrans', '01:15:00'],
    ['godzinę i pół', '01:30:00'],
    ['sto dwadzieścia minut', '02:00:00'],
    ['5 minutowy', '00:05:00'],
    ['minutkę', '00:01:00'],
  ] as const)('in Polish "%s" is %s', ([text, duration]) => {
    expect(formatDuration(wholeOf(readPolishDurations, text)?.seconds ?? 0)).toBe(duration);
  });

  test.for([
    ['ten minutes', '00:10:00'],
    ['half an hour', '00:30:00'],
    ['an hour and a half', '01:30:00'],
    ['one hour and fifteen minutes', '01:15:00'],
    ['90 seconds', '00:01:30'],
    ['half a minute', '00:00:30'],
    ['a quarter of an hour', '00:15:00'],
    ['three quarters of an hour', '00:45:00'],
    ['one and a half hours', '01:30:00'],
    ['a hundred and twenty minutes', '02:00:00'],
    ['5 mins', '00:05:00'],
  ] as const)('in English "%s" is %s', ([text, duration]) => {
    expect(formatDuration(wholeOf(readEnglishDurations, text)?.seconds ?? 0)).toBe(duration);
  });

  test('smaller units do not come before larger ones, and a day is the end', () => {
    expect(wholeOf(readPolishDurations, '5 minut 2 godziny')).toBeUndefined();
    expect(wholeOf(readPolishDurations, '25 godzin')).toBeUndefined();
    expect(wholeOf(readPolishDurations, '0 minut')).toBeUndefined();
  });
});
