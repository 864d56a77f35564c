import { remembered } from '../remembered.ts';
import { fold } from './fold.ts';

/** One word of a text, with where it stands there: `text.slice(start, end)` is how it was written. */
export interface Word {
  /** Folded, without apostrophes: `dont` of `Don’t`. */
  readonly folded: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A number with its decimals or a time (`21,5`, `7:30`), a sign that counts, or letters, with a number behind them and
 * its decimals: languages join it to the word before. Each alternative takes what it begins to take, so the scan is
 * linear.
 */
const WORD =
  /(?:(?<=^|\s)-)?\p{Nd}+(?:[.,:]\p{Nd}+)*|\p{L}(?:[\p{L}\p{M}\p{Nd}'’]|(?<=\p{Nd})[.,](?=\p{Nd}))*|[%°]/gu;
const APOSTROPHES = /['’]/g;

/** An utterance is read in many ways one after the other, whole and in parts. */
export const FOR_NOW = { most: 64, briefly: true } as const;

/**
 * Takes a text apart into folded words. Punctuation falls away, but for what makes a number or a time; `%` and `°`
 * are words of their own, so that `40%`, `40 %` and `40 procent` look alike. Linear, and safe for any string.
 */
export const toWords = remembered(takenApart, FOR_NOW);

function takenApart(text: string): readonly Word[] {
  const words: Word[] = [];
  for (let at = 0; at < text.length; ) {
    const kind = kindAt(text, at);
    if (kind === GAP) {
      at++;
      continue;
    }
    let end = at;
    while (end < text.length && kindAt(text, end) === LETTER) end++;
    if (kind === LETTER && (end === text.length || kindAt(text, end) === GAP)) {
      words.push({ folded: fold(text.slice(at, end)), start: at, end });
    } else {
      WORD.lastIndex = at;
      const match = WORD.exec(text);
      if (!match) break;
      const [written] = match;
      end = match.index + written.length;
      words.push({ folded: fold(written).replace(APOSTROPHES, ''), start: match.index, end });
    }
    at = end;
  }
  return words;
}

const [GAP, LETTER, OTHER] = [0, 1, 2] as const;
/** What the first characters are; most words are made of letters among them, which need no expression to be found. */
const KINDS = Uint8Array.from({ length: 0x250 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\p{L}/u.test(character)) return LETTER;
  return /[\p{M}\p{Nd}\-'%°]/u.test(character) ? OTHER : GAP;
});

function kindAt(text: string, at: number): number {
  return KINDS[text.charCodeAt(at)] ?? OTHER;
}

/** The folded words of a text. Two texts with the same folded words are the same thing said. */
export function foldedWords(text: string): string[] {
  return toWords(text).map(({ folded }) => folded);
}
