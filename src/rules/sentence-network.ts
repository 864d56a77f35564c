import { assertNever } from '../intent/assert-never.ts';
import { fold } from '../language/fold.ts';
import type { Range, Template } from './template.ts';
import type { Expansions } from './walk-template.ts';

/** What a sentence asks a list for. */
export type ListUse =
  | { readonly kind: 'list'; readonly list: string; readonly slot: string }
  | { readonly kind: 'range'; readonly range: Range; readonly slot: string };

/** What a sentence is built with. */
interface NetworkSentence {
  readonly id: number;
  readonly expansions: Expansions;
  /** True where a space between two pieces may be left out. */
  readonly mayJoin?: boolean;
  /** The number that stands for a list in the network. */
  symbolOf(use: ListUse): number;
}

/**
 * Many sentences as one graph of characters, which templates join and part in the middle of words: `lamp(a|ę)`.
 *
 * Each place has a label: from 1 the character that leads on from it (`SPACE` where a word has to end), 0 for a fork,
 * below 0 a list or the end of a sentence.
 */
export interface SentenceNetwork {
  readonly labels: readonly number[];
  /** Where a character or a list leads; for a fork the number of its ways. */
  readonly targets: readonly number[];
  readonly forks: readonly (readonly number[])[];
  /** Labels of characters by their code. */
  readonly alphabet: ReadonlyMap<number, number>;
  /** Adds a sentence. @returns the place where it begins. @throws TemplateTooLarge */
  add(template: Template, sentence: NetworkSentence): number;
}

/** A template with more readings than are worth keeping: nested rules multiply fast. */
class TemplateTooLarge extends Error {
  override readonly name = 'TemplateTooLarge';
}

export const FORK = 0;
export const SPACE = 1;
/** Where a word may end, in a spelling. */
const SEAM = -1;
export const SPACE_CODE = 32;
const MAX_SENTENCE_PLACES = 10_000;
const LETTER = /[\p{L}\p{Nd}]/u;
const PARTS_NUMBERS = /^[.:,]$/;
const DIGIT = /\p{Nd}/u;

/** Lists have odd labels, ends even ones. */
export const labelOfSymbol = (symbol: number): number => -1 - 2 * symbol;
const labelOfEnd = (sentence: number): number => -2 - 2 * sentence;
/** The list a label below 0 stands for; undefined for an end. */
export const symbolOfLabel = (label: number): number | undefined =>
  -label % 2 === 1 ? (-label - 1) / 2 : undefined;
export const sentenceOfLabel = (label: number): number => (-label - 2) / 2;

/** @param spaced false: words may touch everywhere, as in languages that are written without spaces */
export function createSentenceNetwork({ spaced = true } = {}): SentenceNetwork {
  const labels: number[] = [];
  const targets: number[] = [];
  const forks: (readonly number[])[] = [];
  const alphabet = new Map<number, number>([[SPACE_CODE, SPACE]]);
  const spellings = new Map<string, readonly number[]>();

  function put(label: number, target: number): number {
    labels.push(label);
    targets.push(target);
    return labels.length - 1;
  }

  function fork(ways: readonly number[]): number {
    forks.push(ways);
    return put(FORK, forks.length - 1);
  }

  /** A place where a word has to end. */
  function gap(to: number): number {
    return spaced ? put(SPACE, to) : to;
  }

  /** A place where a word may end. */
  function seam(to: number): number {
    return spaced ? fork([put(SPACE, to), to]) : to;
  }

  function labelOfCharacter(code: number): number {
    let label = alphabet.get(code);
    if (label === undefined) {
      label = alphabet.size + 1;
      alphabet.set(code, label);
    }
    return label;
  }

  /** What a text says, once for all the sentences that say it: labels, and `SEAM` where a word may end. */
  function spelled(text: string): readonly number[] {
    let known = spellings.get(text);
    if (!known) {
      known = spell(text).map((part) =>
        typeof part === 'number' ? part : labelOfCharacter(part.charCodeAt(0)),
      );
      spellings.set(text, known);
    }
    return known;
  }

  function buildText(text: string, to: number): number {
    // What parts two numbers may stand between them, as in `{hours}.{minutes}`: they are one word then.
    if (PARTS_NUMBERS.test(text)) return fork([put(labelOfCharacter(text.charCodeAt(0)), to), gap(to)]);
    const parts = spelled(text);
    let next = to;
    for (let at = parts.length - 1; at >= 0; at--) {
      const part = parts[at] ?? SPACE;
      if (part === SPACE) next = gap(next);
      else next = part === SEAM ? seam(next) : put(part, next);
    }
    return next;
  }

  function add(template: Template, { id, expansions, symbolOf, mayJoin = false }: NetworkSentence): number {
    const limit = labels.length + MAX_SENTENCE_PLACES;
    const list = (use: ListUse, to: number): number => seam(put(labelOfSymbol(symbolOf(use)), seam(to)));

    /** Built from the end, so that what follows is known and shared. */
    function build(node: Template, to: number): number {
      if (labels.length > limit) throw new TemplateTooLarge('this sentence has too many parts');
      switch (node.kind) {
        case 'text':
          // Between two pieces, packs mean that a word may end: German joins "<name> <scene>" into one.
          return mayJoin && node.text.trim() === '' ? seam(to) : buildText(node.text, to);
        case 'sequence':
          return node.parts.reduceRight((next, part) => build(part, next), to);
        case 'choice':
          return fork(node.options.map((option) => build(option, to)));
        case 'optional':
          return fork([build(node.body, to), to]);
        case 'permutation':
          return buildPermutation(node.parts, to);
        case 'list':
          return list({ kind: 'list', list: node.list, slot: node.slot }, to);
        case 'range':
          return list({ kind: 'range', range: node.range, slot: node.slot }, to);
        case 'rule': {
          const body = expansions.get(node.rule);
          return body ? build(body, to) : to;
        }
        default:
          return assertNever(node);
      }
    }

    /** What is left to say is the same in whatever order the rest came, so it is built once. */
    function buildPermutation(parts: readonly Template[], to: number): number {
      const built = new Map<number, number>([[0, gap(to)]]);
      const buildRest = (rest: number): number => {
        const known = built.get(rest);
        if (known !== undefined) return known;
        const ways = parts.flatMap((part, index) => {
          const bit = 1 << index;
          return (rest & bit) === 0 ? [] : [gap(build(part, buildRest(rest & ~bit)))];
        });
        const place = fork(ways);
        built.set(rest, place);
        return place;
      };
      return buildRest((1 << parts.length) - 1);
    }

    return gap(build(template, put(labelOfEnd(id), -1)));
  }

  return { labels, targets, forks, alphabet, add };
}

type SpelledPart = string | typeof SPACE | typeof SEAM;

/**
 * The same words as `toWords` makes: `%` and `°` alone, apostrophes gone, digits apart from the letters behind them,
 * anything else that is no letter a space.
 */
function spell(text: string): SpelledPart[] {
  const characters = [...fold(text)];
  return characters.flatMap((character, at): SpelledPart[] => {
    if (character === '’' || character === "'") return [];
    if (character === '%' || character === '°') return [SEAM, character, SEAM];
    if (!isSpoken(characters, at)) return [SPACE];
    const parts = DIGIT.test(characters[at - 1] ?? '') && LETTER.test(character) && !DIGIT.test(character);
    return parts ? [SEAM, ...character.split('')] : character.split('');
  });
}

/** Letters and digits, and what stands in a number or a time: `7:30`; behind letters, as in `PM2.5`, no time. */
function isSpoken(characters: readonly string[], at: number): boolean {
  if (LETTER.test(characters[at] ?? '')) return true;
  if (!'.,:'.includes(characters[at] ?? '') || !DIGIT.test(characters[at + 1] ?? '')) return false;
  let start = at;
  while (start > 0 && /[\p{Nd}.,:]/u.test(characters[start - 1] ?? '')) start--;
  if (start === at || !DIGIT.test(characters[start] ?? '')) return false;
  return characters[at] !== ':' || !LETTER.test(characters[start - 1] ?? '');
}

const sizes = new WeakMap<Expansions, Map<string, number>>();

/** What is wrong where a sentence is too large to be kept; undefined where it is not. */
export function sizeMistake(template: Template, expansions: Expansions): string | undefined {
  if (placesOf(template, expansions) <= MAX_SENTENCE_PLACES) return undefined;
  return 'this sentence has too many parts; write it in several';
}

/** How many places a template takes, about; rules that contain themselves have been reported before. */
function placesOf(template: Template, expansions: Expansions): number {
  const sum = (parts: readonly Template[]): number =>
    parts.reduce((all, part) => all + placesOf(part, expansions), 1);
  switch (template.kind) {
    case 'text':
      return template.text.length;
    case 'list':
    case 'range':
      return 5;
    case 'optional':
      return 1 + placesOf(template.body, expansions);
    case 'choice':
      return sum(template.options);
    case 'sequence':
      return sum(template.parts);
    case 'permutation':
      return sum(template.parts) * 2 ** (template.parts.length - 1);
    case 'rule': {
      const known = sizes.get(expansions) ?? new Map<string, number>();
      sizes.set(expansions, known);
      const body = expansions.get(template.rule);
      const size = known.get(template.rule) ?? (body ? placesOf(body, expansions) : 0);
      known.set(template.rule, size);
      return size;
    }
    default:
      return assertNever(template);
  }
}
