import { wordSet } from '../cautions.ts';
import { combined } from '../combined.ts';
import type { Linking } from '../linking.ts';

export const polishLinking: Linking = {
  joins: [
    ...combined(
      ['', 'i', 'a', 'oraz'],
      ['potem', 'nastepnie', 'pozniej', 'zaraz potem', 'na koniec', 'przy okazji', 'do tego', 'dodatkowo'],
    ).filter((phrase) => phrase !== 'pozniej'),
    ...combined(['i', 'a', 'oraz'], ['', 'tez', 'takze', 'rowniez', 'jeszcze', 'od razu', 'jednoczesnie']),
    ...['po czym', 'a poza tym', 'jak rowniez', 'jak i', 'plus', 'a takze', 'w tym czasie', 'ale'],
  ],
  together: new Set([
    'i',
    'oraz',
    'i tez',
    'a takze',
    'jak rowniez',
    'i potem',
    'potem',
    'i nastepnie',
    'i jeszcze',
  ]),
  beforeOrders: wordSet('ale'),
  alternatives: wordSet('albo lub czy badz ewentualnie wzglednie'),
  corrections: [
    ...combined(['', 'to', 'o', 'a'], ['przepraszam', 'sorry', 'sorki', 'pardon', 'wroc', 'pomylka']),
    ...[
      'to znaczy',
      'znaczy',
      'znaczy sie',
      'tzn',
      'wlasciwie',
      'a wlasciwie',
      'to jest',
      'poprawka',
      'raczej',
    ],
    ...combined(['chcialem', 'chcialam'], ['powiedziec']),
    ...combined(['mialem', 'mialam'], ['na mysli']),
  ],
  exceptions: [
    ...['oprocz', 'procz', 'poza', 'z wyjatkiem', 'za wyjatkiem', 'wylaczajac', 'pomijajac'],
    ...combined(['tylko', 'byle', 'ale'], ['nie']),
  ],
  links: [
    ...[
      'tez',
      'takze',
      'rowniez',
      'jeszcze',
      'najpierw',
      'jednoczesnie',
      'rownoczesnie',
      'przy okazji',
      'potem',
    ],
    ...[
      'na koniec',
      'ponadto',
      'dodatkowo',
      'do tego',
      'z powrotem',
      'znowu',
      'ponownie',
      'tak samo',
      'nastepnie',
    ],
    'od razu',
  ],
  pronouns: wordSet(
    'ja je go jego ich jej im nim nich niej nia to te tego ten ta tam oba obie obydwa obydwie obydwoje',
  ),
  plurals: wordSet('je ich im nim nich te'),
  pairs: wordSet('oba obie obydwa obydwie obydwoje'),
  pairPhrases: new Map(
    combined(['jedno', 'jedna', 'jeden'], ['i drugie', 'i druga', 'i drugi']).map((phrase) => [
      phrase,
      'oba',
    ]),
  ),
  kinds: new Set(),
  others: wordSet('druga drugi drugie drugiej drugiego drugim'),
  articles: new Set(),
  nouns: {
    light: ['lampe', 'lampa', 'lampke', 'lampka', 'swiatlo'],
    cover: ['rolete', 'roleta', 'brame', 'brama', 'zaslone', 'zaslony'],
    lock: ['drzwi'],
    timer: ['minutnik'],
  },
  leavings: combined(
    ['zostaw', 'zostawcie', 'zostawmy'],
    ['', 'tak', 'w spokoju', 'jak jest', 'jak sa', 'tak jak jest', 'tak jak sa'],
  ),
  rests: [
    ...combined(['', 'cala'], ['reszte', 'reszte swiatel', 'reszte lamp', 'reszte rolet']),
    ...combined(['', 'wszystkie'], ['pozostale']),
  ],
  kindsOfRest: { light: 'światło', cover: 'rolety' },
  copulas: wordSet('jest sa sie pali pala swieci swieca'),
  here: ['tu', 'tutaj', 'w tym pokoju', 'w tym pomieszczeniu', 'w pokoju'],
  openers: [
    ...combined(
      ['', 'no', 'dobra', 'dobrze', 'ok', 'okej', 'no dobra'],
      [
        'a',
        'i',
        'a teraz',
        'i teraz',
        'teraz',
        'a moze',
        'moze',
        'a co z',
        'jednak',
        'a jednak',
        'to',
        'to teraz',
      ],
    ),
    ...combined(['', 'a', 'i', 'zrob', 'zrob prosze'], ['to samo', 'tak samo'], ['', 'zrob', 'prosze']),
    ...['dobra', 'dobrze', 'ok', 'okej', 'no dobra', 'no dobrze', 'oj', 'ups', 'ojej', 'czekaj'],
  ],
  repeats: [
    ...combined(
      ['', 'i', 'a', 'zrob to', 'to samo', 'powtorz'],
      ['jeszcze raz', 'ponownie', 'znowu', 'raz jeszcze'],
    ),
    ...['powtorz', 'powtorz to'],
  ],
  mores: [
    ...combined(
      ['', 'a', 'i', 'no', 'zrob'],
      ['jeszcze', 'jeszcze troche', 'jeszcze troszke', 'jeszcze odrobine', 'jeszcze ciut', 'jeszcze kapke'],
      ['', 'bardziej', 'wiecej', 'mocniej'],
    ),
    ...combined(['', 'troche', 'troszke', 'odrobine', 'jeszcze'], ['bardziej', 'wiecej', 'mocniej']),
  ],
  moves: [
    ...combined(
      ['', 'a', 'nie', 'dobra', 'ok', 'to'],
      [
        'jednak',
        'albo',
        'albo nie',
        'albo jednak',
        'lepiej',
        'albo lepiej',
        'raczej',
        'moze jednak',
        'wlasciwie',
      ],
    ),
    'nie',
    ...combined(['zmien', 'przesun', 'przeloz', 'przestaw'], ['', 'to', 'na', 'to na']),
    ...combined(['jednak', 'niech bedzie', 'ma byc', 'mialo byc'], ['', 'jednak']),
  ],
  callOffs: ['anuluj', 'odwolaj', 'skasuj', 'anulujcie', 'odwolajcie', 'jednak anuluj', 'jednak odwolaj'],
  // As one asks politely: "prosiłabym o wyłączenie światła".
  asOrder: (called) => `o ${called}`,
};
