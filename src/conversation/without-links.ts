import type { LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { foldedOf } from './said-words.ts';
import type { SaidWord } from './transplant.ts';

/** Longer phrases are looked for at the beginning only. */
const LONGEST_BEHIND = 3;

/** Without what only links it to others, and what is said around an order and changes nothing: "też", "proszę", "co". */
export function withoutLinks<Said extends SaidWord>(
  words: readonly Said[],
  { linking, fillers, asides }: Pick<LanguageKnowledge, 'linking' | 'fillers' | 'asides'>,
): readonly Said[] {
  const said = foldedOf(words);
  const lengthAt = (at: number, end: number): number => {
    // "Ja" is nobody's business, and "ją" is what was named before.
    if (linking.pronouns.has(said[at] ?? '')) return 0;
    const within = said.slice(0, end);
    return Math.max(phraseAt(within, at, linking.links), phraseAt(within, at, fillers));
  };
  let [from, to] = [0, words.length];
  for (let length = lengthAt(from, to); length > 0 && from + length < to; length = lengthAt(from, to))
    from += length;
  for (let isCut = true; isCut; ) {
    isCut = false;
    for (let length = LONGEST_BEHIND; length > 0 && !isCut; length--) {
      const at = to - length;
      if (at <= from) continue;
      isCut = lengthAt(at, to) === length || (length === 1 && asides.tags.has(said[at] ?? ''));
      if (isCut) to = at;
    }
  }
  return words.slice(from, to);
}
