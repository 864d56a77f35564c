/** What people say back to what was just done, planned or played. All folded phrases, words apart by a space. */
export interface Retorts {
  /** "oj", "czekaj", "jednak": before all the others, and they change nothing in them. */
  readonly hesitations: readonly string[];
  /** "cofnij", "put it back": it shall be as it was before. */
  readonly undoes: readonly string[];
  /** "jednak nie", "actually don't": what is planned shall not be. */
  readonly changesOfMind: readonly string[];
  readonly shorts: readonly Short[];
  /** "nie", "no", "not": before what is not meant so. */
  readonly rejections: readonly string[];
  /** Of these the ones that answer, before what is meant instead: "nie, kinkiet", "no the wall light". */
  readonly answers: ReadonlySet<string>;
  /** Of these the ones that except, before what is not meant: "nie w kuchni", "not in the kitchen". */
  readonly excepts: ReadonlySet<string>;
  /** "tylko", "I meant": between what was not meant and what was. */
  readonly insteads: readonly string[];
  /** "tylko", "just": no more than that. */
  readonly onlys: readonly string[];
}

/** What is said in a word or two and means something only beside the thing that was spoken of. */
export interface Short {
  readonly said: readonly string[];
  /** The order that it is for a thing of each domain: "mniej" is "ciszej" of a radio and "ciemniej" of a lamp. */
  readonly orders: Readonly<Record<string, string>>;
  /** It ends what was begun: "wystarczy". */
  readonly ends?: true;
  /** It only tells what is wrong: "za głośno". Soon after an order it is one, too. */
  readonly isComplaint?: true;
  /** It tells that the last step went too far, whichever way: "za bardzo". The orders are for a step back down. */
  readonly turnsBack?: Readonly<Record<string, string>>;
}

export const noRetorts: Retorts = {
  hesitations: [],
  undoes: [],
  changesOfMind: [],
  shorts: [],
  rejections: [],
  answers: new Set(),
  excepts: new Set(),
  insteads: [],
  onlys: [],
};

/** The order for each domain, in words of one language. */
export type Orders = Readonly<Record<string, string>>;

/**
 * Complaints about what is too much and what is too little.
 *
 * @param intensely each with what it complains of: "głośno", "loud"; folded
 * @param forms how one complains of such a word: "za głośno", "nie tak głośno"
 */
export function complaintsOf(
  complaints: readonly (readonly [words: string, orders: Orders])[],
  forms: (word: string) => readonly string[],
): readonly Short[] {
  return complaints.map(([words, orders]) => ({
    said: words.split(' ').flatMap(forms),
    orders,
    isComplaint: true,
  }));
}
