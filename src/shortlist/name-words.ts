import { foldedWords } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';

/** One of the names of an area or an entity. */
interface KnownName {
  readonly kind: 'area' | 'entity';
  /** Position among the home's areas or entities. */
  readonly owner: number;
  /** What its words weigh together. */
  readonly weight: number;
}

interface NameEvidence {
  /** Position among the names. */
  readonly name: number;
  readonly weight: number;
}

/** What words tell about the areas and entities of a home. */
export interface NameWords {
  readonly names: readonly KnownName[];
  readonly evidence: ReadonlyMap<string, readonly NameEvidence[]>;
}

/** Prepositions and the like, which names share with everything else, weigh little. */
const SHORT_WORD_SHARE = 0.3;

/** Weighs each word of a name by how few things are called so. */
export function readNameWords({ areas, entities }: Pick<Home, 'areas' | 'entities'>): NameWords {
  const called = [
    ...areas.flatMap(({ names }, owner) =>
      distinct(names).map((words) => ({ kind: 'area', owner, words }) as const),
    ),
    ...entities.flatMap(({ names }, owner) =>
      distinct(names).map((words) => ({ kind: 'entity', owner, words }) as const),
    ),
  ];
  const owners = new Map<string, Set<string>>();
  for (const { kind, owner, words } of called) {
    for (const word of words) {
      const known = owners.get(word) ?? new Set();
      owners.set(word, known.add(`${kind} ${owner}`));
    }
  }
  const count = areas.length + entities.length;
  const weigh = (word: string): number =>
    Math.log(1 + count / (owners.get(word)?.size ?? 1)) * (word.length < 4 ? SHORT_WORD_SHARE : 1);

  const evidence = new Map<string, NameEvidence[]>();
  const names = called.map(({ kind, owner, words }, name) => {
    let weight = 0;
    for (const word of words) {
      const ofWord = { name, weight: weigh(word) };
      weight += ofWord.weight;
      const known = evidence.get(word);
      if (known) known.push(ofWord);
      else evidence.set(word, [ofWord]);
    }
    return { kind, owner, weight };
  });
  return { names, evidence };
}

/** The different names, each as its different words. */
function distinct(names: readonly string[]): readonly (readonly string[])[] {
  const byKey = new Map<string, readonly string[]>();
  for (const name of names) {
    const words = [...new Set(foldedWords(name))];
    byKey.set(words.join(' '), words);
  }
  return [...byKey.values()];
}
