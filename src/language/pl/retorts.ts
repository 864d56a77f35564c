import { wordSet } from '../cautions.ts';
import { combined } from '../combined.ts';
import { complaintsOf, type Orders, type Retorts } from '../retorts.ts';

const LESS: Orders = { light: 'ciemniej', media_player: 'ciszej', climate: 'chłodniej', fan: 'wolniej' };
const MORE: Orders = { light: 'jaśniej', media_player: 'głośniej', climate: 'cieplej', fan: 'szybciej' };
const FULL = 'na 100 procent';

export const polishRetorts: Retorts = {
  hesitations: [
    ...[
      'oj',
      'ojej',
      'o nie',
      'ups',
      'ej',
      'czekaj',
      'poczekaj',
      'chwila',
      'stop',
      'nie',
      'no',
      'a',
      'ale',
      'i',
    ],
    ...['dobra', 'dobrze', 'ok', 'okej', 'jednak', 'a jednak', 'sorry', 'przepraszam', 'to', 'wiesz co'],
    ...[
      'teraz',
      'juz',
      'jest',
      'chyba',
      'nadal',
      'wciaz',
      'ciagle',
      'dalej',
      'jeszcze',
      'troche',
      'troszke',
      'ciut',
    ],
  ],
  undoes: [
    ...combined(
      ['cofnij', 'odwroc', 'wycofaj'],
      ['', 'to', 'to wszystko', 'ostatnie', 'ostatnie polecenie', 'ostatnia zmiane', 'ostatnia komende'],
    ),
    ...combined(
      ['przywroc', 'zrob', 'niech bedzie', 'ma byc', ''],
      ['jak bylo', 'tak jak bylo', 'jak przedtem'],
    ),
    ...combined(['przywroc', 'przywroc to', 'wroc do tego', 'daj to z powrotem'], ['', 'co bylo']),
  ],
  rejections: [
    ...['nie', 'nie nie', 'ale nie', 'oprocz', 'poza', 'bez', 'chodzilo mi o', 'chodzi mi o'],
    ...['mialem na mysli', 'mialam na mysli'],
  ],
  answers: wordSet('nie mialem mialam chodzilo chodzi'),
  excepts: wordSet('nie oprocz poza bez'),
  insteads: [
    ...['tylko', 'ale', 'lecz', 'a', 'chodzi mi o', 'chodzilo mi o', 'chodzi o', 'chodzilo o'],
    ...combined(['mialem', 'mialam'], ['na mysli']),
    ...['chcialem', 'chcialam'],
  ],
  onlys: ['tylko', 'tylko i wylacznie', 'wylacznie', 'jedynie'],
  changesOfMind: ['jednak nie', 'jednak nie trzeba', 'a jednak nie'],
  shorts: [
    {
      said: [
        'wystarczy',
        'starczy',
        'dosc',
        'dosyc',
        'stop',
        'stoj',
        'przestan',
        'zatrzymaj sie',
        'wystarczy tyle',
        'tyle wystarczy',
      ],
      orders: { cover: 'zatrzymaj', vacuum: 'zatrzymaj odkurzacz', switch: 'wyłącz' },
      ends: true,
    },
    {
      said: ['pauza', 'pauze', 'zrob pauze', 'zapauzuj', 'spauzuj', 'wstrzymaj', 'wstrzymaj sie', 'przerwij'],
      orders: { vacuum: 'wstrzymaj odkurzacz', timer: 'wstrzymaj minutnik' },
    },
    {
      said: [
        ...combined(
          ['', 'mozesz'],
          ['jedz dalej', 'lec dalej', 'rob dalej', 'kontynuuj', 'wznow', 'wznow to', 'jechac dalej'],
        ),
        ...[
          'dawaj dalej',
          'leci dalej',
          'sprzataj dalej',
          'odkurzaj dalej',
          'niech leci dalej',
          'niech idzie dalej',
        ],
      ],
      orders: { vacuum: 'włącz odkurzacz', timer: 'wznów minutnik' },
    },
    {
      said: [
        ...combined(
          ['', 'niech'],
          ['wracaj', 'wroc', 'jedz', 'wraca', 'jedzie', 'kaz mu wracac', 'kaz mu wrocic'],
          ['do bazy', 'do stacji', 'na ladowanie', 'na miejsce', 'do siebie'],
        ),
        ...['do bazy', 'na ladowanie', 'do stacji'],
      ],
      orders: { vacuum: 'odkurzacz do bazy' },
    },
    {
      said: [
        ...combined(
          ['', 'daj', 'dawaj', 'pusc', 'wlacz'],
          ['nastepna', 'nastepny', 'nastepne', 'kolejna', 'kolejny'],
        ),
        ...['nastepny prosze', 'pomin', 'pomin to', 'przeskocz'],
      ],
      orders: { media_player: 'następny utwór' },
    },
    {
      said: combined(
        ['', 'daj', 'pusc', 'wroc do', 'cofnij do'],
        ['poprzednia', 'poprzedni', 'poprzedniej', 'poprzedniego'],
      ),
      orders: { media_player: 'poprzedni utwór' },
    },
    {
      said: combined(
        ['', 'daj', 'zrob'],
        ['na maksa', 'na max', 'na maksimum', 'na full', 'na pelna moc', 'maksymalnie', 'na calosc'],
      ),
      orders: { light: FULL, fan: FULL },
    },
    { said: combined(['', 'daj', 'zrob'], ['mniej', 'slabiej', 'delikatniej', 'lagodniej']), orders: LESS },
    {
      said: [
        'za bardzo',
        'to za bardzo',
        'za duzo',
        'az tak nie',
        'przesada',
        'nie az tak',
        'nie tak bardzo',
        'nie az tyle',
      ],
      orders: LESS,
      turnsBack: MORE,
      isComplaint: true,
    },
    {
      said: combined(
        ['za', 'zbyt', 'nie tak', 'nie az tak'],
        ['mocno', 'szybko'],
        ['wieje', 'dmucha', 'wiej', 'dmuchaj'],
      ),
      orders: { fan: 'wolniej' },
      isComplaint: true,
    },
    ...complaintsOf(
      [
        ['jasno jasne jasna jasny', { light: 'ciemniej' }],
        ['ciemno ciemne ciemna ciemny', { light: 'jaśniej' }],
        ['glosno glosne glosna glosny', { media_player: 'ciszej' }],
        ['cicho ciche cicha cichy', { media_player: 'głośniej' }],
        ['goraco cieplo', { climate: 'chłodniej' }],
        ['zimno chlodno', { climate: 'cieplej' }],
        ['mocno mocne mocna mocny', { light: 'ciemniej', fan: 'wolniej', media_player: 'ciszej' }],
        ['slabo slabe slaba slaby', { light: 'jaśniej', fan: 'szybciej' }],
        ['szybko', { fan: 'wolniej' }],
        ['wolno', { fan: 'szybciej' }],
      ],
      (word) => combined(['za', 'zbyt', 'nie tak', 'nie az tak', 'nie za'], [word]),
    ),
  ],
};
