/**
 * What a part of a sentence may say, by whether a gap between words stands before or behind it: parts may join in the
 * middle of a word, as in `lamp(a|ę)`.
 */
export interface WordPieces {
  /** Without a gap; an empty text where the part may be left out. */
  readonly solid: ReadonlySet<string>;
  /** Up to the first gap. */
  readonly heads: ReadonlySet<string>;
  /** From the last gap on. */
  readonly tails: ReadonlySet<string>;
}

/** Puts pieces together, and keeps the texts that stand between two gaps: words, as they are written. */
export interface PieceJoiner {
  ofText(text: string): WordPieces;
  join(one: WordPieces, next: WordPieces): WordPieces;
  /** Puts a gap around them. */
  finish(pieces: WordPieces): void;
}

/** A word that is said in more forms than this is not followed any further. */
const MAX_FORMS = 400;

const NONE: ReadonlySet<string> = new Set();
const EMPTY: ReadonlySet<string> = new Set(['']);

/** A part that says nothing. */
export const SILENCE: WordPieces = { solid: EMPTY, heads: NONE, tails: NONE };
/** A part that joins no other. */
export const GAP: WordPieces = { solid: NONE, heads: EMPTY, tails: EMPTY };

/** @param keep told each text between gaps, the empty one among them, and the same one more than once */
export function createPieceJoiner(keep: (text: string) => void): PieceJoiner {
  const keepAll = (texts: ReadonlySet<string>): void => {
    for (const text of texts) keep(text);
  };
  return {
    ofText(text) {
      const [first = '', ...rest] = text.split(/\s+/);
      const last = rest.pop();
      if (last === undefined) return { solid: new Set([first]), heads: NONE, tails: NONE };
      for (const word of rest) keep(word);
      return { solid: NONE, heads: new Set([first]), tails: new Set([last]) };
    },
    join(one, next) {
      if (one === SILENCE) return next;
      keepAll(products(one.tails, next.heads));
      return {
        solid: products(one.solid, next.solid),
        heads: union(one.heads, products(one.solid, next.heads)),
        tails: union(next.tails, products(one.tails, next.solid)),
      };
    },
    finish({ solid, heads, tails }) {
      for (const texts of [solid, heads, tails]) keepAll(texts);
    },
  };
}

/** One of two parts. */
export function either(one: WordPieces, other: WordPieces): WordPieces {
  return {
    solid: union(one.solid, other.solid),
    heads: union(one.heads, other.heads),
    tails: union(one.tails, other.tails),
  };
}

function union(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  if (one.size === 0 || one === other) return other;
  if (other.size === 0) return one;
  return new Set([...one, ...other]);
}

function products(starts: ReadonlySet<string>, ends: ReadonlySet<string>): ReadonlySet<string> {
  if (starts.size === 0 || ends.size === 0) return NONE;
  if (starts === EMPTY) return ends;
  if (ends === EMPTY) return starts;
  const texts = new Set<string>();
  for (const start of starts) {
    for (const end of ends) {
      if (texts.size >= MAX_FORMS) return texts;
      texts.add(start + end);
    }
  }
  return texts;
}
