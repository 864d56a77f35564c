import { wordSet } from '../cautions.ts';
import { combined } from '../combined.ts';
import type { Linking } from '../linking.ts';

/** Verbs of orders by their forms with -ing. */
const VERBS = new Map(
  'turn switch put open close raise lower lock unlock start stop play pause dim brighten set draw shut arm'
    .split(' ')
    .flatMap((verb) =>
      [`${verb}ing`, `${verb.replace(/e$/, '')}ing`, `${verb}${verb.at(-1)}ing`].map(
        (form) => [form, verb] as const,
      ),
    ),
);

export const englishLinking: Linking = {
  joins: [
    ...combined(['', 'and', 'but'], ['then', 'also', 'after that', 'afterwards', 'finally', 'next']),
    ...[
      'and',
      'but',
      'plus',
      'as well as',
      'and also',
      'and then also',
      'and while youre at it',
      'and at the same time',
    ],
  ],
  together: new Set(['and', 'and also', 'as well as', 'and then', 'then']),
  beforeOrders: wordSet('but'),
  alternatives: wordSet('or either alternatively'),
  corrections: [
    ...[
      'sorry',
      'i mean',
      'i meant',
      'actually',
      'rather',
      'or rather',
      'correction',
      'scratch that',
      'make that',
    ],
    ...['wait', 'hang on', 'hold on', 'my bad', 'oops', 'excuse me', 'i meant to say'],
  ],
  exceptions: [
    'except for',
    'except',
    'excluding',
    'apart from',
    'other than',
    'aside from',
    'but for',
    'but not',
  ],
  links: [
    'too',
    'also',
    'as well',
    'first',
    'again',
    'even',
    'back',
    'at the same time',
    'then',
    'finally',
    'next',
  ],
  pronouns: wordSet('it them they those that these this there both one ones'),
  plurals: wordSet('them they those these'),
  pairs: wordSet('both'),
  pairPhrases: [
    'the both of them',
    'both of them',
    'both of those',
    'them both',
    'they both',
    'the two of them',
    'the pair of them',
  ],
  pairWord: 'both',
  kinds: wordSet('one ones'),
  others: wordSet('other'),
  articles: wordSet('the a an'),
  nouns: {
    light: ['light', 'lamp'],
    cover: ['blind', 'gate', 'door', 'curtain'],
    lock: ['door'],
    timer: ['timer'],
  },
  leavings: [],
  rests: [],
  kindsOfRest: {},
  copulas: wordSet('is are'),
  here: ['here', 'in this room', 'in my room', 'in our room'],
  openers: [
    ...combined(
      ['', 'ok', 'okay', 'all right', 'alright', 'right', 'hm', 'hmm'],
      [
        'try',
        'lets try',
        'and',
        'now',
        'and now',
        'what about',
        'and what about',
        'how about',
        'and how about',
        'actually',
        'then',
        'so',
      ],
    ),
    ...combined(['', 'and', 'now', 'do'], ['same', 'the same', 'the same thing'], ['', 'for', 'with']),
    ...combined(
      ['', 'and', 'now', 'please'],
      ['do the same', 'do the same thing'],
      ['', 'for', 'with', 'to'],
    ),
    ...['ok', 'okay', 'also', 'oops', 'whoops', 'oh', 'wait', 'no wait', 'oh wait'],
  ],
  repeats: [
    ...combined(['', 'and', 'do it', 'do that', 'the same', 'one'], ['again', 'once more', 'one more time']),
    ...['repeat', 'repeat that'],
  ],
  mores: [
    ...['another', 'another one', 'one more', 'and another', 'and another one', 'another bit', 'keep going'],
    ...combined(
      ['', 'and', 'even', 'still'],
      ['', 'a bit', 'bit', 'a little', 'little', 'a little bit', 'tiny bit', 'a touch', 'some', 'slightly'],
      ['more', 'further', 'more please'],
    ),
  ],
  moves: [
    ...combined(
      ['', 'no', 'ok', 'okay', 'or'],
      ['actually', 'rather', 'instead', 'better', 'make that', 'make it'],
    ),
    ...combined(['', 'actually', 'no'], ['change', 'move', 'push', 'shift'], ['it', 'that'], ['', 'to']),
    ...combined(['actually', 'no'], ['make that', 'make it']),
    ...['i meant', 'no', 'no i meant'],
  ],
  callOffs: ['cancel', 'call off', 'delete'],
  asOrder: (called) =>
    called.replace(
      /^(?:the )?(\w+ing)\b/i,
      (gerund, verb: string) => VERBS.get(verb.toLowerCase()) ?? gerund,
    ),
};
