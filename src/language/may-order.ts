import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from './languages.ts';
import { takeTimesOut } from './when-said.ts';
import { withoutFillers } from './without-fillers.ts';
import { toWords, type Word } from './words.ts';

/** What is written behind a word that answers and goes no further: "nie, …", "no. …". */
const SIGN = /[,.;!]/;
/** Without its apostrophe it looks like a word of its own that asks. */
const WE_ARE = /^we['’]re$/i;

/**
 * Whether something may have been ordered, whoever says so. In doubt it was not: whatever negates or leaves out may belong
 * to anything in the sentence, and nobody can tell from words alone to what. Only a "no" that stands before a sign answers
 * what was said before. In a language without knowledge of its own nothing is known to be no order.
 */
export function mayOrder({ text, language }: Pick<Utterance, 'text' | 'language'>): boolean {
  const { isNoOrder, asks, cautions, fillers, readTime } = knowledgeOf(language);
  if (isNoOrder(text)) return false;
  const said = toWords(text).filter(({ start, end }) => !WE_ARE.test(text.slice(start, end)));
  const isAnswer = cautions.negations.has(said[0]?.folded ?? '') && SIGN.test(behindFirst(text, said));
  const folded = said.slice(isAnswer ? 1 : 0).map((word) => word.folded);
  // "Co poniedziałek" asks nothing.
  const untimed = takeTimesOut(folded, readTime)?.rest.map((at) => folded[at] ?? '') ?? folded;
  const words = withoutFillers(untimed, fillers);
  return !asks(words) && !words.some((word) => cautions.negations.has(word));
}

function behindFirst(text: string, [first, second]: readonly Word[]): string {
  return text.slice(first?.end, second?.start);
}
