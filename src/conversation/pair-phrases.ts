import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { toWords } from '../language/words.ts';

/** With one word for what stands for two in several: "wyłącz jedno i drugie" is "wyłącz oba". */
export function withPairWords(utterance: Utterance): Utterance {
  const { pairPhrases, pairWord } = knowledgeOf(utterance.language).linking;
  const words = toWords(utterance.text);
  const said = words.map(({ folded }) => folded);
  for (const at of words.keys()) {
    const length = phraseAt(said, at, pairPhrases);
    if (length === 0) continue;
    const text = `${utterance.text.slice(0, words[at]?.start)}${pairWord}${utterance.text.slice(words[at + length - 1]?.end)}`;
    return { ...utterance, text };
  }
  return utterance;
}
