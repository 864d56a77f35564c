import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { takeTimesOut } from '../language/when-said.ts';
import { foldedWords, toWords } from '../language/words.ts';
import type { Composed } from './put-together.ts';
import { saidWords } from './said-words.ts';
import { isOnlyNow } from './timed-part.ts';
import type { Understand } from './understand.ts';

/**
 * Understands an order that is given as what may be done: "you can switch the lamp off now". Only at the beginning, and
 * with what says that it is for now, or it may as well tell what is possible: "do you know you can turn off the light". It
 * has to be understood as it is heard, and at once: "you can watch TV at eight" is said to somebody else.
 *
 * @param isReasoned it stands behind a remark: "she's asleep, you can switch the lamp off"
 */
export function permitted(
  utterance: Utterance,
  { understand, isReasoned }: { understand: Understand; isReasoned: boolean },
): Composed | undefined {
  const { asides, readTime } = knowledgeOf(utterance.language);
  const folded = foldedWords(utterance.text);
  const length = phraseAt(folded, 0, asides.permissions);
  const next = toWords(utterance.text)[length];
  if (length === 0 || !next || utterance.text.includes('?')) return undefined;
  const times = takeTimesOut(folded.slice(length), readTime);
  const isForNow = times?.trails === true && isOnlyNow(times.when);
  if (!isReasoned && !isForNow) return undefined;
  const text = utterance.text.slice(next.start);
  const understood = understand({ ...utterance, text }, { asHeard: true });
  if (understood?.meaning.status !== 'recognized' || understood.meaning.kind !== 'action') return undefined;
  if (understood.isTimed) return undefined;
  return { kind: 'understood', understood, clauses: [{ words: saidWords(text), understood, when: {} }] };
}
