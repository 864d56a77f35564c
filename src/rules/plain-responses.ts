import type { Language } from '../intent/utterance.ts';
import type { Rules } from './rules.ts';

/** What to say to an action, in a language; undefined where the rules have no words for it that fit always. */
export type PlainResponses = (action: string, language: Language) => string | undefined;

/**
 * Responses that tell no value, so that they fit whatever the slots are. The first rule of an action has its words; where what
 * is said depends on the kind of thing ("podnoszę rolety", "otwieram bramę"), none has.
 */
export function plainResponses(rules: Rules): PlainResponses {
  const responses = new Map<string, string>();
  const ofKinds = new Set(
    rules.rules.flatMap(({ action, target }) => (target?.deviceClasses ? [action] : [])),
  );
  for (const { action, responses: said } of rules.rules) {
    if (ofKinds.has(action)) continue;
    for (const [language, response] of Object.entries(said)) {
      const key = `${language} ${action}`;
      if (!response.includes('{') && !responses.has(key)) responses.set(key, response);
    }
  }
  return (action, language) => responses.get(`${language} ${action}`);
}
