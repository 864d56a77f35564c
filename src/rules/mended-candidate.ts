import type { Mend } from './matcher.ts';
import type { Candidate } from './ranking.ts';

/**
 * How sure a reading still is after each slip that it takes for granted. Of Home Assistant's Polish and English test
 * sentences with a slip in each, 98 and 99 of a hundred that were understood so were right; talk that no sentence is
 * meant for makes it less.
 */
const AFTER_SLIP = 0.95;

/**
 * Candidates of a sentence that fits a mended text. Where a wildcard takes any words, what is left of the sentence has to
 * have been heard at least as much as mended: "zawouaj kota" would be an announcement otherwise. A name alone, which packs
 * take for an order, has to be that name.
 *
 * @param mends none: it fits what was heard as well, and is no news
 */
export function mendedCandidates(candidates: readonly Candidate[], mends: readonly Mend[]): Candidate[] {
  if (mends.length === 0) return [];
  const mended = mends.reduce((letters, { meant }) => letters + meant.replaceAll(' ', '').length, 0);
  const sure = candidates.filter(
    ({ weight: { wild, literal, listed } }) => literal > 0 && (wild === 0 || literal + listed >= 2 * mended),
  );
  return sure.map(({ match, ...candidate }) => ({
    ...candidate,
    match: {
      ...match,
      confidence: Math.round(match.confidence * AFTER_SLIP ** mends.length * 100) / 100,
      mended: mends,
    },
  }));
}

/**
 * What the ways to mend a text say together. Where two of them say something else, nobody knows which one was meant:
 * "badroom" is the bedroom or the bathroom.
 *
 * @param ways the candidates of each
 */
export function agreeing(ways: readonly (readonly Candidate[])[]): readonly Candidate[] {
  const fitting = ways.filter((candidates) => candidates.length > 0);
  const [first = [], ...others] = fitting;
  const meant = new Set(first.map(meaningOf));
  const isOne = others.every((candidates) =>
    candidates.every((candidate) => meant.has(meaningOf(candidate))),
  );
  return isOne ? first : [];
}

/** Without the words for it, which differ in each way. */
function meaningOf({ match: { action, kind, slots, target } }: Candidate): string {
  const { area, floor, entities } = target ?? {};
  return JSON.stringify([action, kind, slots, area, floor, entities]);
}

/**
 * True where slips are looked for: nothing fits as heard, or only what leaves words to a wildcard. In "dodaj mleko do
 * listy zakpow" these may be words of the sentence.
 */
export function mayBeMended(heard: readonly Candidate[]): boolean {
  return heard.every(({ weight }) => weight.wild > 0);
}

/**
 * What to choose from when slips were looked for. Where something fits as heard, slips do not make another order of it:
 * they only take words back from the wildcard of the same one.
 */
export function withMended(heard: readonly Candidate[], mended: readonly Candidate[]): readonly Candidate[] {
  if (heard.length === 0) return mended;
  const least = Math.min(...heard.map(({ weight }) => weight.wild));
  const better = mended.filter(
    ({ match, weight }) =>
      weight.wild < least &&
      heard.some(({ match: { action, kind } }) => action === match.action && kind === match.kind),
  );
  return [...better, ...heard];
}
