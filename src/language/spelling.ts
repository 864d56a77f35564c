import { editDistance } from './edit-distance.ts';
import type { LanguageKnowledge } from './languages.ts';
import { createNearWords, type NearWords } from './near-words.ts';
import { areFormsOfOne, prefixRivals, soundKey } from './spelling-knowledge.ts';

/** A word as it was probably meant. */
interface SpelledWord {
  /** Folded. */
  readonly word: string;
  /** The words heard that it stands for: `from` inclusive, `to` exclusive. Two words split from one share theirs. */
  readonly from: number;
  readonly to: number;
}

/**
 * Mends slips of speech recognition and of fingers.
 *
 * @param words folded
 * @returns all words as probably meant, or undefined where nothing was mended
 */
export type Spelling = (words: readonly string[]) => readonly SpelledWord[] | undefined;

type SpellingKnowledge = Pick<
  LanguageKnowledge,
  'directions' | 'sounds' | 'numberWords' | 'cautions' | 'fillers'
>;

/** Shorter words have too many neighbours. */
const SHORTEST = 4;
/** From so many letters on, two slips still leave enough of a word. */
const LONG = 8;
/** How much of a word must have been heard where its end was lost, and how much may be lost. */
const HEARD = 5;
const LOST = 3;
/** What so many words begin with is no word cut short. */
const MAX_COMPLETIONS = 20;
const MAX_LENGTH = 30;
/** Slips in one utterance: never more than the first, and more than the second only in half of its words. */
const MAX_MENDED = 4;
const MANY = 2;
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
 * Indexes a vocabulary. Fillers and what turns an order round are right as well, though in no sentence: they are not
 * mended, and nothing is mended to them.
 *
 * @param words that sentences and names are made of, folded
 */
export function createSpelling(
  words: Iterable<string>,
  { directions, sounds, numberWords, cautions, fillers }: SpellingKnowledge,
): Spelling {
  const vocabulary = new Set(words);
  const others = new Set([
    ...Object.values(cautions).flatMap((set: ReadonlySet<string>) => [...set]),
    ...fillers.flatMap((phrase) => phrase.split(' ')),
  ]);
  const ways = new Map<string, string>([
    ...[...numberWords].map(([word, value]) => [word, `number ${value}`] as const),
    ...directions.ways,
  ]);
  const rivals = prefixRivals(vocabulary, sounds);
  const nearVocabulary = createNearWords(vocabulary);
  const nearDecisive = createNearWords(ways.keys());
  const bySound = Map.groupBy(vocabulary, (word) => soundKey(word, sounds));
  const waysBySound = Map.groupBy(ways.keys(), (word) => soundKey(word, sounds));
  const inOrder = [...vocabulary].sort();
  const isKnown = (word: string): boolean =>
    vocabulary.has(word) || others.has(word) || ways.has(word) || !/^\p{L}+$/u.test(word);

  /** The ways that a word may have been meant for, at least so nearly. */
  function waysNear(word: string, reach: 1 | 2): ReadonlySet<string> {
    const near = nearDecisive(word, reach).map((found) => found.word);
    const sounding = waysBySound.get(soundKey(word, sounds)) ?? [];
    return new Set([...near, ...sounding].flatMap((found) => ways.get(found) ?? []));
  }

  /** `zwin` may have been meant for `rozwin`, though no list says which way they go. */
  function hasRivalNear(meant: string, heard: string): boolean {
    return [...(rivals.get(meant) ?? [])].some((rival) => editDistance(rival, heard, REACH) <= REACH);
  }

  function mended(word: string): string | undefined {
    if (word.length < SHORTEST || word.length > MAX_LENGTH) return undefined;
    const candidates = [
      ...(bySound.get(soundKey(word, sounds)) ?? []).map((found): Candidate => ({ word: found, rank: 0 })),
      ...candidatesNear(nearVocabulary, word),
      ...completions(inOrder, word),
    ];
    // What sounds the same goes before what is one slip away, but must not be another word.
    const best = Math.min(...candidates.map(({ rank }) => rank));
    const [first, ...rest] = candidates
      .filter(({ rank }) => rank === best || (best === 0 && rank === 1))
      .map((candidate) => candidate.word);
    if (first === undefined) return undefined;
    const way = ways.get(first);
    if (way === undefined) {
      const areOneWord = rest.every((other) => !ways.has(other) && areFormsOfOne(first, other, sounds));
      const isSure = areOneWord && waysNear(word, best > 1 ? REACH : 1).size === 0;
      return isSure && ![first, ...rest].some((each) => hasRivalNear(each, word)) ? first : undefined;
    }
    const isOneWay = best <= 1 && rest.every((other) => ways.get(other) === way);
    return isOneWay && waysNear(word, REACH).size === 1 ? first : undefined;
  }

  /** `wsalonie` – `w salonie`. @param canStart what may have run into the word after it */
  function split(word: string, canStart: (start: string) => boolean): readonly string[] | undefined {
    if (word.length <= SHORTEST || word.length > MAX_LENGTH) return undefined;
    let parts: readonly string[] | undefined;
    for (let at = 1; at <= word.length - SHORTEST && !parts; at += 1) {
      const both = [word.slice(0, at), word.slice(at)];
      if (both.every(isKnown) && canStart(word.slice(0, at))) parts = both;
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
  function spelledAnew(heard: readonly string[], at: number): readonly string[] | undefined {
    const word = heard[at] ?? '';
    const meant = split(word, isPlace) ?? one(mended(word)) ?? split(word, isKnown);
    return meant && !mayBeTorn(heard, at, meant) ? meant : undefined;
  }

  return (heard) => {
    if (heard.every(isKnown)) return undefined;
    const spelled: SpelledWord[] = [];
    let count = 0;
    for (let at = 0; at < heard.length; ) {
      const word = heard[at] ?? '';
      const both = one(joined(word, heard[at + 1]));
      const to = both ? at + 2 : at + 1;
      const meant = both ?? (isKnown(word) ? undefined : spelledAnew(heard, at));
      if (meant) count += 1;
      for (const each of meant ?? [word]) spelled.push({ word: each, from: at, to });
      at = to;
    }
    // So many slips at once: something else was said.
    const isTooMuch = count > MAX_MENDED || (count > MANY && 2 * count > heard.length);
    return count === 0 || isTooMuch ? undefined : spelled;
  };
}

function one(word: string | undefined): readonly string[] | undefined {
  return word === undefined ? undefined : [word];
}

function candidatesNear(near: NearWords, word: string): readonly Candidate[] {
  return near(word, word.length >= LONG ? 2 : 1)
    .filter((found) => found.word.length >= SHORTEST)
    .map((found) => ({ word: found.word, rank: found.distance }));
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
  return (found[0]?.word.length ?? 0) - word.length <= LOST ? found : [];
}
