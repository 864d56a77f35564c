import type { Candidate } from '../intent/recognition.ts';
import type { Language } from '../intent/utterance.ts';
import type { AnswerWords } from '../language/answer-words.ts';
import { MOST_NAMED } from '../language/asking-which.ts';
import { phraseAt } from '../language/phrase-at.ts';
import type { Home } from './home.ts';
import { type Named, nameKey } from './spoken-names.ts';

/** What was said to a question which of several is meant. */
export type Choice =
  /** These, all of them. */
  | { readonly kind: 'chosen'; readonly candidates: readonly Candidate[] }
  /** One of these, and it is still open which. */
  | { readonly kind: 'narrowed'; readonly candidates: readonly Candidate[] };

/**
 * Finds out which of several readings somebody means who was asked: "tę przy oknie", "drugą", "obie", "w kuchni".
 *
 * @param words folded
 * @returns undefined where the words tell nothing of it; never a guess
 */
export type Chooser = (
  words: readonly string[],
  asked: {
    readonly candidates: readonly Candidate[];
    readonly language: Language;
    readonly answers: AnswerWords;
  },
) => Choice | undefined;

/** What a reading is called by, and where it is. */
interface Called {
  readonly candidate: Candidate;
  /** Keys of whole names. */
  readonly names: ReadonlySet<string>;
  /** All words of these. */
  readonly words: ReadonlySet<string>;
}

export function createChooser(home: Home): Chooser {
  return (said, { candidates, language, answers }) => {
    const called = candidates.map((candidate) => calledIn(candidate, home, language));
    const whole = wholeOf(said, answers);
    if (whole) {
      const { rest, most } = whole;
      const labels = new Set(candidates.map(({ label }) => label));
      const isOne = new Set(candidates.map(({ intent }) => intent)).size === 1;
      const fits = isOne && labels.size <= most && isExplained(bare(rest, answers), called);
      return fits ? { kind: 'chosen', candidates } : undefined;
    }
    return byOrdinal(said, called, answers) ?? byName(said, called, answers);
  };
}

/** "Obie", "wszystkie", and what is said beside it. */
function wholeOf(
  said: readonly string[],
  { both, all, pointing }: AnswerWords,
): { readonly rest: readonly string[]; readonly most: number } | undefined {
  const start = said.findIndex((word, at) => !pointing.has(word) || phraseAt(said, at, both) > 0);
  if (start < 0) return undefined;
  for (const [phrases, most] of [
    [both, 2],
    [all, Number.POSITIVE_INFINITY],
  ] as const) {
    const length = phraseAt(said, start, phrases);
    if (length > 0) return { rest: said.slice(start + length), most };
  }
  return undefined;
}

/** "Drugą", "the last one": in the order in which they were named. */
function byOrdinal(
  said: readonly string[],
  called: readonly Called[],
  answers: AnswerWords,
): Choice | undefined {
  const places = said.flatMap((word) => answers.ordinals.get(word) ?? []);
  const [place] = places;
  if (place === undefined || places.length > 1) return undefined;
  const labels = [...new Set(called.map(({ candidate }) => candidate.label))];
  // Of many only the first were named, so nobody knows which is the last.
  if (place < 0 && labels.length > MOST_NAMED) return undefined;
  const label = labels.at(place < 0 ? place : place - 1);
  const meant = called.filter(({ candidate }) => candidate.label === label);
  const rest = said.filter((word) => !answers.ordinals.has(word));
  if (meant.length !== 1 || !isExplained(bare(rest, answers), called)) return undefined;
  return { kind: 'chosen', candidates: meant.map(({ candidate }) => candidate) };
}

/** "Przy oknie", "w kuchni i w salonie": each part by a name, or by words of one, or by where it is. */
function byName(
  said: readonly string[],
  called: readonly Called[],
  answers: AnswerWords,
): Choice | undefined {
  const whole = named(bare(said, answers), called);
  if (whole.length === 1) return chosen(whole);
  const parts = split(said, answers.joiners);
  if (parts.length === 1) {
    const isNarrower = whole.length > 0 && whole.length < called.length;
    return isNarrower ? { kind: 'narrowed', candidates: whole.map(({ candidate }) => candidate) } : undefined;
  }
  const each = parts.map((part) => named(bare(part, answers), called));
  const isOne = new Set(called.map(({ candidate: { intent } }) => intent)).size === 1;
  return isOne && each.every((one) => one.length === 1) ? chosen([...new Set(each.flat())]) : undefined;
}

function chosen(called: readonly Called[]): Choice {
  return { kind: 'chosen', candidates: called.map(({ candidate }) => candidate) };
}

/** Whoever has the whole name before whoever has the words in one of theirs. */
function named(words: readonly string[], called: readonly Called[]): readonly Called[] {
  if (words.length === 0) return [];
  const key = words.join(' ');
  const exactly = called.filter(({ names }) => names.has(key));
  return exactly.length > 0 ? exactly : called.filter((one) => words.every((word) => one.words.has(word)));
}

/** What is left when everything is away that only points; all of it where nothing is. */
function bare(words: readonly string[], { pointing, beside }: AnswerWords): readonly string[] {
  return words.filter((word) => !pointing.has(word) && !beside.includes(word));
}

/** Whether all words belong to what was asked about: "obie lampy". */
function isExplained(words: readonly string[], called: readonly Called[]): boolean {
  return words.every((word) => called.some((one) => one.words.has(word)));
}

function split(words: readonly string[], joiners: ReadonlySet<string>): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (joiners.has(word)) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts.filter((part) => part.length > 0);
}

function calledIn(candidate: Candidate, home: Home, language: Language): Called {
  const { entity_id: ids, area, floor } = candidate.entities;
  const entities = [ids ?? []].flat().flatMap((id) => home.entity(String(id)) ?? []);
  const areas = [...new Set([area, ...entities.map((entity) => entity.area)])].flatMap(
    (id) => home.area(String(id)) ?? [],
  );
  const floors = [...new Set([floor, ...areas.map((one) => one.floor)])].flatMap(
    (id) => home.floor(String(id)) ?? [],
  );
  const things: readonly Named[] = [...entities, ...areas, ...floors];
  const names = new Set([
    nameKey(candidate.label),
    ...things.flatMap((thing) => home.namesIn(thing, language).map(nameKey)),
  ]);
  return { candidate, names, words: new Set([...names].flatMap((name) => name.split(' '))) };
}
