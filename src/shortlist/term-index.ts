import { editDistance } from '../language/edit-distance.ts';

/** A known word that a spoken one may be a form or a slip of. */
interface TermMatch {
  /** Its position among the terms. */
  readonly term: number;
  /** 1 for the same word, towards 0 for others. */
  readonly similarity: number;
}

/** Finds known words by spoken ones. Pure. */
export interface TermIndex {
  /** Best first, at most `MAX_MATCHES`. @param word folded */
  find(word: string): readonly TermMatch[];
}

/** Dice's coefficient of two words' trigrams below which they are not looked at any closer. */
const LEAST_LIKENESS = 0.36;
const MAX_MATCHES = 10;
/** Shorter words are too alike: "na" and "nad" are other places. */
const LEAST_LENGTH = 4;
/** How alike forms of one word are. */
const OTHER_ENDING = 0.9;
const LEAST_STEM = 4;
const LONGEST_ENDING = 3;
/** Longer ones are no words; the work for one utterance stays bounded. */
const MAX_WORD_LENGTH = 32;

/**
 * Words are looked up by their trigrams, the beginning of a word marked and its end not: endings change with the case,
 * beginnings with the meaning. How alike two are is the mean of their trigrams' likeness and of the share of letters
 * that no slip has touched, as one slip spoils half the trigrams of a short word; and more where only endings differ.
 *
 * @param terms folded, each once
 */
export function createTermIndex(terms: readonly string[]): TermIndex {
  const byTerm = new Map(terms.map((term, index) => [term, index]));
  const sizes = new Uint8Array(terms.length);
  const byGram = new Map<string, number[]>();
  for (const [index, term] of terms.entries()) {
    const grams = gramsOf(term);
    sizes[index] = grams.length;
    for (const gram of grams) {
      const found = byGram.get(gram);
      if (found) found.push(index);
      else byGram.set(gram, [index]);
    }
  }
  const shared = new Uint8Array(terms.length);

  function find(word: string): readonly TermMatch[] {
    const same = byTerm.get(word);
    const exact = same === undefined ? [] : [{ term: same, similarity: 1 }];
    if (word.length < LEAST_LENGTH) return exact;
    const grams = gramsOf(word.slice(0, MAX_WORD_LENGTH));
    const touched: number[] = [];
    for (const gram of grams) {
      for (const term of byGram.get(gram) ?? []) {
        if (shared[term] === 0) touched.push(term);
        shared[term] = (shared[term] ?? 0) + 1;
      }
    }
    const alike: TermMatch[] = [];
    for (const term of touched) {
      const likeness = (2 * (shared[term] ?? 0)) / (grams.length + (sizes[term] ?? 0));
      shared[term] = 0;
      const isShort = (terms[term]?.length ?? 0) < LEAST_LENGTH;
      if (term !== same && likeness >= LEAST_LIKENESS && !isShort) alike.push({ term, similarity: likeness });
    }
    const closer = inOrder(alike).map(({ term, similarity }) => ({
      term,
      similarity: closeness(word.slice(0, MAX_WORD_LENGTH), terms[term] ?? '', similarity),
    }));
    return inOrder([...exact, ...closer]);
  }

  return { find };
}

/** Best first, and what is equally good in the order of the terms. */
function inOrder(matches: readonly TermMatch[]): readonly TermMatch[] {
  return matches
    .toSorted((one, other) => other.similarity - one.similarity || one.term - other.term)
    .slice(0, MAX_MATCHES);
}

/** @param likeness of the trigrams */
function closeness(word: string, term: string, likeness: number): number {
  const known = term.slice(0, MAX_WORD_LENGTH);
  const longest = Math.max(word.length, known.length, 1);
  const untouched = 1 - editDistance(word, known, longest) / longest;
  return Math.max((likeness + untouched) / 2, isOtherEnding(word, known) ? OTHER_ENDING : 0);
}

/** True for what may be two forms of one word: a long beginning with two short endings. */
function isOtherEnding(word: string, term: string): boolean {
  const shorter = Math.min(word.length, term.length);
  let common = 0;
  while (common < shorter && word[common] === term[common]) common += 1;
  return common >= LEAST_STEM && Math.max(word.length, term.length) - common <= LONGEST_ENDING;
}

/** Each trigram of a word once. */
function gramsOf(word: string): string[] {
  const marked = `^^${word.slice(0, MAX_WORD_LENGTH)}`;
  const grams = new Set<string>();
  for (let at = 0; at + 3 <= marked.length; at += 1) grams.add(marked.slice(at, at + 3));
  return [...grams];
}
