import { remembered } from '../remembered.ts';
import { editDistance } from './edit-distance.ts';
import type { KnownWords } from './known-words.ts';
import { isLikelySlip } from './likely-slip.ts';
import { createNearWords, type NearWords } from './near-words.ts';
import { prefixRivals, type Sounds, soundKey } from './spelling-knowledge.ts';

/** All words that an unknown one may have been meant for, the likeliest first; none where that is not sure. */
export type MendWord = (word: string) => readonly string[];

/** Shorter words have too many neighbours. */
export const SHORTEST = 4;
/** Longer ones are none. */
export const LONGEST = 30;
/** How many slips away a word that decides the direction still makes another doubtful. */
export const REACH = 2;
/** From so many letters on, two slips still leave enough of a word. */
const LONG = 10;
/** How much of a word must have been heard where its end was lost, and how much may be lost: `termos` is no thermostat. */
const HEARD = 5;
const LOST = 1 / 3;
/** What so many words begin with is no word cut short. */
const MAX_COMPLETIONS = 20;
/** Words that one may have been meant for. */
const MAX_MEANT = 6;
/** Words remembered with what they were taken for: slips come again, of a recogniser, of a voice. */
const MAX_REMEMBERED = 2000;

interface Candidate {
  readonly word: string;
  /** 0: sounds the same; 1, 2: edits; 3: the end was lost. */
  readonly rank: number;
}

/** Mends single words. Pure, but for a memory of what it mended before. */
export function createWordMender(
  { vocabulary, ordered, warnings, telling, ways, waysNear }: KnownWords,
  sounds: Sounds,
): MendWord {
  const nearOrdered = createNearWords(ordered);
  const nearWarnings = createNearWords(warnings);
  const nearTelling = createNearWords(telling);
  const bySound = Map.groupBy(ordered, (word) => soundKey(word, sounds));
  const inOrder = [...vocabulary].sort();
  const rivals = prefixRivals(vocabulary, sounds);

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

  function searched(word: string): readonly string[] {
    if (word.length < SHORTEST || word.length > LONGEST) return [];
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

  return remembered(searched, { most: MAX_REMEMBERED });
}

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
