import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { isAlike } from './beside.ts';
import { createReader } from './clause-reader.ts';
import { mayBeOrders } from './compose.ts';
import { exceptedIn, type Touched } from './excepted.ts';
import type { Composed } from './put-together.ts';
import { foldedOf, type PartedWord, saidWords } from './said-words.ts';
import { textOf } from './transplant.ts';
import { onlyActionOf, type Understand } from './understand.ts';
import { withoutLinks } from './without-links.ts';

/** Words by which a thing is called that shall stay. */
const LONGEST_NAME = 4;

/**
 * Understands an order beside which something is named that shall stay as it is: "zasuń zasłony, ale roletę zostaw". Where
 * it is among what would be done it is left out, and else the order is as it was said. Whatever nobody could order the
 * same of is nothing that is known here.
 */
export function leftAsIs(
  utterance: Utterance,
  { understand, touched }: { understand: Understand; touched: Touched },
): Composed | undefined {
  const knowledge = knowledgeOf(utterance.language);
  const { linking } = knowledge;
  const words = saidWords(utterance.text);
  const said = foldedOf(words);
  for (let at = 1; at < words.length; at++) {
    const join = phraseAt(said, at, linking.joins);
    const left = join > 0 ? leftIn(words.slice(at + join)) : undefined;
    if (!left) continue;
    const core = withoutLinks(words.slice(0, at), knowledge);
    const reader = createReader(utterance, { understand, knowledge });
    const base = mayBeOrders(utterance.text, core, knowledge) ? reader.firstOf([core]) : undefined;
    const found = base && reader.beside(left, base);
    const [action, other] = [onlyActionOf(base?.understood), onlyActionOf(found?.understood)];
    if (!base || !found || !action || !other || !isAlike(base, found)) return undefined;
    const kept = touched(other);
    const done = new Set(touched(action).map(({ id }) => id));
    if (kept.length === 0 || done.size === 0) return undefined;
    if (!kept.some(({ id }) => done.has(id))) {
      return { kind: 'understood', understood: base.understood, clauses: [{ ...base, when: {} }] };
    }
    const [except = ''] = linking.exceptions;
    return exceptedIn(
      { ...utterance, text: `${textOf(core)} ${except} ${textOf(left)}` },
      { understand, touched },
    );
  }
  return undefined;

  /** "Roletę zostaw", "zostaw roletę". */
  function leftIn(rest: readonly PartedWord[]): readonly PartedWord[] | undefined {
    const folded = foldedOf(rest);
    const leavesAt = folded.findIndex((_, at) => phraseAt(folded, at, linking.leavings) > 0);
    if (leavesAt < 0) return undefined;
    const behind = leavesAt + phraseAt(folded, leavesAt, linking.leavings);
    const named = leavesAt === 0 ? rest.slice(behind) : rest.slice(0, leavesAt);
    const isAll = leavesAt === 0 || behind === rest.length;
    return isAll && named.length > 0 && named.length <= LONGEST_NAME ? named : undefined;
  }
}
