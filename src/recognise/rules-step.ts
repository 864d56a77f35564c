import type { Discourse } from '../conversation/discourse.ts';
import type { Composed } from '../conversation/put-together.ts';
import type { Meaning } from '../intent/recognition.ts';
import type { PastTurn } from '../intent/turn.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { Interpreter } from '../rules/interpret.ts';
import type { Matcher, Mend } from '../rules/matcher.ts';
import type { Outcome, Resolver } from './resolver.ts';

/** What was said before in the same talk, the newest last; never rejects, and does not take long. */
export type PastOf = (utterance: Utterance) => readonly PastTurn[] | Promise<readonly PastTurn[]>;

/**
 * Asks the local rules: first what was said as it stands, then what several orders in it or a time make of it, then, where
 * its words lean on something, what goes on from what was said before. Synchronous unless that has to be waited for. Passes
 * without a reason where no rule fits or none well enough: another step may know, and if none does the path says that it did
 * not understand.
 */
export function createRulesResolver({
  match,
  interpret,
  discourse,
  pastOf,
}: {
  match: Matcher;
  interpret: Interpreter;
  discourse: Discourse;
  pastOf: PastOf;
}): Resolver {
  function followUp(utterance: Utterance, otherwise: Outcome): Outcome | Promise<Outcome> {
    const take = (past: readonly PastTurn[]): Outcome =>
      outcomeOf(discourse.followUp(utterance, past)) ?? otherwise;
    const past = pastOf(utterance);
    return past instanceof Promise ? past.then(take) : take(past);
  }

  return {
    source: 'rules',
    resolve(utterance) {
      const interpretation = interpret(utterance, match(utterance));
      if (interpretation) {
        const { meaning, template, mends = [] } = interpretation;
        const answer: Outcome = { kind: 'answer', meaning, explanation: template };
        const meant = { ...utterance, text: asMeant(utterance.text, mends) };
        if (discourse.addsThing(meant)) return followUp(meant, { kind: 'pass' });
        return discourse.goesOn(meant) ? followUp(meant, answer) : answer;
      }
      const composed = outcomeOf(discourse.compose(utterance));
      const otherwise = composed ?? { kind: 'pass' };
      const leans = composed?.kind === 'answer' ? discourse.goesOn(utterance) : discourse.leans(utterance);
      return leans ? followUp(utterance, otherwise) : otherwise;
    },
  };
}

/** What was said with its slips mended: "jaśniej", where "jaśnjej" was heard. */
function asMeant(text: string, mends: readonly Mend[]): string {
  return mends.reduce((mended, { heard, meant }) => mended.replace(heard, () => meant), text);
}

function outcomeOf(composed: Composed | undefined): Outcome | undefined {
  if (!composed) return undefined;
  if (composed.kind === 'complaint') return { kind: 'pass', complaint: composed.text };
  const { meaning, template } = composed.understood;
  return { kind: 'answer', meaning, explanation: template };
}

/** What to say when nobody knows. @param phrase what a language says then */
export function createUnclear(phrase: (language: string) => string): (utterance: Utterance) => Meaning {
  return ({ language }) => ({ status: 'unclear', responseText: phrase(language) });
}
