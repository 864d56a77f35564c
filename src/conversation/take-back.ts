import type { Action, Meaning, Slots } from '../intent/recognition.ts';
import type { PastTurn } from '../intent/turn.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { foldedWords } from '../language/words.ts';
import { plansOf } from './moved-time.ts';

/**
 * What "anuluj" or "nieważne" means behind something that is still to come: that is called off where the words say so and it
 * can be told from everything else that is planned, or it is said that it stays.
 *
 * @param before the turns of the same talk, the newest last
 * @returns undefined where nothing is to come of what was understood last
 */
export function takeBack(
  { text, language }: Pick<Utterance, 'text' | 'language'>,
  before: readonly PastTurn[],
): Meaning | undefined {
  const turn = before.findLast(({ actions, query }) => actions.length > 0 || query !== undefined);
  const actions = turn ? plansOf(turn) : [];
  if (!actions.some((action) => action.at !== undefined || isTimer(action))) return undefined;
  const { linking, fillers, phrases } = knowledgeOf(language);
  const callsOff = phraseAt(withoutFillers(foldedWords(text), fillers), 0, linking.callOffs) > 0;
  const cancelled = actions.flatMap((action) => cancellationOf(action) ?? []);
  if (!callsOff || cancelled.length < actions.length) {
    return {
      ...{ status: 'recognized', kind: 'query', confidence: 1, responseText: phrases.staysPlanned },
      query: { intent: 'conversation.nevermind', entities: {} },
    };
  }
  return {
    ...{ status: 'recognized', kind: 'action', actions: cancelled, confidence: 1 },
    ...{ requiresConfirmation: false, responseText: phrases.calledOff },
  };
}

function isTimer({ intent }: Action): boolean {
  return intent === 'timer.start';
}

/** @returns undefined where other things might go with it. A timer without a name is told by how long it was set for. */
function cancellationOf(action: Action): Action | undefined {
  const { intent, at, entities } = action;
  if (isTimer(action)) {
    const { duration, ...which } = entities;
    if (which['name'] === undefined && duration === undefined) return undefined;
    const told = which['name'] === undefined && duration !== undefined ? { start_duration: duration } : {};
    return { intent: 'timer.cancel', entities: { ...which, ...told } };
  }
  const narrowed: Slots = { ...entities, intent, ...(at !== undefined && { at }) };
  return at === undefined ? undefined : { intent: 'schedule.cancel', entities: narrowed };
}
