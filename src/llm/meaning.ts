import { assertNever } from '../intent/assert-never.ts';
import type { Meaning } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { Grounded } from './ground.ts';

/** What people hear. All of it ours: a model's own words are never said, for they may promise what is not so. */
export interface ModelPhrases {
  unclear(utterance: Utterance): string;
  /** Asks back. @param labels what the readings are called, each once */
  whichOne(labels: readonly string[], utterance: Utterance): string;
  /** What to say to an action or a question; nothing where there is no phrase for it. */
  recognized?(meaning: Extract<Meaning, { status: 'recognized' }>, utterance: Utterance): string | undefined;
}

/**
 * Puts what was grounded into the words of the house. Policy still has to decide about it.
 *
 * @param options.threshold 0–1: what a model is less sure of, nobody understood
 */
export function meaningOf(
  grounded: Grounded,
  utterance: Utterance,
  { phrases, threshold }: { readonly phrases: ModelPhrases; readonly threshold: number },
): Meaning {
  const { confidence } = grounded;
  if (confidence < threshold) {
    return { status: 'unclear', confidence, responseText: phrases.unclear(utterance) };
  }
  switch (grounded.kind) {
    case 'unclear':
      return { status: 'unclear', confidence, responseText: phrases.unclear(utterance) };
    case 'ambiguous': {
      const { candidates, isQuery } = grounded;
      const labels = [...new Set(candidates.map(({ label, intent }) => label || intent))];
      return {
        status: 'ambiguous',
        candidates,
        ...(isQuery && { isQuery }),
        confidence,
        responseText: phrases.whichOne(labels, utterance),
      };
    }
    case 'query':
    case 'action': {
      const meaning = recognized(grounded);
      const responseText = phrases.recognized?.(meaning, utterance);
      return responseText === undefined ? meaning : { ...meaning, responseText };
    }
    default:
      return assertNever(grounded);
  }
}

function recognized(
  grounded: Extract<Grounded, { kind: 'action' | 'query' }>,
): Extract<Meaning, { status: 'recognized' }> {
  const { confidence } = grounded;
  if (grounded.kind === 'query') {
    const { label: _, ...query } = grounded.query;
    return { status: 'recognized', kind: 'query', query, confidence };
  }
  const actions = grounded.actions.map(({ label: _, ...action }) => action);
  return { status: 'recognized', kind: 'action', actions, confidence, requiresConfirmation: false };
}
