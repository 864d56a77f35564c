import type { Random } from './random.ts';

/** Spellings that sound alike, so that a speech recogniser or a tired writer takes one for the other. */
const SOUND_ALIKE: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  pl: [
    ['ó', 'u'],
    ['rz', 'ż'],
    ['ch', 'h'],
    ['ą', 'om'],
    ['ę', 'e'],
    ['ę', 'en'],
    ['ść', 'źć'],
    ['ci', 'ć'],
    ['dź', 'ć'],
    ['trz', 'cz'],
    ['i', 'j'],
    ['ł', 'u'],
  ],
  en: [
    ['ight', 'ite'],
    ['ea', 'ee'],
    ['ck', 'k'],
    ['ph', 'f'],
    ['ie', 'ei'],
    ['ou', 'u'],
    ['er', 'or'],
    ['ss', 's'],
    ['th', 'd'],
    ['tion', 'shun'],
  ],
};

/** Rows of a keyboard; a finger lands beside the key. */
const KEYS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

interface Context {
  readonly random: Random;
  readonly language: string;
}

type Slip = (word: string, context: Context) => string;

/**
 * So many letters at a word's beginning stay. They may decide the direction: "wyłącz" less one letter is "włącz", and
 * of a sentence spoiled so far nobody could tell what was meant.
 */
const KEPT = 2;

const HAND: readonly Slip[] = [dropLetter, doubleLetter, swapLetters, hitNeighbour];

/** One slip of the hand in the letters that `slip` leaves alone. */
export function slipAtBeginning(word: string, { random }: Pick<Context, 'random'>): string {
  const at = random.below(KEPT);
  const letter = word.charAt(at);
  const row = KEYS.find((keys) => keys.includes(letter)) ?? letter;
  const beside = row.charAt(row.indexOf(letter) + 1) || row.charAt(row.indexOf(letter) - 1) || letter;
  const ways = ['', letter + letter, beside, word.charAt(at + 1) + letter];
  const way = random.below(ways.length);
  // The last way swaps two letters, the others change one.
  return word.slice(0, at) + ways[way] + word.slice(at + (way === ways.length - 1 ? 2 : 1));
}

/**
 * One slip in one word of at least four letters: half of them of the ear, where the word has a sound that is spelled
 * in several ways. Nearly always another word.
 */
export function slip(word: string, context: Context): string {
  const { random } = context;
  if (random.next() < 0.5) {
    const heard = mishear(word, context);
    if (heard !== word) return heard;
  }
  const first = random.below(HAND.length);
  for (let turn = 0; turn < HAND.length; turn++) {
    const slipped = (HAND[(first + turn) % HAND.length] as Slip)(word, context);
    if (slipped !== word) return slipped;
  }
  return word;
}

function mishear(word: string, { random, language }: Context): string {
  const pairs = SOUND_ALIKE[primaryTag(language)] ?? [];
  const ways = pairs.flatMap(([one, other]) => [
    [one, other] as const,
    // What sounds alike is mistaken both ways, but a single letter for a longer spelling only within a word.
    ...(other.length > 1 ? [[other, one] as const] : []),
  ]);
  const heard = ways.filter(([from]) => word.includes(from, KEPT));
  if (heard.length === 0) return word;
  const [from, to] = random.pick(heard);
  const index = word.indexOf(from, KEPT);
  return word.slice(0, index) + to + word.slice(index + from.length);
}

/** A place among the word's letters behind those that stay; not in the punctuation behind it. */
function inside(word: string, random: Random, { room = 0 }: { room?: number } = {}): number {
  const letters = /^\p{L}+/u.exec(word)?.[0].length ?? word.length;
  return KEPT + random.below(Math.max(letters - KEPT - room, 1));
}

function dropLetter(word: string, { random }: Context): string {
  const index = inside(word, random);
  return word.slice(0, index) + word.slice(index + 1);
}

function doubleLetter(word: string, { random }: Context): string {
  const index = inside(word, random);
  return word.slice(0, index) + word.charAt(index) + word.slice(index);
}

function swapLetters(word: string, { random }: Context): string {
  const index = inside(word, random, { room: 1 });
  return word.slice(0, index) + word.charAt(index + 1) + word.charAt(index) + word.slice(index + 2);
}

function hitNeighbour(word: string, { random }: Context): string {
  const index = inside(word, random);
  const row = KEYS.find((keys) => keys.includes(word.charAt(index)));
  if (!row) return word;
  const key = row.indexOf(word.charAt(index));
  const beside = [row[key - 1], row[key + 1]].filter((letter) => letter !== undefined);
  return word.slice(0, index) + random.pick(beside) + word.slice(index + 1);
}

/** `pl` of `pl-PL`. */
function primaryTag(language: string): string {
  return language.toLowerCase().split('-')[0] ?? '';
}
