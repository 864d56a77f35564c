/** @param words folded @param fillers folded phrases, words apart by a space; at each place the longest is taken away */
export function withoutFillers(words: readonly string[], fillers: readonly string[]): string[] {
  const rest: string[] = [];
  for (let at = 0; at < words.length; ) {
    const length = longestFiller(words, at, fillers);
    if (length === 0) rest.push(words[at] ?? '');
    at += Math.max(1, length);
  }
  return rest;
}

const phrasesOf = new WeakMap<readonly string[], ReadonlyMap<string, readonly (readonly string[])[]>>();

/** How many words the longest filler takes that begins here; 0 where none does. */
function longestFiller(words: readonly string[], at: number, fillers: readonly string[]): number {
  let byFirst = phrasesOf.get(fillers);
  if (!byFirst) {
    byFirst = Map.groupBy(
      fillers.map((filler) => filler.split(' ')),
      ([first = '']) => first,
    );
    phrasesOf.set(fillers, byFirst);
  }
  const found = (byFirst.get(words[at] ?? '') ?? []).filter((phrase) =>
    phrase.every((word, index) => words[at + index] === word),
  );
  return Math.max(0, ...found.map(({ length }) => length));
}
