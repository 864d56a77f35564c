import type { Area, Home } from '../lexicon/home.ts';
import type { Match } from './matcher.ts';
import type { Weight } from './reading.ts';

/** A reading before it has its rank. */
export interface Candidate {
  readonly match: Omit<Match, 'rank'>;
  readonly weight: Weight;
  /** Position of its rule in the file. */
  readonly order: number;
  /** True where a name was said that is written otherwise, by its diacritics: "żaluzje" is not "żaluzję". */
  readonly otherName: boolean;
  /** How much its rule asks of the things it is about. */
  readonly terms: number;
  /** True where its rule asks something of things that nothing said tells, as packs do in blocks that name none. */
  readonly supposes: boolean;
  /** True where it says which thing is meant, were it all of them. */
  readonly fillsName: boolean;
}

/**
 * Puts readings in order: less left to wildcards first, then a name of something here, then values that are whole words,
 * then rules that suppose nothing, then more words of the rule itself, then more of its lists, then the rule that asks
 * for more, then the one that says which thing is meant. Readings that are equal in all this share a rank, in the file's order.
 *
 * A name counts for more than a kind of thing only inside the speaker's area: in the living room "lampa" is the lamp
 * here, not the one in the bedroom that happens to be called so. Nor does it where its diacritics were said otherwise:
 * without any, nothing tells, and it does.
 */
export function rankReadings(
  candidates: readonly Candidate[],
  { home, room }: { home: Home; room: Area | undefined },
): Match[] {
  const keyed = candidates.map((candidate) => ({
    ...candidate,
    key: [
      candidate.weight.wild,
      namesSomethingHere(candidate, { home, room }) ? -(candidate.match.target?.words?.length ?? 0) : 1,
      candidate.weight.split,
      candidate.supposes ? 1 : 0,
      -candidate.weight.literal,
      -candidate.weight.listed,
      candidate.otherName ? 1 : 0,
      -candidate.terms,
      candidate.fillsName ? 0 : 1,
    ],
  }));
  keyed.sort((one, other) => compareKeys(one.key, other.key) || one.order - other.order);
  let rank = 0;
  return keyed.map(({ match, key }, index) => {
    const before = keyed[index - 1];
    if (before && compareKeys(before.key, key) !== 0) rank++;
    return { ...match, rank };
  });
}

function namesSomethingHere(
  { match, otherName }: Candidate,
  { home, room }: { home: Home; room: Area | undefined },
): boolean {
  const entities = match.target?.entities;
  if (!entities || otherName) return false;
  return room === undefined || entities.some((id) => home.entity(id)?.area === room.id);
}

function compareKeys(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = value - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
