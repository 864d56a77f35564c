import type { Action, Meaning } from '../intent/recognition.ts';
import type { WyomingMessage } from './message.ts';
import type { WyomingPhrases } from './operations.ts';

/**
 * What was understood, for whoever wants to act on it. As in what is published, an action is only named where it may simply
 * be done: now, and with nobody's yes.
 */
export function intentsOf(meaning: Meaning, phrases: WyomingPhrases): readonly WyomingMessage[] {
  const words = 'responseText' in meaning ? meaning.responseText : undefined;
  if (meaning.status !== 'recognized') return [notRecognized(words ?? phrases.unclear)];
  if (meaning.kind === 'query') return [intent(meaning.query, words)];
  const isForNow = meaning.actions.every(({ at }) => at === undefined);
  if (!isForNow || meaning.requiresConfirmation) return [notRecognized(words ?? phrases.unclear)];
  const [only, ...more] = meaning.actions;
  if (only && more.length === 0) return [intent(only, words)];
  const all = meaning.actions.map((action, index) => intent(action, index === 0 ? words : undefined));
  return [{ type: 'intents-start', data: {} }, ...all, { type: 'intents-stop', data: {} }];
}

function intent({ intent: name, entities }: Action, words: string | undefined): WyomingMessage {
  const slots = Object.entries(entities).map(([slot, value]) => ({ name: slot, value }));
  return { type: 'intent', data: { name, entities: slots, ...(words !== undefined && { text: words }) } };
}

function notRecognized(words: string): WyomingMessage {
  return { type: 'not-recognized', data: { text: words } };
}
