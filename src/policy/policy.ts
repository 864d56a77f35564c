import type { Action, Meaning } from '../intent/recognition.ts';
import type { Language } from '../intent/utterance.ts';

type Decision = 'allow' | 'confirm' | 'deny';

/** One line of policy. */
export interface PolicyRule {
  /** A Home Assistant action; `*` stands for any characters: `lock.*`. */
  readonly action: string;
  /** Fits only where the action touches an entity of this device class. */
  readonly deviceClass?: string;
  readonly decision: Decision;
}

/** Applies policy to what was understood. Runs after every resolver, so no model and no cache can get round it. */
export type Policy = (meaning: Meaning, language: Language) => Meaning;

const PHRASES = {
  pl: { confirm: 'Na pewno? Powiedz „tak”, a zrobię to.', deny: 'Tego nie wolno mi zrobić.' },
  en: { confirm: 'Are you sure? Say “yes” and I will do it.', deny: 'I am not allowed to do that.' },
} as const;

const STRICTNESS: Readonly<Record<Decision, number>> = { allow: 0, confirm: 1, deny: 2 };

/**
 * The first rule that fits an action decides, without one it is allowed; several actions share the strictest
 * decision, because they were said in one breath.
 *
 * @param deviceClasses the device classes of all entities an action touches
 */
export function createPolicy({
  rules,
  deviceClasses,
}: {
  rules: readonly PolicyRule[];
  deviceClasses: (action: Action) => ReadonlySet<string>;
}): Policy {
  const compiled = rules.map((rule) => ({ ...rule, fits: glob(rule.action) }));

  function decideAction(action: Action): Decision {
    const rule = compiled.find(
      ({ fits, deviceClass }) =>
        fits(action.intent) && (deviceClass === undefined || deviceClasses(action).has(deviceClass)),
    );
    return rule?.decision ?? 'allow';
  }

  return (meaning, language) => {
    if (meaning.status !== 'recognized' || meaning.kind !== 'action') return meaning;
    const decision = meaning.actions
      .map(decideAction)
      .reduce((strictest, next) => (STRICTNESS[next] > STRICTNESS[strictest] ? next : strictest), 'allow');
    if (decision === 'allow') return meaning;
    const phrases = language === 'pl' ? PHRASES.pl : PHRASES.en;
    if (decision === 'deny') {
      return { status: 'refused', confidence: meaning.confidence, responseText: phrases.deny };
    }
    return { ...meaning, requiresConfirmation: true, responseText: phrases.confirm };
  };
}

function glob(pattern: string): (text: string) => boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const expression = new RegExp(`^${source}$`);
  return (text) => expression.test(text);
}
