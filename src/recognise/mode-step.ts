import { assertNever } from '../intent/assert-never.ts';
import type { Mode } from '../intent/mode.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { ModelResolver } from './model-step.ts';
import type { Outcome } from './resolver.ts';

/**
 * Stands before the model step and lets nobody pass whom the mode keeps from it: in `rules-only` everybody, in `economy`
 * who is answered by the rules without a doubt and asks for nothing critical. The cache is asked before, so it serves in
 * every mode.
 *
 * @param needsNoModel whether the rules know an utterance well enough, and it is not critical
 */
export function createModeResolver({
  models,
  mode,
  needsNoModel,
}: {
  models: ModelResolver;
  mode: () => Mode;
  needsNoModel: (utterance: Utterance) => boolean;
}): ModelResolver {
  const passedOver: Outcome = { kind: 'pass', reason: 'mode' };

  function isKept(utterance: Utterance): boolean {
    const current = mode();
    switch (current) {
      case 'full':
        return false;
      case 'economy':
        return needsNoModel(utterance);
      case 'rules-only':
        return true;
      default:
        return assertNever(current);
    }
  }

  return {
    source: models.source,
    resolve: (utterance, context) => (isKept(utterance) ? passedOver : models.resolve(utterance, context)),
    prepare(utterance, context) {
      if (!isKept(utterance)) models.prepare(utterance, context);
    },
  };
}
