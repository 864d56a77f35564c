/**
 * Words that turn an order into something else. A rule that says them itself knows what it does; where they only fall
 * into a part that takes anything, the order was not given, or not for now. Folded.
 */
export interface Cautions {
  /** "nie", "don't": the opposite is wanted; "oprócz", "except": not of all that was named. */
  readonly negations: ReadonlySet<string>;
  /** How a question begins. */
  readonly questions: ReadonlySet<string>;
  /** "jutro", "if": later, or on a condition. How long until then ("za 10 minut") is found as a duration. */
  readonly later: ReadonlySet<string>;
  /** "i", "and": more was asked for. */
  readonly joiners: ReadonlySet<string>;
  /** "w", "in": a place follows. */
  readonly places: ReadonlySet<string>;
  /** Of these the ones that say only in which room: not "nad", "above". */
  readonly inside: ReadonlySet<string>;
  /** "każdą", "every", "wszędzie": all of a kind, though what follows is a word for one. */
  readonly totals: ReadonlySet<string>;
  /** "trochę", "a little": not all the way, though nobody knows how far. */
  readonly slightly: ReadonlySet<string>;
  /** "na dół": where something shall move, though a floor may be called "dół". Phrases, words apart by a space. */
  readonly headings: ReadonlySet<string>;
}

/** Without knowledge of a language, nothing is suspicious. */
export const noCautions: Cautions = {
  negations: new Set(),
  questions: new Set(),
  later: new Set(),
  joiners: new Set(),
  places: new Set(),
  inside: new Set(),
  totals: new Set(),
  slightly: new Set(),
  headings: new Set(),
};

/** @param lines of words apart by spaces, folded */
export function wordSet(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}
