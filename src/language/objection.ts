import type { Action } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from './languages.ts';
import { mayOrder } from './may-order.ts';
import { isTurnedRound } from './turned-round.ts';
import { foldedWords } from './words.ts';

/** What the words themselves say against an action. */
export type Objection = 'nothing ordered' | 'turned round';

/**
 * What speaks against an action, whoever understood it: that nothing was ordered, or that the words go the opposite way
 * and none of them its own. Where they go both ways, or none, there is nothing to say against it.
 */
export function objectionTo(
  action: Pick<Action, 'intent' | 'entities'>,
  utterance: Pick<Utterance, 'text' | 'language'>,
): Objection | undefined {
  if (!mayOrder(utterance)) return 'nothing ordered';
  const words = foldedWords(utterance.text);
  return isTurnedRound(action, words, knowledgeOf(utterance.language)) ? 'turned round' : undefined;
}
