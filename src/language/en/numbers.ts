import type { NumberReader, NumberReading } from '../numbers.ts';
import { createNumberReader, type NumberWords, numberWordsOf } from '../numbers.ts';

const WORDS: NumberWords = {
  single: {
    0: 'zero',
    1: 'one',
    2: 'two',
    3: 'three',
    4: 'four',
    5: 'five',
    6: 'six',
    7: 'seven',
    8: 'eight',
    9: 'nine',
    10: 'ten',
    11: 'eleven',
    12: 'twelve',
    13: 'thirteen',
    14: 'fourteen',
    15: 'fifteen',
    16: 'sixteen',
    17: 'seventeen',
    18: 'eighteen',
    19: 'nineteen',
    100: 'hundred',
  },
  tens: {
    20: 'twenty',
    30: 'thirty',
    40: 'forty fourty',
    50: 'fifty',
    60: 'sixty',
    70: 'seventy',
    80: 'eighty',
    90: 'ninety',
  },
  half: ['and', 'a', 'half'],
};

export const englishNumberWords = numberWordsOf(WORDS);

const readSmallNumbers = createNumberReader(WORDS);

/** English number words: `twenty one`, `twenty-one`, `one hundred`, `a hundred`, `two and a half`. */
export const readEnglishNumbers: NumberReader = (words, at) => {
  const hundred: NumberReading[] =
    (words[at] === 'a' || words[at] === 'one') && words[at + 1] === 'hundred'
      ? [{ value: 100, length: 2 }]
      : [];
  return [...readSmallNumbers(words, at), ...hundred];
};
