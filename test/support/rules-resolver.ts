import { systemClock } from '../../src/clock.ts';
import { createDiscourse } from '../../src/conversation/discourse.ts';
import { entitiesTouched } from '../../src/lexicon/entities-touched.ts';
import type { Home } from '../../src/lexicon/home.ts';
import { createRulesResolver, type PastOf } from '../../src/recognise/rules-step.ts';
import { createMatcher } from '../../src/rules/create-matcher.ts';
import { createInterpreter } from '../../src/rules/interpret.ts';
import type { Rules } from '../../src/rules/rules.ts';

/** The rules' step as the service has it, with nothing said before. */
export function rulesResolver({
  rules,
  home,
  pastOf = () => [],
}: {
  rules: Rules;
  home: Home;
  pastOf?: PastOf;
}) {
  const match = createMatcher({ rules, home });
  const interpret = createInterpreter({ home, threshold: 0.5 });
  const discourse = createDiscourse({
    understand: (utterance, how) => interpret(utterance, match(utterance, how)),
    meant: match.meant,
    touched: (action) => entitiesTouched(action, home),
    zone: 'Europe/Warsaw',
    clock: systemClock,
  });
  return createRulesResolver({ match, interpret, discourse, pastOf });
}
