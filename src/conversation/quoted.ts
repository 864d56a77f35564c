import { PLACES } from '../intent/place-slots.ts';
import { foldedWords } from '../language/words.ts';
import { foldedOf } from './said-words.ts';
import type { SaidWord } from './transplant.ts';
import { actionsOf, type Understood } from './understand.ts';

/** What is one of a few words, and never taken as it was said. */
const LISTED: ReadonlySet<string> = new Set(['color_name', 'hvac_mode', 'attribute']);

/** What was taken as it was said, by what takes any words. Folded. */
export function quotedIn(
  found: Understood,
  sentence: readonly SaidWord[],
): readonly { readonly slot: string; readonly quote: readonly string[] }[] {
  return actionsOf(found).flatMap(({ entities }) =>
    Object.entries(entities).flatMap(([slot, value]) => {
      const quote =
        !PLACES.has(slot) && !LISTED.has(slot) && typeof value === 'string' ? foldedWords(value) : [];
      return quote.length > 0 && holds(sentence, quote) ? [{ slot, quote }] : [];
    }),
  );
}

export function holds(words: readonly SaidWord[], quote: readonly string[]): boolean {
  return ` ${foldedOf(words).join(' ')} `.includes(` ${quote.join(' ')} `);
}

export function isSameQuote(one: readonly string[], other: readonly string[]): boolean {
  return one.join(' ') === other.join(' ');
}
