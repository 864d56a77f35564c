import type { Action, Meaning, Slots } from '../intent/recognition.ts';
import type { PastTurn } from '../intent/turn.ts';
import { stepBackOf, undoOf } from '../intent/undo.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { foldedWords } from '../language/words.ts';
import { plansOf } from './moved-time.ts';

/** Questions about these change nothing of what may be taken back. */
const ASKED_BETWEEN = /^(?:timer|schedule|conversation)\./;
/** What is put back without being asked for in full words. */
const PUT_BACK = /^(?:light|switch|fan|media_player|cover|climate)\./;

/** Of a language in which nobody is asked anything. */
const NO_PHRASES: readonly string[] = [];

/** How something is taken back. */
type Taking = 'called off' | 'undone' | 'let be';

/**
 * How words take back what was said before: "anuluj to", "oj, cofnij", "never mind, cancel that".
 *
 * @returns undefined where they say anything else
 */
export function takingBack({ text, language }: Pick<Utterance, 'text' | 'language'>): Taking | undefined {
  const { linking, fillers, retorts, answers } = knowledgeOf(language);
  if (text.includes('?')) return undefined;
  const words = foldedWords(text);
  const kinds: readonly (readonly [readonly string[], Taking | undefined])[] = [
    [linking.callOffs, 'called off'],
    [retorts.changesOfMind, 'called off'],
    [retorts.undoes, 'undone'],
    [answers?.nevermind ?? NO_PHRASES, 'let be'],
    [retorts.hesitations, undefined],
    [fillers, undefined],
  ];
  const heard = new Set<Taking>();
  for (let at = 0; at < words.length; ) {
    const isPointing = heard.size > 0 && linking.pronouns.has(words[at] ?? '');
    const lengths = kinds.map(([phrases]) => phraseAt(words, at, phrases));
    const length = Math.max(...lengths, isPointing ? 1 : 0);
    if (length === 0) return undefined;
    for (const [index, [, taking]] of kinds.entries()) {
      if ((lengths[index] ?? 0) > 0 && taking) heard.add(taking);
    }
    at += length;
  }
  return (['called off', 'undone', 'let be'] as const).find((taking) => heard.has(taking));
}

/**
 * What "anuluj", "cofnij" or "nieważne" means behind something that is still to come: that is called off where the words
 * say so and it can be told from everything else that is planned, or it is said that it stays. What was done at once is
 * put back where the words say so.
 *
 * @param before the turns of the same talk, the newest last
 * @returns undefined where nothing is to come of what was understood last, and nothing is to be put back
 */
export function takeBack(
  { text, language }: Pick<Utterance, 'text' | 'language'>,
  before: readonly PastTurn[],
): Meaning | undefined {
  const turn = before.findLast(
    ({ actions, query }) => actions.length > 0 || (query && !ASKED_BETWEEN.test(query.intent)),
  );
  const actions = turn ? plansOf(turn) : [];
  const taking = takingBack({ text, language });
  const { phrases } = knowledgeOf(language);
  const isToCome = actions.some((action) => action.at !== undefined || isTimer(action));
  if (!isToCome && (taking !== 'undone' || !turn)) return undefined;
  const isCalledOff = isToCome && taking !== undefined && taking !== 'let be';
  const back = actions.toReversed().flatMap((action) => takenBack(action) ?? []);
  const isWhole = actions.length > 0 && back.length === actions.length;
  if (!isToCome && !isWhole) return { status: 'unclear', responseText: phrases.cannotUndo };
  if (isToCome && !(isCalledOff && isWhole)) {
    return {
      ...{ status: 'recognized', kind: 'query', confidence: 1, responseText: phrases.staysPlanned },
      query: { intent: 'conversation.nevermind', entities: {} },
    };
  }
  return {
    ...{ status: 'recognized', kind: 'action', actions: back, confidence: 1 },
    ...{ requiresConfirmation: false, responseText: isToCome ? phrases.calledOff : phrases.putBack },
  };
}

export function isTimer({ intent }: Action): boolean {
  return intent === 'timer.start';
}

/** @returns undefined where nobody knows how */
export function takenBack(action: Action): Action | undefined {
  if (action.at !== undefined || isTimer(action)) return cancellationOf(action);
  if (action.intent === 'todo.add_item') return { intent: 'todo.remove_item', entities: action.entities };
  return PUT_BACK.test(action.intent) ? (undoOf(action) ?? stepBackOf(action)) : undefined;
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
