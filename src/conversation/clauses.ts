import type { LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { isOrderWord } from './order-words.ts';
import { foldedOf, type PartedWord } from './said-words.ts';

/** Words that may be an order of their own, and what stands between them and those before. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** "i", "a potem"; empty for a sign alone, and for the first. */
  readonly join: string;
}

/** Nobody says more in one breath and expects all of it to be done. */
const MOST_PARTS = 6;
const MOST_CUTS = 7;

/**
 * All ways to take what was said apart, the fewest parts first. None where there are too many places to part it at.
 *
 * @param unsigned also where neither a word nor a sign stands between two orders, as a recogniser writes them: "zgaś
 *   światło zasłoń rolety"; or between two of several rooms: "w kuchni łazience i korytarzu"
 */
export function waysApart(
  words: readonly PartedWord[],
  knowledge: LanguageKnowledge,
  unsigned?: 'orders' | 'rooms',
): readonly (readonly Span[])[] {
  const cuts = cutsIn(words, knowledge, unsigned);
  if (cuts.length > MOST_CUTS) return [];
  const ways = Array.from({ length: 2 ** cuts.length }, (_, chosen) =>
    spansBetween(
      cuts.filter((__, index) => (chosen >> index) % 2 === 1),
      words.length,
    ).filter((span) => holdsWords(words.slice(span.from, span.to), knowledge)),
  );
  return ways
    .filter((spans) => spans.length > 0 && spans.length <= MOST_PARTS)
    .sort((one, other) => one.length - other.length);
}

/** Not only "no dobra" or "proszę". */
function holdsWords(words: readonly PartedWord[], { fillers, linking }: LanguageKnowledge): boolean {
  return withoutFillers(withoutFillers(foldedOf(words), fillers), linking.links).length > 0;
}

function cutsIn(
  words: readonly PartedWord[],
  knowledge: LanguageKnowledge,
  unsigned: 'orders' | 'rooms' | undefined,
): readonly Span[] {
  const { linking } = knowledge;
  const said = foldedOf(words);
  const cuts: Span[] = [];
  let from = 0;
  for (let at = 1; at < words.length; at++) {
    const length = phraseAt(said, at, linking.joins);
    const isMeant =
      (unsigned === 'orders' && mayBegin(said, { from, at }, knowledge)) ||
      (unsigned === 'rooms' && mayBeRoom(said, { from, at }, knowledge));
    if (length === 0 && words[at]?.isParted !== true && !isMeant) continue;
    let to = at + length;
    for (let more = 1; more > 0; to += more) more = phraseAt(said, to, linking.joins);
    const join = said.slice(at, to).join(' ');
    if (linking.beforeOrders.has(join) && !isOrderWord(said[to] ?? '', knowledge)) continue;
    cuts.push({ from: at, to, join });
    if (!isMeant) from = to;
    at = Math.max(at, to);
  }
  return cuts;
}

/**
 * Whether an order may begin there without a sign: at its verb, or behind the verb of one that does not begin with it:
 * "telewizor wyłącz światło zapal".
 *
 * @param from behind the last sign or word that parts two orders
 */
function mayBegin(
  said: readonly string[],
  { from, at }: { from: number; at: number },
  knowledge: LanguageKnowledge,
): boolean {
  const isOrder = (word: string | undefined): boolean => isOrderWord(word ?? '', knowledge);
  const before = said.slice(from, at).filter(isOrder).length;
  const isBehindOrder = isOrder(said[at - 1]);
  // "On my desk" says where.
  if (knowledge.directions.isPlace?.(said, at)) return false;
  // "Turn off" is one verb, and in "turn the tv off" it has ended.
  if (isOrder(said[at])) return before > (isBehindOrder ? 1 : 0);
  return isBehindOrder && !isOrder(said[from]) && said.slice(at + 1).some(isOrder);
}

/** Whether another room of several may be named there: behind "in" and one that was named, and before an "and". */
function mayBeRoom(
  said: readonly string[],
  { from, at }: { from: number; at: number },
  knowledge: LanguageKnowledge,
): boolean {
  const { cautions, linking } = knowledge;
  const place = said.findIndex((word, index) => index >= from && cautions.inside.has(word));
  if (place < 0 || at < place + 2) return false;
  const last = said.findIndex((_, index) => index > at && phraseAt(said, index, linking.joins) > 0);
  const isJoined = last > 0 && linking.together.has(said[last] ?? '');
  return isJoined && !said.slice(place, last).some((word) => isOrderWord(word, knowledge));
}

function spansBetween(cuts: readonly Span[], end: number): readonly Span[] {
  const starts = [{ from: 0, to: 0, join: '' }, ...cuts];
  return starts.flatMap(({ to, join }, index): Span[] => {
    const next = cuts[index]?.from ?? end;
    return next > to ? [{ from: to, to: next, join }] : [];
  });
}
