/** A phrase found in a text: it ends before `end`. */
export interface Found<Meaning> {
  readonly list: number;
  readonly meaning: Meaning;
  readonly end: number;
}

/** Everything that lists take, in one trie, so that a text is searched for all of it in one walk. */
export interface Gazetteer<Meaning> {
  add(phrase: string, entry: { readonly list: number; readonly meaning: Meaning }): void;
  /** All phrases that begin at a position, shortest first. */
  find(text: string, at: number): readonly Found<Meaning>[];
}

const NOTHING: readonly never[] = [];

export function createGazetteer<Meaning>(): Gazetteer<Meaning> {
  // Parallel arrays: a home with all case forms of its names has more nodes than are worth an object each.
  const characters = [0];
  const firstChild = [0];
  const nextSibling = [0];
  /** Nodes of the first characters: there are so many that most of a walk would be along them. */
  const begins = new Map<number, number>();
  const entries: (readonly { list: number; meaning: Meaning }[])[] = [NOTHING];
  /** Which of the entries end at a node; 0 for none. */
  const entryOf = [0];

  function child(node: number, character: number): number {
    if (node === 0) return begins.get(character) ?? 0;
    let next = firstChild[node] ?? 0;
    while (next !== 0 && characters[next] !== character) next = nextSibling[next] ?? 0;
    return next;
  }

  function grow(node: number, character: number): number {
    const created = characters.length;
    characters.push(character);
    entryOf.push(0);
    firstChild.push(0);
    nextSibling.push(firstChild[node] ?? 0);
    if (node === 0) begins.set(character, created);
    else firstChild[node] = created;
    return created;
  }

  return {
    add(phrase, entry) {
      if (phrase === '') return;
      let node = 0;
      for (let at = 0; at < phrase.length; at++) {
        const character = phrase.charCodeAt(at);
        node = child(node, character) || grow(node, character);
      }
      const here = entryOf[node] ?? 0;
      if (here === 0) entryOf[node] = entries.push([entry]) - 1;
      else entries[here] = [...(entries[here] ?? NOTHING), entry];
    },
    find(text, at) {
      let found: Found<Meaning>[] | undefined;
      let node = 0;
      for (let end = at; end < text.length; ) {
        node = child(node, text.charCodeAt(end));
        if (node === 0) break;
        end++;
        const here = entryOf[node] ?? 0;
        if (here === 0) continue;
        found ??= [];
        for (const { list, meaning } of entries[here] ?? NOTHING) found.push({ list, meaning, end });
      }
      return found ?? NOTHING;
    },
  };
}
