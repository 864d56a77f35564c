import type { LanguageKnowledge } from '../language/languages.ts';
import { isOrderWord } from './order-words.ts';
import type { Clause } from './put-together.ts';
import type { SaidWord } from './transplant.ts';
import { actionsOf } from './understand.ts';

/** Words that name one of several: "stojącą", "the left one". */
const LONGEST_NAME = 3;

/** What only tells one of a kind from the others ("stojącą", "the patio one"), with words for things of that kind. */
export function* withNouns(
  part: readonly SaidWord[],
  { words: base, understood }: Pick<Clause, 'words' | 'understood'>,
  knowledge: LanguageKnowledge,
): Generator<readonly SaidWord[]> {
  const isOrder = ({ folded }: SaidWord): boolean => isOrderWord(folded, knowledge);
  const { pronouns, kinds, nouns } = knowledge.linking;
  const [domain = ''] = actionsOf(understood)[0]?.intent.split('.') ?? [];
  const known = (Object.hasOwn(nouns, domain) ? (nouns[domain] ?? []) : []).map((noun) => ({
    written: noun,
    folded: noun,
  }));
  const kind = part.findIndex(({ folded }) => kinds.has(folded));
  if (part.some(isOrder) && kind > 0) {
    // "Stop the pizza one".
    for (const thing of known) yield [...part.slice(0, kind), thing, ...part.slice(kind + 1)];
    return;
  }
  const name = part.filter(({ folded }) => !pronouns.has(folded));
  // Where it is, is no name.
  if (knowledge.cautions.places.has(name[0]?.folded ?? '')) return;
  if (part.some(isOrder) || name.length > LONGEST_NAME || (part.length > 0 && name.length === 0)) return;
  const from = base.findIndex((word) => !isOrder(word));
  const length = from < 0 ? 0 : base.slice(from).findIndex(isOrder);
  const behind = length < 0 ? base.length : from + length;
  if (from < 0 || (from === 0 && behind === base.length)) return;
  for (let at = behind; at > from && name.length > 0; at--)
    yield [...base.slice(0, at), ...name, ...base.slice(at)];
  for (const thing of known) {
    yield [...base.slice(0, from), ...name, thing, ...base.slice(behind)];
    if (name.length > 0) yield [...base.slice(0, from), thing, ...name, ...base.slice(behind)];
  }
}
