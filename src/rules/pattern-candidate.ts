import type { Language } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import type { Word } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import { createListReaders, type ListReader } from './list-readers.ts';
import type { SaidTarget } from './matcher.ts';
import type { PatternReading } from './pattern-search.ts';
import type { Candidate } from './ranking.ts';
import type { Rules } from './rules.ts';
import type { ReadingContext } from './sentence-candidate.ts';

/** Says what a pattern that fits means; undefined where the text only seems to be its order. */
export function createPatternCandidates(
  rules: Rules,
  home: Home,
): (reading: PatternReading, context: ReadingContext) => Candidate | undefined {
  const use = { kind: 'list', list: 'area', slot: 'area' } as const;
  const reader = createListReaders({ rules, home, language: 'any' })(use, undefined);
  const findArea: AreaFinder = (words) => (reader === 'wildcard' ? undefined : findOnlyArea(words, reader));
  return (reading, context) => patternCandidate(reading, context, findArea);
}

function patternCandidate(
  { rule, order, said, weight }: PatternReading,
  { words, utterance: { text, language } }: ReadingContext,
  findArea: AreaFinder,
): Candidate | undefined {
  const { negations, questions, later, joiners, places } = knowledgeOf(language).cautions;
  const unsaid = words.map(({ folded }) => folded).filter((word) => !said.has(word));
  // A pattern lets much pass. What passes must not turn the order round, ask, put it off, or ask for more.
  const turned =
    unsaid.some((word) => [negations, later, joiners].some((words) => words.has(word))) ||
    questions.has(unsaid[0] ?? '') ||
    saysWhen(unsaid, language);
  if (rule.kind === 'action' && turned) return undefined;
  let target: SaidTarget | undefined = rule.target;
  if (target) {
    const found = findArea(words);
    // Two rooms in what a pattern lets pass: it does not say which one is meant.
    if (found === 'several') return undefined;
    // A place that this home does not know is not the room it was said in.
    if (!found && unsaid.some((word) => places.has(word))) return undefined;
    if (found) target = { ...target, area: found.area, words: text.slice(found.start, found.end) };
  }
  const { literal, wild } = weight;
  const response = rule.responses[language];
  return {
    weight,
    order,
    match: {
      action: rule.action,
      kind: rule.kind,
      slots: rule.slots,
      template: rule.pattern,
      confidence: Math.round((0.6 + (0.3 * literal) / (literal + wild)) * 100) / 100,
      ...(target && { target }),
      ...(response !== undefined && { response }),
    },
  };
}

/** "za 10 minut": an order for later, or for a while. */
function saysWhen(words: readonly string[], language: Language): boolean {
  const { readDurations } = knowledgeOf(language);
  return words.some((_, at) => readDurations(words, at).length > 0);
}

/** Looks for a room anywhere in a text: the room that was said goes before the one it was said in. */
type AreaFinder = (
  words: readonly Word[],
) => { area: string; start: number; end: number } | 'several' | undefined;

function findOnlyArea(words: readonly Word[], reader: ListReader): ReturnType<AreaFinder> {
  const folded = words.map((word) => word.folded);
  const found = new Map<string, { area: string; start: number; end: number }>();
  for (let at = 0; at < folded.length; at++) {
    const longest = reader(folded, at).reduce<ReturnType<ListReader>[number] | undefined>(
      (best, reading) => (best && best.length >= reading.length ? best : reading),
      undefined,
    );
    if (longest?.meaning.kind !== 'area') continue;
    const { area } = longest.meaning;
    const end = words[at + longest.length - 1]?.end ?? 0;
    if (!found.has(area)) found.set(area, { area, start: words[at]?.start ?? 0, end });
    at += longest.length - 1;
  }
  return found.size > 1 ? 'several' : found.values().next().value;
}
