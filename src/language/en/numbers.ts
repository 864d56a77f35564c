import { createNumberReader, type NumberWords, numberWordsOf } from '../numbers.ts';

/** English number words: `twenty one`, `twenty-one`, `a hundred and five`, `two and a half`, `twenty one point five`. */
const WORDS: NumberWords = {
  single: {
    0: 'zero nought',
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
  hundreds: {},
  hundred: 'hundred',
  thousand: 'thousand',
  article: 'a',
  and: 'and',
  half: ['and', 'a', 'half'],
  point: 'point dot',
  minus: 'minus negative',
  fractions: {
    0.5: ['half', 'half a', 'half an', 'a half'],
    0.25: ['a quarter of a', 'a quarter of an', 'quarter of a'],
    12: ['a dozen'],
  },
  shares: {
    50: ['half', 'a half', 'one half', 'halfway', 'half way'],
    25: ['quarter', 'a quarter', 'one quarter', 'a fourth', 'one fourth'],
    75: ['three quarters', 'three fourths'],
    33: ['a third', 'one third'],
    67: ['two thirds'],
    20: ['a fifth', 'one fifth'],
    10: ['a tenth', 'one tenth'],
  },
  counted: 'a an degree degrees hour hours minute minutes second seconds day of past to',
};

export const englishNumberWords = numberWordsOf(WORDS);

export const readEnglishNumbers = createNumberReader(WORDS);
