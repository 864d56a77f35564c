import type { Action } from '../intent/recognition.ts';
import type { LanguageKnowledge } from '../language/languages.ts';
import { isSame } from './beside.ts';
import type { Reader } from './clause-reader.ts';
import type { Clause } from './put-together.ts';
import { type SaidWord, transplants } from './transplant.ts';
import { actionsOf } from './understand.ts';
import { withNouns } from './with-nouns.ts';

/** The other of two of which one was spoken of: "drugą też", "the other one". */
export function otherOne(
  words: readonly SaidWord[],
  { bases, reader, knowledge }: { bases: readonly Clause[]; reader: Reader; knowledge: LanguageKnowledge },
): Clause | undefined {
  const [base, ...more] = bases;
  const { pronouns, others, articles } = knowledge.linking;
  const named = words.filter(({ folded }) => !pronouns.has(folded) && !articles.has(folded));
  if (!base || more.length > 0 || named.length === 0 || !named.every(({ folded }) => others.has(folded)))
    return undefined;
  return otherIn([...withoutSome(base.words), ...withNouns([], base, knowledge)], base, (sentence) =>
    reader.read(sentence),
  );
}

/** Another thing of that name, where what was said comes to the same as before: "open the garage door", "and the gate". */
export function otherOfName(
  words: readonly SaidWord[],
  { bases, reader, knowledge }: { bases: readonly Clause[]; reader: Reader; knowledge: LanguageKnowledge },
): Clause | undefined {
  const [base, ...more] = bases;
  if (!base || more.length > 0) return undefined;
  return otherIn(transplants(words, base.words, knowledge), base, (sentence) => reader.read(sentence, true));
}

/** Of what can be one of two things the one that was not spoken of. */
function otherIn(
  sentences: Iterable<readonly SaidWord[]>,
  base: Clause,
  read: Reader['read'],
): Clause | undefined {
  const [said, ...more] = actionsOf(base.understood);
  const { meaning, template } = base.understood;
  if (!said || more.length > 0 || meaning.status !== 'recognized') return undefined;
  for (const words of sentences) {
    const found = read(words)?.meaning;
    if (found?.status !== 'ambiguous' || found.candidates.length !== 2) continue;
    const things = found.candidates.map(({ intent, entities }): Action => ({ intent, entities }));
    const [other, ...both] = things.filter((thing) => !isSame([thing], [said]));
    if (!other || both.length > 0) continue;
    const changed =
      meaning.kind === 'action' ? { ...meaning, actions: [other] } : { ...meaning, query: other };
    return { words, understood: { meaning: changed, template }, when: {} };
  }
  return undefined;
}

/** A whole sentence without some of the words that name something, the fewest first. */
function withoutSome(words: readonly SaidWord[]): readonly (readonly SaidWord[])[] {
  const runs = words.flatMap((_, from) =>
    words.slice(from).map((__, length) => ({ from, behind: from + length + 1 })),
  );
  return runs
    .sort((one, other) => one.behind - one.from - (other.behind - other.from))
    .map(({ from, behind }) => [...words.slice(0, from), ...words.slice(behind)])
    .filter(({ length }) => length > 1);
}
