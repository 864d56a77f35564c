import { editDistance } from './edit-distance.ts';
import type { LanguageKnowledge } from './languages.ts';
import { isLikelySlip } from './likely-slip.ts';
import { createNearWords, type NearWords } from './near-words.ts';
import { prefixRivals, soundKey } from './spelling-knowledge.ts';

/** A word as it was probably meant. */
export interface SpelledWord {
  /** Folded. */
  readonly word: string;
  /** The words heard that it stands for: `from` inclusive, `to` exclusive. Two words split from one share theirs. */
  readonly from: number;
  readonly to: number;
}

/**
 * Mends slips of speech recognition and of fingers. Which of several words was meant, the sentence has to tell.
 *
 * @param words folded
 * @returns all words as probably meant, in every way that is worth a try, the likeliest first; none where nothing was
 *   mended
 */
export type Spelling = (words: readonly string[]) => readonly (readonly SpelledWord[])[];

type SpellingKnowledge = Pick<
  LanguageKnowledge,
  'directions' | 'sounds' | 'numberWords' | 'cautions' | 'fillers'
>;

/** Shorter words have too many neighbours. */
const SHORTEST = 4;
/** From so many letters on, two slips still leave enough of a word. */
const LONG = 10;
/** Fillers are skipped, so that what is taken for one is as good as not said: it has to look like it. */
const SHORTEST_FILLER = 6;
/** How much of a word must have been heard where its end was lost, and how much may be lost: `termos` is no thermostat. */
const HEARD = 5;
const LOST = 1 / 3;
/** What so many words begin with is no word cut short. */
const MAX_COMPLETIONS = 20;
const MAX_LENGTH = 30;
/** Slips in one utterance: never more than the first, and more than the second only in half of its words. */
const MAX_MENDED = 4;
const MANY = 2;
/** Unknown words in one utterance: with more of them, something else was said. */
const MAX_UNKNOWN = 5;
/** Words that one may have been meant for, and ways to take an utterance. */
const MAX_MEANT = 6;
const MAX_WAYS = 8;
/** How many words are remembered with what they were taken for. */
const MAX_REMEMBERED = 2000;
/** Known words that are no longer may be a piece torn from another. */
const FRAGMENT = 4;
/** How far a word that decides the direction reaches. */
const REACH = 2;

interface Candidate {
  readonly word: string;
  /** 0: sounds the same; 1, 2: edits; 3: the end was lost. */
  readonly rank: number;
}

/**
 * Indexes a vocabulary. What turns an order round, and forms of verbs that give no order, are right as well, though in
 * no sentence: they are not mended, and what may be a slip of them is not mended to anything else.
 *
 * @param words that sentences and names are made of, folded
 */
export function createSpelling(
  words: Iterable<string>,
  { directions, sounds, numberWords, cautions, fillers }: SpellingKnowledge,
): Spelling {
  const vocabulary = new Set(words);
  const polite = new Set(fillers.flatMap((phrase) => phrase.split(' ')));
  const warnings = new Set(Object.values(cautions).flatMap((set: ReadonlySet<string>) => [...set]));
  const ways = new Map<string, string>([
    ...[...numberWords].map(([word, value]) => [word, `number ${value}`] as const),
    ...directions.ways,
  ]);
  const telling = [...vocabulary, ...polite, ...directions.ways.keys()].flatMap(sounds.tellingForms);
  const known = new Set([...vocabulary, ...polite, ...warnings, ...ways.keys(), ...telling]);
  const rivals = prefixRivals(vocabulary, sounds);
  const isOrdered = (word: string): boolean =>
    vocabulary.has(word) || (polite.has(word) && word.length >= SHORTEST_FILLER);
  const ordered = [...vocabulary, ...polite].filter(isOrdered);
  const nearOrdered = createNearWords(ordered);
  const nearWarnings = createNearWords([...warnings].filter((word) => !isOrdered(word)));
  const nearTelling = createNearWords(telling.filter((word) => !isOrdered(word)));
  const nearDecisive = createNearWords(ways.keys());
  const bySound = Map.groupBy(ordered, (word) => soundKey(word, sounds));
  const waysBySound = Map.groupBy(ways.keys(), (word) => soundKey(word, sounds));
  const inOrder = [...vocabulary].sort();
  const isKnown = (word: string): boolean => known.has(word) || !LETTERS.test(word);

  /** The ways that a word may have been meant for, at least so nearly. */
  function waysNear(word: string, reach: 1 | 2): ReadonlySet<string> {
    const isWanted = (other: string, found: readonly { word: string }[]): boolean =>
      found.every((each) => ways.get(each.word) !== ways.get(other));
    const near = nearDecisive(word, reach, { isWanted }).map((found) => found.word);
    const sounding = waysBySound.get(soundKey(word, sounds)) ?? [];
    return new Set([...near, ...sounding].flatMap((found) => ways.get(found) ?? []));
  }

  /** `zwin` may have been meant for `rozwin`, though no list says which way they go. */
  function hasRivalNear(meant: string, heard: string): boolean {
    for (const rival of rivals.get(meant) ?? []) if (editDistance(rival, heard, REACH) <= REACH) return true;
    return false;
  }

  /** The nearest words, which all may have been meant; none where a word that is in no order is as near. */
  function nearest(word: string): { readonly found: readonly string[]; readonly rank: number } {
    const candidates = [...new Set(bySound.get(soundKey(word, sounds)))].map(
      (found): Candidate => ({ word: found, rank: 0 }),
    );
    candidates.push(
      ...candidatesNear(nearOrdered, word).filter(
        (candidate) => candidate.rank > 1 || isLikelySlip(word, candidate.word),
      ),
      ...completions(inOrder, word),
    );
    const rank = Math.min(...candidates.map((candidate) => candidate.rank));
    if (candidates.length === 0 || hasOtherNear(word, rank)) return { found: [], rank };
    // What sounds the same goes before what is one slip away, but must not be another word.
    const found = candidates.filter(
      (candidate) => candidate.rank === rank || (rank === 0 && candidate.rank === 1),
    );
    found.sort((one, next) => one.rank - next.rank);
    return { found: [...new Set(found.map((candidate) => candidate.word))], rank };
  }

  /** A word of caution that is as near weighs more; another form of a verb only where it is nearer. */
  function hasOtherNear(word: string, rank: number): boolean {
    if (rank === 0) return false;
    const isNear = candidatesNear(nearWarnings, word).some((other) => other.rank <= rank);
    return isNear || (rank > 1 && candidatesNear(nearTelling, word).some((other) => other.rank < rank));
  }

  const remembered = new Map<string, readonly string[]>();
  function mended(word: string): readonly string[] {
    const before = remembered.get(word);
    if (before) return before;
    const meant = searched(word);
    // Slips come again: of a recogniser, of a voice.
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(word, meant);
    return meant;
  }

  function searched(word: string): readonly string[] {
    if (word.length < SHORTEST || word.length > MAX_LENGTH) return [];
    const { found, rank } = nearest(word);
    const [first] = found;
    if (first === undefined || found.length > MAX_MEANT) return [];
    const way = ways.get(first);
    if (way === undefined) {
      const isSure =
        !found.some((each) => ways.has(each) || hasRivalNear(each, word)) &&
        waysNear(word, rank > 1 ? REACH : 1).size === 0;
      return isSure ? found : [];
    }
    const isOneWay = rank <= 1 && found.every((other) => ways.get(other) === way);
    return isOneWay && waysNear(word, REACH).size === 1 ? found : [];
  }

  /** `wsalonie` – `w salonie`. @param canStart what may have run into the word after it */
  function split(word: string, canStart: (start: string) => boolean): readonly string[] | undefined {
    if (word.length <= SHORTEST || word.length > MAX_LENGTH) return undefined;
    let parts: readonly string[] | undefined;
    for (let at = 1; at <= word.length - SHORTEST && !parts; at += 1) {
      const start = word.slice(0, at);
      if (canStart(start) && known.has(start) && known.has(word.slice(at))) parts = [start, word.slice(at)];
    }
    if (!parts) return undefined;
    const meant = new Set(parts.flatMap((part) => ways.get(part) ?? []));
    const goesOneWay = [...meant].filter((way) => way !== 'negated').length <= 1;
    return goesOneWay && [...waysNear(word, REACH)].every((way) => meant.has(way)) ? parts : undefined;
  }

  /** `w lacz` – `wlacz`: where one of the two is no word of its own. */
  function joined(first: string, second: string | undefined): string | undefined {
    if (second === undefined || (isKnown(first) && isKnown(second))) return undefined;
    const word = first + second;
    return word.length >= SHORTEST && vocabulary.has(word) ? word : undefined;
  }

  /** `roz wnij` may be `rozwin` torn apart, where `wnij` alone looks like `zwin`. */
  function mayBeTorn(heard: readonly string[], at: number, meant: readonly string[]): boolean {
    const own = new Set(meant.flatMap((each) => ways.get(each) ?? []));
    if (own.size === 0) return false;
    const word = heard[at] ?? '';
    const isPiece = (piece = ''): boolean => piece.length <= FRAGMENT || !isKnown(piece);
    const [before, after] = [heard[at - 1], heard[at + 1]];
    const wholes = [
      isPiece(before) ? `${before ?? ''}${word}` : '',
      isPiece(after) ? `${word}${after ?? ''}` : '',
    ];
    return wholes.some((whole) => [...waysNear(whole, REACH)].some((way) => !own.has(way)));
  }

  const isPlace = (word: string): boolean => cautions.places.has(word);
  const isAny = (): boolean => true;

  /** What a word may be: one word or several, in each way. */
  function spelledAnew(heard: readonly string[], at: number): readonly (readonly string[])[] {
    const word = heard[at] ?? '';
    const parted = split(word, isPlace);
    const whole = parted ? [] : mended(word).map((each) => [each]);
    const rest = parted ?? (whole.length === 0 ? split(word, isAny) : undefined);
    return [...(rest ? [rest] : []), ...whole].filter((meant) => !mayBeTorn(heard, at, meant));
  }

  return (heard) => {
    const unknown = heard.reduce((count, word) => count + (isKnown(word) ? 0 : 1), 0);
    if (unknown === 0 || unknown > MAX_UNKNOWN) return [];
    let spelled: readonly (readonly SpelledWord[])[] = [[]];
    let count = 0;
    for (let at = 0; at < heard.length; ) {
      const word = heard[at] ?? '';
      const both = joined(word, heard[at + 1]);
      const [from, to] = [at, both === undefined ? at + 1 : at + 2];
      const meant = both === undefined ? (isKnown(word) ? [] : spelledAnew(heard, at)) : [[both]];
      if (meant.length > 0) count += 1;
      const options = (meant.length > 0 ? meant : [[word]]).map((option) =>
        option.map((each): SpelledWord => ({ word: each, from, to })),
      );
      spelled = spelled
        .flatMap((before) => options.map((option) => [...before, ...option]))
        .slice(0, MAX_WAYS + 1);
      at = to;
    }
    // So many slips at once, or so many ways to take them: something else was said.
    const isTooMuch = count > MAX_MENDED || (count > MANY && 2 * count > heard.length);
    return count === 0 || isTooMuch || spelled.length > MAX_WAYS ? [] : spelled;
  };
}

const LETTERS = /^\p{L}+$/u;

function candidatesNear(near: NearWords, word: string): readonly Candidate[] {
  const found = near(word, 1);
  // Words that begin with another letter and have another slip besides are hardly the same.
  const further = word.length >= LONG ? near(word, 2, { sameStart: true }) : [];
  return [...found, ...further.filter(({ distance }) => distance > 1)]
    .filter((candidate) => candidate.word.length >= SHORTEST)
    .map((candidate) => ({ word: candidate.word, rank: candidate.distance }));
}

/** `sypial` – `sypialni`: the words that begin so, shortest first, of which the end was lost. */
function completions(inOrder: readonly string[], word: string): readonly Candidate[] {
  if (word.length < HEARD) return [];
  let [low, high] = [0, inOrder.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((inOrder[middle] ?? '') < word) low = middle + 1;
    else high = middle;
  }
  const found: Candidate[] = [];
  for (let at = low; inOrder[at]?.startsWith(word); at += 1) {
    if (found.length === MAX_COMPLETIONS) return [];
    found.push({ word: inOrder[at] ?? '', rank: 3 });
  }
  found.sort((one, other) => one.word.length - other.word.length);
  return (found[0]?.word.length ?? 0) - word.length <= LOST * word.length ? found.slice(0, MAX_MEANT) : [];
}
