type ByFirstWord = ReadonlyMap<string, readonly (readonly string[])[]>;

const indexes = new WeakMap<readonly string[], ByFirstWord>();

/**
 * How many words the longest of the phrases takes that begins there; 0 where none does.
 *
 * @param words folded
 * @param phrases folded, words apart by a space; indexed once, so always the same array
 */
export function phraseAt(words: readonly string[], at: number, phrases: readonly string[]): number {
  let longest = 0;
  for (const phrase of indexOf(phrases).get(words[at] ?? '') ?? []) {
    if (phrase.length > longest && phrase.every((word, index) => words[at + index] === word)) {
      longest = phrase.length;
    }
  }
  return longest;
}

function indexOf(phrases: readonly string[]): ByFirstWord {
  let index = indexes.get(phrases);
  if (!index) {
    index = Map.groupBy(
      phrases.map((phrase) => phrase.split(' ')),
      ([first = '']) => first,
    );
    indexes.set(phrases, index);
  }
  return index;
}
