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

/** All ways to take what was said apart, the fewest parts first. None where there are too many places to part it at. */
export function waysApart(
  words: readonly PartedWord[],
  knowledge: LanguageKnowledge,
): readonly (readonly Span[])[] {
  const cuts = cutsIn(words, knowledge);
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

function cutsIn(words: readonly PartedWord[], knowledge: LanguageKnowledge): readonly Span[] {
  const { linking } = knowledge;
  const said = foldedOf(words);
  const cuts: Span[] = [];
  for (let at = 1; at < words.length; at++) {
    const length = phraseAt(said, at, linking.joins);
    if (length === 0 && words[at]?.isParted !== true) continue;
    let to = at + length;
    for (let more = 1; more > 0; to += more) more = phraseAt(said, to, linking.joins);
    const join = said.slice(at, to).join(' ');
    if (linking.beforeOrders.has(join) && !isOrderWord(said[to] ?? '', knowledge)) continue;
    cuts.push({ from: at, to, join });
    at = Math.max(at, to);
  }
  return cuts;
}

function spansBetween(cuts: readonly Span[], end: number): readonly Span[] {
  const starts = [{ from: 0, to: 0, join: '' }, ...cuts];
  return starts.flatMap(({ to, join }, index): Span[] => {
    const next = cuts[index]?.from ?? end;
    return next > to ? [{ from: to, to: next, join }] : [];
  });
}
