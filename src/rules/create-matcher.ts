import type { Language } from '../intent/utterance.ts';
import { toWords } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import type { Matcher } from './matcher.ts';
import { createPatternCandidates } from './pattern-candidate.ts';
import { createPatternSearch } from './pattern-search.ts';
import { rankReadings } from './ranking.ts';
import type { Rules } from './rules.ts';
import { searchSentences } from './search.ts';
import { sentenceCandidate } from './sentence-candidate.ts';
import { compileAutomaton, type WordAutomaton } from './word-automaton.ts';

/**
 * Compiles rules for a home, for all languages they have.
 *
 * An utterance in a language that no sentence speaks is read by the default language's sentences, then by the
 * English ones: a wrong tag is likelier than a language nobody wrote rules for.
 */
export function createMatcher({
  rules,
  home,
  defaultLanguage = 'pl',
}: {
  rules: Rules;
  home: Home;
  defaultLanguage?: Language;
}): Matcher {
  const automata = new Map<Language, WordAutomaton>();
  for (const language of rules.languages) {
    automata.set(language, compileAutomaton({ rules, home, language }));
  }
  const searchPatterns = createPatternSearch(rules);
  const patternCandidate = createPatternCandidates(rules, home);

  function languagesFor(language: Language): readonly Language[] {
    return automata.has(language) ? [language] : [...new Set([defaultLanguage, 'en'])];
  }

  return (utterance) => {
    const words = toWords(utterance.text);
    const room = utterance.room === undefined ? undefined : home.areaOfRoom(utterance.room);
    for (const language of languagesFor(utterance.language)) {
      const automaton = automata.get(language);
      const context = { utterance: { ...utterance, language }, words };
      const candidates = [
        ...(automaton ? searchSentences(automaton, words) : []).map((reading) =>
          sentenceCandidate(reading, context),
        ),
        ...searchPatterns(context.utterance).map((reading) => patternCandidate(reading, context)),
      ].filter((candidate) => candidate !== undefined);
      if (candidates.length > 0) return rankReadings(candidates, { home, room });
    }
    return [];
  };
}
