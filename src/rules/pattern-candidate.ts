import type { Language } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { foldedWords } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import { nameKey } from '../lexicon/spoken-names.ts';
import { createGazetteer } from './gazetteer.ts';
import type { PatternReading } from './pattern-search.ts';
import type { Candidate } from './ranking.ts';
import type { Rules } from './rules.ts';
import type { SpokenText } from './spoken-text.ts';

/** What was said, and in which of the languages it may have been. */
interface PatternContext {
  readonly spoken: SpokenText;
  readonly languages: readonly Language[];
}

/**
 * Says what a pattern that fits means; undefined where the text only seems to be its order. A pattern lets much pass, and
 * what nobody can explain may turn the order round, put it off, take it back or ask for something else: only what is said
 * around any order passes, and one room.
 */
export function createPatternCandidates({
  home,
  rules,
}: {
  home: Home;
  rules: Rules;
}): (reading: PatternReading, context: PatternContext) => Candidate | undefined {
  // The names in every language take long, and most packs have no pattern.
  if (rules.rules.every(({ form }) => form !== 'pattern')) return () => undefined;
  const areaAt = createAreaFinder(home);
  const fillers = new Map<Language, readonly string[]>();
  const fillersOf = (language: Language): readonly string[] => {
    const known = fillers.get(language);
    if (known) return known;
    const skipped = (rules.skipWords.get(language) ?? []).map((phrase) => foldedWords(phrase).join(' '));
    const all = [...knowledgeOf(language).fillers, ...skipped];
    fillers.set(language, all);
    return all;
  };

  return (reading, { spoken, languages }) => {
    const { rule, own } = reading;
    if (rule.kind === 'action' && languages.some((language) => negates(spoken, own, language)))
      return undefined;
    for (const language of languages) {
      const rest = readRest(spoken, own, {
        inside: knowledgeOf(language).cautions.inside,
        fillers: fillersOf(language),
        areaAt,
      });
      const [place, other] = rest.places;
      // A room that the rule has no use for was said for something.
      const isExplained = rest.isClear && (rule.target !== undefined || !place);
      if (other || (rule.kind === 'action' && !isExplained)) continue;
      return candidateOf(reading, { place, response: rule.responses[languages[0] ?? language] });
    }
    return undefined;
  };
}

function candidateOf(
  { rule, order, weight }: PatternReading,
  { place, response }: { place: Place | undefined; response: string | undefined },
): Candidate {
  const { literal, wild } = weight;
  const target =
    rule.target && place ? { ...rule.target, area: place.area, words: place.words } : rule.target;
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

function negates({ words }: SpokenText, own: ReadonlySet<number>, language: Language): boolean {
  const { negations } = knowledgeOf(language).cautions;
  return words.some((word, at) => !own.has(at) && negations.has(word));
}

interface Place {
  readonly area: string;
  /** How it was said. */
  readonly words: string;
}

/** What a pattern let pass. @returns `isClear` where it is rooms and fillers only */
function readRest(
  { words, text, quote, endOf }: SpokenText,
  own: ReadonlySet<number>,
  {
    inside,
    fillers,
    areaAt,
  }: { inside: ReadonlySet<string>; fillers: readonly string[]; areaAt: AreaFinder },
): { isClear: boolean; places: readonly Place[] } {
  const places: Place[] = [];
  let isClear = true;
  /** Behind "w", where a room has to come. */
  let isLed = false;
  for (let at = 0; at < words.length; ) {
    if (own.has(at)) {
      isClear &&= !isLed;
      at += 1;
      continue;
    }
    const start = endOf(at) - (words[at] ?? '').length;
    const found = areaAt(text, start);
    const length = found ? wordsIn(text, start, found.end) : phraseAt(words, at, fillers);
    if (found) {
      places.push({ area: found.area, words: quote(start, found.end) });
      isLed = false;
    } else if (length === 0) {
      isClear &&= inside.has(words[at] ?? '') && !isLed;
      isLed = true;
    }
    at += Math.max(1, length);
  }
  return { isClear: isClear && !isLed, places };
}

function wordsIn(text: string, from: number, to: number): number {
  return text.slice(from, to).split(' ').length;
}

/** The area whose name begins at a position, and where it ends; the longest one. */
type AreaFinder = (text: string, at: number) => { area: string; end: number } | undefined;

function createAreaFinder(home: Home): AreaFinder {
  const gazetteer = createGazetteer<string>();
  const known = new Set<string>();
  for (const area of home.areas) {
    for (const key of home.namesIn(area, 'any').map(nameKey)) {
      if (!known.has(key)) gazetteer.add(key, { list: 0, meaning: area.id });
      known.add(key);
    }
  }
  return (text, at) => {
    const longest = gazetteer
      .find(text, at)
      .findLast(({ end }) => end === text.length || text.charAt(end) === ' ');
    return longest && { area: longest.meaning, end: longest.end };
  };
}
