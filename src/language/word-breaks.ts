import type { KnownWords } from './known-words.ts';
import { LONGEST, REACH, SHORTEST } from './mend-word.ts';

/** Gaps between words that were lost, or heard where there are none. */
export interface WordBreaks {
  /** `wsalonie` – `w salonie`. @param canStart what may have run into the word after it */
  split(word: string, canStart: (start: string) => boolean): readonly string[] | undefined;
  /** `w lacz` – `wlacz`: where one of the two is no word of its own. */
  joined(first: string, second: string | undefined): string | undefined;
  /** `roz wnij` may be `rozwin` torn apart, where `wnij` alone looks like `zwin`. @param meant instead of the word at `at` */
  mayBeTorn(heard: readonly string[], at: number, meant: readonly string[]): boolean;
}

/** Known words that are no longer may be a piece torn from another. */
const FRAGMENT = 4;

export function createWordBreaks({ vocabulary, ways, isKnown, waysNear }: KnownWords): WordBreaks {
  function split(word: string, canStart: (start: string) => boolean): readonly string[] | undefined {
    if (word.length <= SHORTEST || word.length > LONGEST) return undefined;
    let parts: readonly string[] | undefined;
    for (let at = 1; at <= word.length - SHORTEST && !parts; at += 1) {
      const start = word.slice(0, at);
      if (canStart(start) && isKnown(start) && isKnown(word.slice(at))) parts = [start, word.slice(at)];
    }
    if (!parts) return undefined;
    const meant = new Set(parts.flatMap((part) => ways.get(part) ?? []));
    const goesOneWay = [...meant].filter((way) => way !== 'negated').length <= 1;
    return goesOneWay && [...waysNear(word, REACH)].every((way) => meant.has(way)) ? parts : undefined;
  }

  function joined(first: string, second: string | undefined): string | undefined {
    if (second === undefined || (isKnown(first) && isKnown(second))) return undefined;
    const word = first + second;
    return word.length >= SHORTEST && vocabulary.has(word) ? word : undefined;
  }

  function mayBeTorn(heard: readonly string[], at: number, meant: readonly string[]): boolean {
    const own = new Set(meant.flatMap((each) => ways.get(each) ?? []));
    if (own.size === 0) return false;
    const word = heard[at] ?? '';
    const isPiece = (piece = ''): boolean => piece.length <= FRAGMENT || !isKnown(piece);
    const [before, after] = [heard[at - 1], heard[at + 1]];
    const wholes = [
      isPiece(before) ? `${before ?? ''}${word}` : '',
      isPiece(after) ? `${word}${after ?? ''}` : '',
    ];
    return wholes.some((whole) => [...waysNear(whole, REACH)].some((way) => !own.has(way)));
  }

  return { split, joined, mayBeTorn };
}
