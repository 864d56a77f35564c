/** Words by which a sentence leans on what was said before it, on who says it or on the moment. Folded. */
export interface Leanings {
  /** Wherever they stand: "it", "tam", "jaśniej", "again", "mój". */
  readonly pointers: ReadonlySet<string>;
  /** As the first word they go on from something: "a w kuchni", "and the kitchen", "nie, w salonie". */
  readonly openers: ReadonlySet<string>;
  /** Verbs of orders beside those that go one way or another: "ustaw", "set". */
  readonly orders: ReadonlySet<string>;
  /** Behind an order without a thing they say how, not what: "ustaw na", "set to", "procent". */
  readonly measures: ReadonlySet<string>;
}
