import type { Action, Meaning } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';

/** What one order or question means, and how that was found, for a person. */
export interface Understood {
  readonly meaning: Meaning;
  readonly template: string;
  /** True where it may be done only at a time that was said. */
  readonly isTimed?: true;
}

/**
 * Understands one order or question by itself.
 *
 * @param asHeard nothing is mended or left out
 * @returns undefined where it is not understood
 */
export type Understand = (
  utterance: Utterance,
  how?: { readonly asHeard?: boolean },
) => Understood | undefined;

/** A whole text with its slips mended, and what was taken for what. */
export interface MeantText {
  readonly text: string;
  readonly mends: readonly { readonly heard: string; readonly meant: string }[];
}

/** What is done, or asked. */
export function actionsOf({ meaning }: Understood): readonly Action[] {
  if (meaning.status !== 'recognized') return [];
  return meaning.kind === 'action' ? meaning.actions : [meaning.query];
}

/** The one thing that is done; undefined for a question, for several, and for what is not understood. */
export function onlyActionOf(understood: Understood | undefined): Action | undefined {
  const meaning = understood?.meaning;
  if (meaning?.status !== 'recognized' || meaning.kind !== 'action' || meaning.actions.length > 1)
    return undefined;
  return meaning.actions[0];
}

/** The same order, by which something else is done. */
export function withActions(understood: Understood, actions: readonly Action[]): Understood {
  const { meaning } = understood;
  if (meaning.status !== 'recognized' || meaning.kind !== 'action') return understood;
  return { ...understood, meaning: { ...meaning, actions } };
}
