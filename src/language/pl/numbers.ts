import { createNumberReader, type NumberWords, numberWordsOf } from '../numbers.ts';

/**
 * Polish number words in the cases that orders use: `na dwadzieścia`, `do dwudziestu`, `o jedną`. After the tables of
 * numerals in Z. Saloni, "Słownik gramatyczny języka polskiego".
 */
const WORDS: NumberWords = {
  single: {
    0: 'zero zera zerem',
    1: 'jeden jedna jedno jednego jednej jednym',
    2: 'dwa dwie dwoch dwu dwom dwoma dwiema',
    3: 'trzy trzech trzem trzema',
    4: 'cztery czterech czterem czterema',
    5: 'piec pieciu piecioma',
    6: 'szesc szesciu szescioma',
    7: 'siedem siedmiu siedmioma',
    8: 'osiem osmiu osmioma',
    9: 'dziewiec dziewieciu dziewiecioma',
    10: 'dziesiec dziesieciu dziesiecioma',
    11: 'jedenascie jedenastu jedenastoma',
    12: 'dwanascie dwunastu dwunastoma',
    13: 'trzynascie trzynastu trzynastoma',
    14: 'czternascie czternastu czternastoma',
    15: 'pietnascie pietnastu pietnastoma',
    16: 'szesnascie szesnastu szesnastoma',
    17: 'siedemnascie siedemnastu siedemnastoma',
    18: 'osiemnascie osiemnastu osiemnastoma',
    19: 'dziewietnascie dziewietnastu dziewietnastoma',
  },
  tens: {
    20: 'dwadziescia dwudziestu dwudziestoma',
    30: 'trzydziesci trzydziestu trzydziestoma',
    40: 'czterdziesci czterdziestu czterdziestoma',
    50: 'piecdziesiat piecdziesieciu piecdziesiecioma',
    60: 'szescdziesiat szescdziesieciu szescdziesiecioma',
    70: 'siedemdziesiat siedemdziesieciu siedemdziesiecioma',
    80: 'osiemdziesiat osiemdziesieciu osiemdziesiecioma',
    90: 'dziewiecdziesiat dziewiecdziesieciu dziewiecdziesiecioma',
  },
  hundreds: {
    100: 'sto stu',
    200: 'dwiescie dwustu',
    300: 'trzysta trzystu',
    400: 'czterysta czterystu',
    500: 'piecset pieciuset',
    600: 'szescset szesciuset',
    700: 'siedemset siedmiuset',
    800: 'osiemset osmiuset',
    900: 'dziewiecset dziewieciuset',
  },
  hundred: '',
  thousand: 'tysiac tysiaca tysiace tysiecy tysiacach',
  article: '',
  and: '',
  half: ['i', 'pol'],
  point: 'przecinek kropka koma',
  minus: 'minus',
  fractions: {
    0.5: ['pol'],
    1.5: ['poltora', 'poltorej'],
    0.25: ['cwierc'],
  },
  shares: {
    50: ['pol', 'polowa', 'polowe', 'polowy', 'polowie', 'jedna druga'],
    25: [
      'cwierc',
      'cwiartka',
      'cwiartke',
      'cwiartki',
      'jedna czwarta',
      'jednej czwartej',
      'czwarta czesc',
      'czwartej czesci',
    ],
    75: ['trzy czwarte', 'trzech czwartych', 'trzy cwiartki', 'trzech cwiartek'],
    33: ['jedna trzecia', 'jednej trzeciej', 'trzecia czesc', 'trzeciej czesci'],
    67: ['dwie trzecie', 'dwoch trzecich'],
    20: ['jedna piata', 'jednej piatej'],
    10: ['jedna dziesiata', 'jednej dziesiatej'],
  },
  counted:
    'stopnia stopien stopni godziny godzinki godzina minuty minutki sekundy kwadransa dnia doby tonu punktu procenta',
};

export const polishNumberWords = numberWordsOf(WORDS);

export const readPolishNumbers = createNumberReader(WORDS);
