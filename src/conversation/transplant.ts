import type { LanguageKnowledge } from '../language/languages.ts';
import { isOrderWord, waysIn } from './order-words.ts';

/** A word as it was written, and folded. */
export interface SaidWord {
  readonly written: string;
  readonly folded: string;
}

const DIGIT = /^-?\d/;
/** Of a whole sentence so many words are tried at most; who says more names everything anew. */
const LONGEST_BASE = 14;
const LONGEST_PART = 8;

/**
 * The sentences that a part of one may stand for, beside a whole one that was said before it: "w łazience" beside "zgaś
 * światło w kuchni" is "zgaś światło w łazience". The likeliest come first: those that keep most of the whole sentence.
 * Where the part says nothing of what to do, the words for that are kept, and where it does they are replaced.
 *
 * @param part without what links it
 */
export function* transplants(
  part: readonly SaidWord[],
  base: readonly SaidWord[],
  knowledge: LanguageKnowledge,
): Generator<readonly SaidWord[]> {
  if (part.length === 0 || part.length > LONGEST_PART || base.length > LONGEST_BASE) return;
  const { linking, cautions, leanings } = knowledge;
  const isNumber = (word: SaidWord | undefined): boolean => isInNumber(word, knowledge);
  const isOrder = ({ folded }: SaidWord): boolean => isOrderWord(folded, knowledge);
  const orders = part.some(isOrder);
  const ways = waysIn(
    part.map(({ folded }) => folded),
    knowledge,
  );
  const isUnit = (word: SaidWord | undefined): boolean => knowledge.clock.measures.has(word?.folded ?? '');
  // The "one" of "twenty one", and of "one degree", points at nothing.
  const isPronoun = (word: SaidWord, at: number): boolean =>
    linking.pronouns.has(word.folded) &&
    !(isNumber(word) && (isNumber(part[at - 1]) || isUnit(part[at + 1])));
  if (part.some(isPronoun)) {
    yield* withThingsNamed(part, base, knowledge);
    const without = part.filter((word, at) => !isPronoun(word, at));
    yield* transplants(without, base, knowledge);
    return;
  }

  const first = part[0]?.folded ?? '';
  const isAddition = cautions.places.has(first) || leanings?.measures.has(first) === true;
  const isMeasured = orders || isAddition || part.some(({ folded }) => cautions.questions.has(folded));
  if (!orders && isAddition && !(isNumber(base.at(-1)) && isUnit(part[0]))) yield [...base, ...part];
  const things = isMeasured ? thingsIn(base, knowledge) : [];
  for (let dropped = 1; dropped < base.length; dropped++) {
    for (let from = base.length - dropped; from >= 0; from--) {
      const behind = from + dropped;
      const replaced = base.slice(from, behind);
      if (!orders && replaced.some(isOrder)) continue;
      // Half a number is another one.
      if (isNumber(base[from - 1]) && (isNumber(base[from]) || isNumber(part[0]))) continue;
      if (isNumber(base[behind]) && (isNumber(replaced.at(-1)) || isNumber(part.at(-1)))) continue;
      const kept = [...base.slice(0, from), ...base.slice(behind)];
      const left = waysIn(
        kept.map(({ folded }) => folded),
        knowledge,
      );
      if (ways.size > 0 && [...left].some((way) => !ways.has(way))) continue;
      yield [...base.slice(0, from), ...part, ...base.slice(behind)];
    }
    for (const thing of things.filter(({ length }) => length === base.length - dropped)) {
      for (let at = part.length; at >= 0; at--) {
        // It would count what it stands before: "pięć" of "na dwadzieścia pięć" before "stopień mniej".
        if (isNumber(thing.at(-1)) && part[at] !== undefined) continue;
        yield [...part.slice(0, at), ...thing, ...part.slice(at)];
      }
    }
  }
}

function isInNumber(word: SaidWord | undefined, { numberWords }: LanguageKnowledge): boolean {
  return word !== undefined && (DIGIT.test(word.folded) || numberWords.has(word.folded));
}

/** What was named before stands in for what only points at it: "a za chwilę ją zgaś". None where nothing points. */
export function* withThingsNamed(
  part: readonly SaidWord[],
  base: readonly SaidWord[],
  knowledge: LanguageKnowledge,
): Generator<readonly SaidWord[]> {
  const pronoun = part.findIndex(({ folded }) => knowledge.linking.pronouns.has(folded));
  if (pronoun < 0 || part.length > LONGEST_PART || base.length > LONGEST_BASE) return;
  for (const thing of thingsIn(base, knowledge)) {
    yield [...part.slice(0, pronoun), ...thing, ...part.slice(pronoun + 1)];
  }
}

/** Runs of a whole sentence that say what it is about, the longest first: first of all what is around a state that is asked for. */
function thingsIn(base: readonly SaidWord[], knowledge: LanguageKnowledge): readonly (readonly SaidWord[])[] {
  const isOrder = ({ folded }: SaidWord): boolean => isOrderWord(folded, knowledge);
  const runs = runsOf(base).filter((run) => !run.some(isOrder));
  const asks = ({ folded }: SaidWord): boolean => knowledge.cautions.questions.has(folded);
  const isBeing = ({ folded }: SaidWord): boolean => knowledge.linking.copulas.has(folded);
  const named = base.filter((word) => !isOrder(word) && !asks(word) && !isBeing(word));
  return base.some(asks) && named.length > 0 ? [named, ...runs] : runs;
}

/** The sentences that the beginning of one may stand for, whose end is said only with the next: "w salonie i w kuchni zgaś światło". */
export function* continuations(
  part: readonly SaidWord[],
  next: readonly SaidWord[],
): Generator<readonly SaidWord[]> {
  if (part.length === 0 || part.length > LONGEST_PART || next.length > LONGEST_BASE) return;
  for (let from = 1; from < next.length; from++) yield [...part, ...next.slice(from)];
}

function runsOf(words: readonly SaidWord[]): (readonly SaidWord[])[] {
  const runs = words.flatMap((_, from) =>
    words.slice(from).map((__, length) => words.slice(from, from + length + 1)),
  );
  return runs.sort((one, other) => other.length - one.length);
}

/** @param words as they were written */
export function textOf(words: readonly SaidWord[]): string {
  return words.map(({ written }) => written).join(' ');
}
