import type { LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { withoutFillers } from '../language/without-fillers.ts';

/**
 * Whether something is taken back and said otherwise in the same breath: "w kuchni, to znaczy w łazience". Around an order
 * the same words change nothing.
 *
 * @param words folded
 */
export function correctsItself(
  words: readonly string[],
  { linking, fillers }: Pick<LanguageKnowledge, 'linking' | 'fillers'>,
): boolean {
  const says = (said: readonly string[]): boolean => withoutFillers(said, fillers).length > 0;
  return words.some((_, at) => {
    const length = phraseAt(words, at, linking.corrections);
    return length > 0 && says(words.slice(0, at)) && says(words.slice(at + length));
  });
}
