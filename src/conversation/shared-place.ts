import type { Utterance } from '../intent/utterance.ts';
import type { LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { isOrderWord } from './order-words.ts';
import type { Clause } from './put-together.ts';
import type { SaidWord } from './transplant.ts';
import { actionsOf, type Understood } from './understand.ts';

/** An order in words that say all of it. */
type Said = Pick<Clause, 'words' | 'understood'>;

/** Words of a part that may leave out where, and what they mean by themselves. */
interface PlacedPart {
  readonly words: readonly SaidWord[];
  readonly understood?: Understood;
  /** It was said to be here. */
  readonly isHere: boolean;
  readonly join: string;
}

/** A place that is said once and meant of several orders. */
export interface SharedPlace {
  /** "W salonie zasłoń rolety i zgaś światło": what does not say where is done where the first is, too. */
  ahead(first: PlacedPart, clause: Said | undefined, part: PlacedPart): Said | undefined;
  /** "Zgaś światło i zasłoń rolety w sypialni": those before that do not say where are done there as well. */
  behind(clauses: readonly Said[], parts: readonly PlacedPart[]): readonly Said[];
  /** It means the same wherever it is said. */
  saysItsPlace(words: readonly SaidWord[], understood: Understood): boolean;
}

/**
 * @param understandAnywhere what words mean where nobody knows in which room they were said
 * @param firstOf as in `Reader`
 */
export function createSharedPlace(
  { room }: Pick<Utterance, 'room'>,
  {
    knowledge,
    understandAnywhere,
    firstOf,
  }: {
    knowledge: LanguageKnowledge;
    understandAnywhere: (words: readonly SaidWord[]) => Understood | undefined;
    firstOf: (
      sentences: Iterable<readonly SaidWord[]>,
      like: (understood: Understood) => boolean,
    ) => Said | undefined;
  },
): SharedPlace {
  const { cautions, linking } = knowledge;

  function saysItsPlace(words: readonly SaidWord[], understood: Understood): boolean {
    const elsewhere = understandAnywhere(words);
    return (
      elsewhere !== undefined &&
      JSON.stringify(actionsOf(elsewhere)) === JSON.stringify(actionsOf(understood)) &&
      actionsOf(understood).length > 0
    );
  }

  /** The words at the end that may say where, the fewest first. */
  function placesBehind(words: readonly SaidWord[]): readonly (readonly SaidWord[])[] {
    const order = words.findLastIndex(({ folded }) => isOrderWord(folded, knowledge));
    const isPlace = (at: number): boolean => cautions.places.has(words[at]?.folded ?? '');
    return words
      .flatMap((_, at) => (isPlace(at) || (at === words.length - 1 && !isPlace(at - 1)) ? [at] : []))
      .filter((at) => at > Math.max(order, 0))
      .map((at) => words.slice(at))
      .toReversed();
  }

  return {
    saysItsPlace,
    ahead(first, clause, { words, understood, isHere }) {
      if (!understood) return undefined;
      const itself = { words, understood };
      const place = placeAhead(first.words, knowledge);
      if (isHere || place.length === 0 || !clause || !saysItsPlace(first.words, clause.understood))
        return itself;
      if (room !== undefined && saysItsPlace(words, understood)) return itself;
      const there = firstOf([[...place, ...words]], (found) => isInPlaceOf(found, clause.understood));
      if (there) return there;
      const isToldWhere = cautions.places.has(place[0]?.folded ?? '');
      return isToldWhere && room !== undefined ? undefined : itself;
    },
    behind(clauses, parts) {
      const [last] = clauses.slice(-1);
      if (!last || clauses.length < 2 || !saysItsPlace(last.words, last.understood)) return clauses;
      const said = placesBehind(last.words);
      const shared = [...clauses];
      for (let index = clauses.length - 2; index >= 0; index--) {
        const [clause, join] = [clauses[index], parts[index + 1]?.join ?? ''];
        // "A" and "potem" part what is done here from what is done there.
        if (!clause || parts[index]?.isHere || !(join === '' || linking.together.has(join))) break;
        if (saysItsPlace(clause.words, clause.understood)) break;
        const there = firstOf(
          said.map((place) => [...clause.words, ...place]),
          (found) => isInPlaceOf(found, last.understood),
        );
        // What is not there is meant to be here, and so is what stands before it.
        if (!there) break;
        shared[index] = there;
      }
      return shared;
    },
  };
}

/** Whether something is said to be done here. @param words folded */
export function saysHere(words: readonly string[], { linking }: Pick<LanguageKnowledge, 'linking'>): boolean {
  return words.some((_, at) => phraseAt(words, at, linking.here) > 0);
}

/** What stands before the first word of an order. */
function placeAhead(words: readonly SaidWord[], knowledge: LanguageKnowledge): readonly SaidWord[] {
  const order = words.findIndex(({ folded }) => isOrderWord(folded, knowledge));
  return order < 0 ? [] : words.slice(0, order);
}

function isInPlaceOf(one: Understood, other: Understood): boolean {
  const placesOf = (understood: Understood): readonly unknown[] =>
    actionsOf(understood).map(({ entities: { area, floor } }) => area ?? floor);
  const [place] = placesOf(other);
  return place !== undefined && placesOf(one).every((where) => where === place);
}
