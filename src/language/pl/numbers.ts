import { createNumberReader, type NumberWords, numberWordsOf } from '../numbers.ts';

const WORDS: NumberWords = {
  single: {
    0: 'zero zera',
    1: 'jeden jedna jedno jedna jednego jednej',
    2: 'dwa dwie dwoch dwu',
    3: 'trzy trzech',
    4: 'cztery czterech',
    5: 'piec pieciu',
    6: 'szesc szesciu',
    7: 'siedem siedmiu',
    8: 'osiem osmiu',
    9: 'dziewiec dziewieciu',
    10: 'dziesiec dziesieciu',
    11: 'jedenascie jedenastu',
    12: 'dwanascie dwunastu',
    13: 'trzynascie trzynastu',
    14: 'czternascie czternastu',
    15: 'pietnascie pietnastu',
    16: 'szesnascie szesnastu',
    17: 'siedemnascie siedemnastu',
    18: 'osiemnascie osiemnastu',
    19: 'dziewietnascie dziewietnastu',
    100: 'sto stu',
  },
  tens: {
    20: 'dwadziescia dwudziestu',
    30: 'trzydziesci trzydziestu',
    40: 'czterdziesci czterdziestu',
    50: 'piecdziesiat piecdziesieciu',
    60: 'szescdziesiat szescdziesieciu',
    70: 'siedemdziesiat siedemdziesieciu',
    80: 'osiemdziesiat osiemdziesieciu',
    90: 'dziewiecdziesiat dziewiecdziesieciu',
  },
  half: ['i', 'pol'],
};

export const polishNumberWords = numberWordsOf(WORDS);

/** Polish number words in the cases that orders use: "na dwadzieścia", "do dwudziestu", "o jedną". */
export const readPolishNumbers = createNumberReader(WORDS);
