/** What is said back, in one language, where no rule has an answer of its own. */
export interface Phrases {
  /** Nothing fits. */
  readonly unclear: string;
  /** This home has no such thing. @param where "w łazience"; @param thing of `thing` */
  unavailable(where: string, thing: string): string;
  /** There is no such thing by that name. @param where "w łazience" */
  noSuchName(where: string, name: string): string;
  /** Several rooms would do. @param rooms their names */
  whichRoom(rooms: readonly string[]): string;
  /** Several things would do. @param names what they are called; @param word what was said for one of them: "lampkę" */
  whichOne(names: readonly string[], word?: string): string;
  /** More things would do than anybody can be told. @param names some of them */
  whichOfMany(count: number, names: readonly string[]): string;
  /** What policy wants a yes for. @param what "zamek drzwi, brama" */
  confirm(what: string): string;
  /** A no was heard, or that it does not matter any more. */
  readonly dropped: string;
  /** A yes or a no was heard, and nothing is waited for. */
  readonly nothingAsked: string;
  /** An answer would be needed and cannot be taken in. */
  readonly cannotAsk: string;
  /** A yes would be needed, and nobody knows from where it would have to come. */
  readonly cannotAskThere: string;
  /** What policy forbids. */
  deny(what: string): string;
  /** What policy forbids to be told. */
  denyQuery(what: string): string;
  /** Of several things that were asked for in one breath policy forbids some, so that none is done. */
  denyAll(what: string): string;
  /** Where, when the home does not say how to put it. @param words the room as it was said; absent: here */
  place(words: string | undefined): string;
  readonly wholeHome: string;
  /** What everything of a kind in the home is called: "cały dom". */
  readonly everywhere: string;
  /** A number as the language writes it: `21,5`. */
  number(value: number): string;
  /** An answer with what it counts in the form that the number asks for: `22 stopnie`. */
  counted(text: string): string;
  /** Things of a domain, as they stand after "there are no". @param key `cover`, or `cover.garage` with its device class */
  thing(key: string): string;
}
