/** How words of a language are misheard and how its words are built, as far as slips are concerned. Folded. */
export interface Sounds {
  /** Replaced one after the other, words that sound alike become the same. */
  readonly alike: readonly (readonly [RegExp, string])[];
  /** Forms of a verb that tell what somebody does, did or would do: right words, and not slips of the order. */
  readonly tellingForms: (word: string) => readonly string[];
  /** What turns a verb into another, often the opposite one: `za-` and `od-`. */
  readonly prefixes: readonly string[];
  /** What turns a word into its opposite: `un-`. */
  readonly negatingPrefixes: readonly string[];
}

export const noSounds: Sounds = {
  alike: [],
  tellingForms: () => [],
  prefixes: [],
  negatingPrefixes: [],
};

/** Two words of one key sound alike. */
export function soundKey(word: string, { alike }: Sounds): string {
  return alike.reduce((key, [spelling, sound]) => key.replace(spelling, sound), word);
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
  const all = [...prefixes, ...negatingPrefixes];
  for (const word of vocabulary) {
    for (const prefix of all) {
      if (!word.startsWith(prefix)) continue;
      const rest = word.slice(prefix.length);
      if (rest.length < SHORTEST_REST) continue;
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
