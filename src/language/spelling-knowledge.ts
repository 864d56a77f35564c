/** How words of a language are misheard and how its words are built, as far as slips are concerned. Folded. */
export interface Sounds {
  /** Replaced one after the other, words that sound alike become the same. */
  readonly alike: readonly (readonly [RegExp, string])[];
  /** Endings of one word's forms, set by set: of `lampa`, `lampe`, `lampie` any will do. */
  readonly endings: readonly ReadonlySet<string>[];
  /** What turns a verb into another, often the opposite one: `za-` and `od-`. */
  readonly prefixes: readonly string[];
  /** What turns a word into its opposite: `un-`. */
  readonly negatingPrefixes: readonly string[];
}

export const noSounds: Sounds = { alike: [], endings: [], prefixes: [], negatingPrefixes: [] };

/** Two words of one key sound alike. */
export function soundKey(word: string, { alike }: Sounds): string {
  return alike.reduce((key, [spelling, sound]) => key.replace(spelling, sound), word);
}

const SHORTEST_STEM = 4;

/** Two forms of the same word, as far as their ends tell. */
export function areFormsOfOne(one: string, other: string, { endings }: Sounds): boolean {
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared += 1;
  for (let stem = shared; stem >= SHORTEST_STEM; stem -= 1) {
    const [ending, otherEnding] = [one.slice(stem), other.slice(stem)];
    if (endings.some((set) => set.has(ending) && set.has(otherEnding))) return true;
  }
  return false;
}

const SHORTEST_REST = 3;

/**
 * Words of a vocabulary that differ in their prefix only, as `zwin` and `rozwin` do: one may undo the other.
 *
 * @returns the others of each
 */
export function prefixRivals(
  vocabulary: ReadonlySet<string>,
  { prefixes, negatingPrefixes }: Sounds,
): ReadonlyMap<string, ReadonlySet<string>> {
  const byRest = new Map<string, Set<string>>();
  for (const word of vocabulary) {
    for (const prefix of [...prefixes, ...negatingPrefixes]) {
      const rest = word.slice(prefix.length);
      if (!word.startsWith(prefix) || rest.length < SHORTEST_REST) continue;
      const group = byRest.get(rest) ?? new Set<string>();
      group.add(word);
      if (negatingPrefixes.includes(prefix) && vocabulary.has(rest)) group.add(rest);
      byRest.set(rest, group);
    }
  }
  const rivals = new Map<string, Set<string>>();
  for (const group of byRest.values()) {
    if (group.size < 2) continue;
    for (const word of group) rivals.set(word, new Set([...(rivals.get(word) ?? []), ...group]));
  }
  for (const [word, others] of rivals) others.delete(word);
  return rivals;
}
