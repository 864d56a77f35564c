/** By which words orders are linked to each other, and to what was said before. All folded; phrases have their words apart by a space. */
export interface Linking {
  /** "i", "a potem": between two orders. */
  readonly joins: readonly string[];
  /** Of these the ones that make one order of several, so that a time behind the last is said of all: "i", "and". */
  readonly together: ReadonlySet<string>;
  /** Of these the ones that part two orders only where the next begins with what to do: "but". */
  readonly beforeOrders: ReadonlySet<string>;
  /** "albo", "or": one of several is wanted, and nobody knows which. */
  readonly alternatives: ReadonlySet<string>;
  /** "to znaczy", "i mean": between two things the second is meant instead of the first. */
  readonly corrections: readonly string[];
  /** "oprócz", "except": what follows is left out of all that was named. */
  readonly exceptions: readonly string[];
  /** "też", "najpierw": beside an order that is one of several; they change nothing in it. */
  readonly links: readonly string[];
  /** "ją", "tam", "it": what was named before. */
  readonly pronouns: ReadonlySet<string>;
  /** Of these the ones that stand for several: "nich", "them". */
  readonly plurals: ReadonlySet<string>;
  /** Of these the ones that stand for exactly two: "oba", "both". */
  readonly pairs: ReadonlySet<string>;
  /** What stands for exactly two in several words: "jedno i drugie". Folded. */
  readonly pairPhrases: readonly string[];
  /** One of the pairs, to be said for any of these phrases. */
  readonly pairWord: string;
  /** Of these the ones that stand for another thing of the same kind: "the right one". */
  readonly kinds: ReadonlySet<string>;
  /** "druga", "other": of two the one that was not named. */
  readonly others: ReadonlySet<string>;
  /** "the", before what names something. */
  readonly articles: ReadonlySet<string>;
  /** What things of a domain are called, for what only tells them apart: "stojącą", "the left one". */
  readonly nouns: Readonly<Record<string, readonly string[]>>;
  /** "zostaw": before or behind what shall stay as it is. */
  readonly leavings: readonly string[];
  /** "resztę": the others of the same kind in the same room. */
  readonly rests: readonly string[];
  /** What they are called by their domain, in a word for all of them. */
  readonly kindsOfRest: Readonly<Record<string, string>>;
  /** "jest", "się", "is": beside a state that is asked for. */
  readonly copulas: ReadonlySet<string>;
  /** "tu", "in this room": where it is said, wherever the orders beside it are done. */
  readonly here: readonly string[];
  /** "a", "to samo", "what about": how one goes on from what was said before. */
  readonly openers: readonly string[];
  /** "jeszcze raz", "again": the same once more. */
  readonly repeats: readonly string[];
  /** "jeszcze trochę", "a bit more": the same step once more. */
  readonly mores: readonly string[];
  /** "jednak", "make that": before a time alone, what is planned is done then instead. */
  readonly moves: readonly string[];
  /** "anuluj", "cancel": what was said for later is called off. */
  readonly callOffs: readonly string[];
  /** What is called off, as an order: "wyłączenie światła" is "o wyłączenie światła". */
  readonly asOrder: (called: string) => string;
}

export const noLinking: Linking = {
  joins: [],
  together: new Set(),
  beforeOrders: new Set(),
  alternatives: new Set(),
  corrections: [],
  exceptions: [],
  links: [],
  pronouns: new Set(),
  plurals: new Set(),
  pairs: new Set(),
  pairPhrases: [],
  pairWord: '',
  kinds: new Set(),
  others: new Set(),
  articles: new Set(),
  nouns: {},
  leavings: [],
  rests: [],
  kindsOfRest: {},
  copulas: new Set(),
  here: [],
  openers: [],
  repeats: [],
  mores: [],
  moves: [],
  callOffs: [],
  asOrder: (called) => called,
};
