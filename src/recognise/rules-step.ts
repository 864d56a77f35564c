import type { Meaning } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { Interpreter } from '../rules/interpret.ts';
import type { Matcher } from '../rules/matcher.ts';
import type { Resolver } from './resolver.ts';

/**
 * Asks the local rules. Synchronous. Passes without a reason where no rule fits or none well enough: another step may
 * know, and if none does the path says that it did not understand.
 */
export function createRulesResolver({
  match,
  interpret,
}: {
  match: Matcher;
  interpret: Interpreter;
}): Resolver {
  return {
    source: 'rules',
    resolve(utterance) {
      const interpretation = interpret(utterance, match(utterance));
      if (!interpretation) return { kind: 'pass' };
      return { kind: 'answer', meaning: interpretation.meaning, explanation: interpretation.template };
    },
  };
}

/** What to say when nobody knows. @param phrase what a language says then */
export function createUnclear(phrase: (language: string) => string): (utterance: Utterance) => Meaning {
  return ({ language }) => ({ status: 'unclear', responseText: phrase(language) });
}
