import { undoOf } from '../intent/undo.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from './languages.ts';
import { mayOrder } from './may-order.ts';
import { isTurnedRound } from './turned-round.ts';
import { type NamedAction, untimelyIn } from './untimely.ts';
import { foldedWords } from './words.ts';

/** What the words themselves say against actions. */
export type Objection = 'nothing ordered' | 'turned round' | 'time left out' | 'no time said';

/**
 * What speaks against what shall be done, whoever understood it: that nothing was ordered; that the words go the opposite
 * way of something and none of them its own; that it was to be done later and would be done now, or the other way about.
 * Where they go both ways, or none, there is nothing to say against it.
 *
 * @returns what tells it of all that is to be done for the utterance
 */
export function objectionsIn(
  utterance: Pick<Utterance, 'text' | 'language'>,
): (actions: readonly NamedAction[]) => Objection | undefined {
  if (!mayOrder(utterance)) return () => 'nothing ordered';
  const words = foldedWords(utterance.text);
  const knowledge = knowledgeOf(utterance.language);
  const untimely = untimelyIn(words, knowledge);
  return (actions) => {
    const isTurned = (action: NamedAction): boolean =>
      !endsAnother(action, actions) && isTurnedRound(action, words, knowledge);
    if (actions.some(isTurned)) return 'turned round';
    return untimely(actions);
  };
}

/** "For ten minutes": what was done is undone later, which no word says. */
function endsAnother({ intent, at }: NamedAction, actions: readonly NamedAction[]): boolean {
  return at !== undefined && actions.some((other) => other.at !== at && undoOf(other)?.intent === intent);
}
