import type { Area, Home } from '../lexicon/home.ts';
import type { Match, SaidTarget } from './matcher.ts';
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

interface Place {
  readonly home: Home;
  readonly room: Area | undefined;
}

/** What makes one reading better than another: the first that tells two apart decides, and less is better. */
const CRITERIA: readonly ((candidate: Candidate, place: Place) => number)[] = [
  function fewestWildWords({ weight }) {
    return weight.wild;
  },
  // Whoever wrote rules of their own beside a pack meant these where both fit.
  function localBeforePack({ match }) {
    return match.pack ? 1 : 0;
  },
  /**
   * A name counts for more than a kind of thing only inside the speaker's area: in the living room "lampa" is the lamp
   * here, not the one in the bedroom that happens to be called so. Nor does it where its diacritics were said otherwise:
   * without any, nothing tells, and it does. A kind that nothing here is of stands behind every name: where there is
   * no gate, "furtka" is the thing called so next door.
   */
  function longestNameOfSomethingHere(candidate, place) {
    if (namesSomethingHere(candidate, place)) return -(candidate.match.target?.words?.length ?? 0);
    return isKindOfNothingHere(candidate.match.target, place) ? 2 : 1;
  },
  function fewestValuesInsideWords({ weight }) {
    return weight.split;
  },
  function supposingNothing({ supposes }) {
    return supposes ? 1 : 0;
  },
  function mostWordsOfTheRule({ weight }) {
    return -weight.literal;
  },
  function mostOfItsLists({ weight }) {
    return -weight.listed;
  },
  function writtenAsTheName({ otherName }) {
    return otherName ? 1 : 0;
  },
  function askingForMost({ terms }) {
    return -terms;
  },
  // "lights, all of them" is more exact than "lights".
  function sayingWhichThing({ fillsName }) {
    return fillsName ? 0 : 1;
  },
];

/** Puts readings in order. Those that no criterion tells apart share a rank, in the file's order. */
export function rankReadings(candidates: readonly Candidate[], place: Place): Match[] {
  const telling = (one: Candidate, other: Candidate) =>
    CRITERIA.find((criterion) => criterion(one, place) !== criterion(other, place));
  const compare = (one: Candidate, other: Candidate): number => {
    for (const criterion of CRITERIA) {
      const difference = criterion(one, place) - criterion(other, place);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const sorted = candidates.toSorted((one, other) => compare(one, other) || one.order - other.order);
  let rank = 0;
  return sorted.map((candidate, index) => {
    const before = sorted[index - 1];
    if (before && compare(before, candidate) !== 0) rank++;
    const [best] = sorted;
    const criterion = rank > 0 && best ? telling(best, candidate) : undefined;
    return { ...candidate.match, rank, ...(criterion && { behind: inWords(criterion.name) }) };
  });
}

/** `fewestWildWords` is "fewest wild words". */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function namesSomethingHere({ match, otherName }: Candidate, { home, room }: Place): boolean {
  const entities = match.target?.entities;
  if (!entities || otherName) return false;
  if (room === undefined) return true;
  // What stands in no room, such as a scene, is everywhere.
  return entities.some((id) => (home.entity(id)?.area ?? room.id) === room.id);
}

function isKindOfNothingHere(target: SaidTarget | undefined, { home, room }: Place): boolean {
  if (!target || !room || target.entities || target.scope === 'all') return false;
  if (target.area !== undefined || target.floor !== undefined) return false;
  const kinds = [target, ...(target.otherwise ?? [])];
  return !home.entities.some(
    ({ area, domain, deviceClass = '' }) =>
      area === room.id &&
      kinds.some(
        ({ domains, deviceClasses }) =>
          domains.includes(domain) && (!deviceClasses || deviceClasses.includes(deviceClass)),
      ),
  );
}
