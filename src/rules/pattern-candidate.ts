import type { Language } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import type { Home } from '../lexicon/home.ts';
import { nameKey } from '../lexicon/spoken-names.ts';
import { createGazetteer } from './gazetteer.ts';
import type { SaidTarget } from './matcher.ts';
import type { PatternReading } from './pattern-search.ts';
import type { Candidate } from './ranking.ts';
import type { ReadingContext } from './sentence-candidate.ts';

/** Says what a pattern that fits means; undefined where the text only seems to be its order. */
export function createPatternCandidates(
  home: Home,
): (reading: PatternReading, context: ReadingContext) => Candidate | undefined {
  const findArea = createAreaFinder(home);
  return (reading, context) => patternCandidate(reading, context, findArea);
}

function patternCandidate(
  { rule, order, said, weight }: PatternReading,
  { spoken, utterance: { language } }: ReadingContext,
  findArea: AreaFinder,
): Candidate | undefined {
  const { negations, questions, later, joiners, places } = knowledgeOf(language).cautions;
  const unsaid = spoken.words.filter((word) => !said.has(word));
  // A pattern lets much pass. What passes must not turn the order round, ask, put it off, or ask for more.
  const turned =
    unsaid.some((word) => [negations, later, joiners].some((words) => words.has(word))) ||
    questions.has(unsaid[0] ?? '') ||
    saysWhen(unsaid, language);
  if (rule.kind === 'action' && turned) return undefined;
  let target: SaidTarget | undefined = rule.target;
  if (target) {
    const found = findArea(spoken.text);
    // Two rooms in what a pattern lets pass: it does not say which one is meant.
    if (found === 'several') return undefined;
    // A place that this home does not know is not the room it was said in.
    if (!found && unsaid.some((word) => places.has(word))) return undefined;
    if (found) target = { ...target, area: found.area, words: spoken.quote(found.start, found.end) };
  }
  const { literal, wild } = weight;
  const response = rule.responses[language];
  return {
    weight,
    order,
    otherName: false,
    terms: 0,
    supposes: false,
    fillsName: false,
    match: {
      action: rule.action,
      kind: rule.kind,
      slots: rule.slots,
      template: rule.pattern,
      confidence: Math.round((0.6 + (0.3 * literal) / (literal + wild)) * 100) / 100,
      ...(target && { target }),
      ...(rule.threshold !== undefined && { threshold: rule.threshold }),
      ...(rule.isUncritical && { isUncritical: true }),
      ...(response !== undefined && { response }),
    },
  };
}

/** "za 10 minut": an order for later, or for a while. */
function saysWhen(words: readonly string[], language: Language): boolean {
  const { readDurations } = knowledgeOf(language);
  return words.some((_, at) => readDurations(words, at).length > 0);
}

/** Looks for a room anywhere in a spoken text: the room that was said goes before the one it was said in. */
type AreaFinder = (text: string) => { area: string; start: number; end: number } | 'several' | undefined;

function createAreaFinder(home: Home): AreaFinder {
  const gazetteer = createGazetteer<string>();
  const known = new Set<string>();
  for (const area of home.areas) {
    for (const key of home.namesIn(area, 'any').map(nameKey)) {
      if (!known.has(key)) gazetteer.add(key, { list: 0, meaning: area.id });
      known.add(key);
    }
  }
  return (text) => {
    const found = new Map<string, { area: string; start: number; end: number }>();
    for (let start = text.indexOf(' ') + 1; start > 0; start = text.indexOf(' ', start) + 1) {
      const longest = gazetteer
        .find(text, start)
        .findLast(({ end }) => end === text.length || text.charAt(end) === ' ');
      if (!longest) continue;
      const { meaning: area, end } = longest;
      if (!found.has(area)) found.set(area, { area, start, end });
      start = end;
    }
    return found.size > 1 ? 'several' : found.values().next().value;
  };
}
