import type { Language } from '../intent/utterance.ts';
import type { LanguageKnowledge } from '../language/languages.ts';
import { numberSpellerOf } from '../language/number-words.ts';
import { foldedWords } from '../language/words.ts';

/** The ways to put the numbers of a name: `lampa 2` and `lampa dwa`. Itself first; others in small letters. */
export type NumberSpeller = (name: string) => readonly string[];

/** Nobody counts their lamps in more words; each number of a name multiplies its forms. */
const MOST_WAYS = 4;
const DIGITS = /(\p{Nd}+)/u;

/**
 * Speech says numbers in words, and what hears it writes either: a name with a number is called by both.
 *
 * @param knowledge of the language
 */
export function createNumberSpeller(
  language: Language,
  { readNumbers }: Pick<LanguageKnowledge, 'readNumbers'>,
): NumberSpeller {
  /** Made when a name first needs it: most homes have no numbers. */
  let spell: ReturnType<typeof numberSpellerOf> | undefined;
  /** All forms of a name have its numbers. */
  const spelled = new Map<string, readonly string[]>();

  function wordsFor(digits: string): readonly string[] {
    spell ??= numberSpellerOf(language);
    const words = spelled.get(digits) ?? spell(Number(digits));
    spelled.set(digits, words);
    return words;
  }

  function inWords(name: string): readonly string[] {
    const parts = name.toLowerCase().split(DIGITS);
    let ways = [''];
    for (const [index, part] of parts.entries()) {
      const said = index % 2 === 1 ? wordsFor(part) : [part];
      ways = ways.flatMap((way) => said.map((each) => `${way} ${each}`)).slice(0, MOST_WAYS);
    }
    return ways.map((way) => way.replace(/\s+/g, ' ').trim());
  }

  function inDigits(name: string): readonly string[] {
    const words = foldedWords(name);
    const written: string[] = [];
    let isNumbered = false;
    for (let at = 0; at < words.length; ) {
      const longest = readNumbers(words, at).findLast(
        ({ value, isShare }) => !isShare && Number.isInteger(value) && value >= 0,
      );
      written.push(longest ? String(longest.value) : (words[at] ?? ''));
      isNumbered ||= longest !== undefined;
      at += longest?.length ?? 1;
    }
    return isNumbered ? [written.join(' ')] : [];
  }

  return (name) => [name, ...(DIGITS.test(name) ? inWords(name) : inDigits(name))];
}
