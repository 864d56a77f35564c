/** What people say beside an order that is no part of it, in one language. All folded; phrases have their words apart by spaces. */
export interface Asides {
  /** "bo", "because": what follows says why. */
  readonly reasons: readonly string[];
  /** "idę", "nobody": begins a sentence that says why without a word for it. */
  readonly remarks: readonly string[];
  /** "starczy", "by the way": said beside an order, they are about nothing in it. */
  readonly comments: readonly string[];
  /** Whether a sentence tells what is the case, and orders nothing. @param text folded, its signs kept */
  readonly tells: (text: string) => boolean;
  /**
   * Whether somebody tells of themselves or of what has just come about, as one does before an order: behind that an order may
   * follow without a sign. @param words folded
   */
  readonly announces: (words: readonly string[]) => boolean;
  /** Whether the verb there is none that orders: "zgasić", "to turn". @param words folded */
  readonly isInfinitive: (words: readonly string[], at: number) => boolean;
  /** "Kidding": what stands beside it is not meant. */
  readonly jests: RegExp;
  /** A word by which the words beside it may be somebody's who is only quoted, are thought, or are said to somebody else. */
  readonly ofOthers: RegExp;
  /** A word that goes some way and may only tell how something is: "open", "włączone". */
  readonly states: RegExp;
  /** "kidding", "changed": a remark with one of these takes the order back. */
  readonly retractions: ReadonlySet<string>;
  /** "więc", "so": what went before said why. */
  readonly conclusions: readonly string[];
  /** "ale", "except": what follows takes something back, so that it is no mere reason. */
  readonly limits: ReadonlySet<string>;
  /** "jakby", "about": before a number they change nothing. */
  readonly hedges: readonly string[];
  /** "co": at the end it asks for agreement. */
  readonly tags: ReadonlySet<string>;
  /** "you can": before an order, and nothing before them, they give it as what may be done. */
  readonly permissions: readonly string[];
}

/** Of a language that nothing is known of. */
export const noAsides: Asides = {
  reasons: [],
  remarks: [],
  comments: [],
  tells: () => false,
  announces: () => false,
  isInfinitive: () => false,
  jests: /(?!)/,
  ofOthers: /(?!)/,
  states: /(?!)/,
  retractions: new Set(),
  conclusions: [],
  limits: new Set(),
  hedges: [],
  tags: new Set(),
  permissions: [],
};
