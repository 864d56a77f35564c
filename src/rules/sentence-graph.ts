import { assertNever } from '../intent/assert-never.ts';
import { fold } from '../language/fold.ts';
import type { Range, Template } from './template.ts';
import type { Expansions } from './walk-template.ts';

/** What a graph asks a list for. */
export type ListUse =
  | { readonly kind: 'list'; readonly list: string; readonly slot: string }
  | { readonly kind: 'range'; readonly range: Range; readonly slot: string };

/** A place in a graph of characters: templates join and part words in the middle, as in `lamp(a|ę)`. */
export type GraphNode =
  | { readonly kind: 'split'; readonly to: readonly number[] }
  | { readonly kind: 'character'; readonly character: string; readonly to: number }
  | { readonly kind: 'gap'; readonly to: number }
  | { readonly kind: 'list'; readonly use: ListUse; readonly sentence: number; readonly to: number }
  | { readonly kind: 'end'; readonly sentence: number };

/** What can be said from a place between two words. */
export interface Continuations {
  /** By the next word: the places reached behind it. */
  readonly words: ReadonlyMap<string, readonly number[]>;
  readonly lists: readonly Extract<GraphNode, { kind: 'list' }>[];
  /** Sentences that may end here. */
  readonly ends: readonly number[];
}

/** A graph that sentences are added to, and read word by word. */
export interface SentenceGraph {
  /**
   * Adds a sentence.
   *
   * @returns the place where it begins
   * @throws TemplateTooLarge
   */
  add(template: Template, sentence: { readonly id: number; readonly expansions: Expansions }): number;
  /** @param places between two words. @throws TemplateTooLarge */
  continuations(places: readonly number[]): Continuations;
}

/** A template with more readings than are worth keeping: nested rules multiply fast. */
class TemplateTooLarge extends Error {
  override readonly name = 'TemplateTooLarge';
}

const MAX_SENTENCE_NODES = 5000;
const MAX_WORD_LENGTH = 60;
const MAX_NEXT_WORDS = 20_000;

export function createSentenceGraph({ maxNextWords = MAX_NEXT_WORDS } = {}): SentenceGraph {
  const nodes: GraphNode[] = [];

  function put(node: GraphNode): number {
    nodes.push(node);
    return nodes.length - 1;
  }

  function add(template: Template, { id, expansions }: { id: number; expansions: Expansions }): number {
    const limit = nodes.length + MAX_SENTENCE_NODES;

    /** Built from the end, so that what follows is known and shared. */
    function build(node: Template, to: number): number {
      if (nodes.length > limit) throw new TemplateTooLarge('this sentence has too many parts');
      switch (node.kind) {
        case 'text':
          return buildText(node.text, to);
        case 'sequence':
          return node.parts.reduceRight((next, part) => build(part, next), to);
        case 'choice':
          return put({ kind: 'split', to: node.options.map((option) => build(option, to)) });
        case 'optional':
          return put({ kind: 'split', to: [build(node.body, to), to] });
        case 'permutation': {
          const gap = put({ kind: 'gap', to });
          const orders = ordersOf(node.parts).map((parts) =>
            parts.reduceRight((next, part) => put({ kind: 'gap', to: build(part, next) }), gap),
          );
          return put({ kind: 'split', to: orders });
        }
        case 'list':
          return put({
            kind: 'list',
            use: { kind: 'list', list: node.list, slot: node.slot },
            sentence: id,
            to,
          });
        case 'range':
          return put({
            kind: 'list',
            use: { kind: 'range', range: node.range, slot: node.slot },
            sentence: id,
            to,
          });
        case 'rule': {
          const body = expansions.get(node.rule);
          return body ? build(body, to) : to;
        }
        default:
          return assertNever(node);
      }
    }

    /** The same words as `toWords` makes: `%` and `°` alone, apostrophes gone, anything else that is no letter a gap. */
    function buildText(text: string, to: number): number {
      return [...fold(text)].reduceRight((next, character) => {
        if (/[\p{L}\p{Nd}]/u.test(character)) return put({ kind: 'character', character, to: next });
        if (character === '’' || character === "'") return next;
        const gap = put({ kind: 'gap', to: next });
        if (character !== '%' && character !== '°') return gap;
        return put({ kind: 'gap', to: put({ kind: 'character', character, to: gap }) });
      }, to);
    }

    return build(template, put({ kind: 'end', sentence: id }));
  }

  /** Places reached without saying anything; across gaps too where no word is open. */
  function reach(places: readonly number[], acrossGaps: boolean): number[] {
    const reached = new Set<number>();
    const open = [...places];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (reached.has(place)) continue;
      reached.add(place);
      const node = nodes[place];
      if (node?.kind === 'split') open.push(...node.to);
      else if (node?.kind === 'gap' && acrossGaps) open.push(node.to);
    }
    // In the order they were added, so that what a file says first comes first.
    return [...reached].sort((one, other) => one - other);
  }

  function continuations(places: readonly number[]): Continuations {
    const words = new Map<string, readonly number[]>();

    /** All words that begin so. A word is over where a gap, a list or the end can follow. */
    function spell(start: string, reached: readonly number[]): void {
      const next = new Map<string, number[]>();
      for (const place of reached) {
        const node = nodes[place];
        if (node?.kind !== 'character') continue;
        const targets = next.get(node.character);
        if (targets) targets.push(node.to);
        else next.set(node.character, [node.to]);
      }
      for (const [character, targets] of next) {
        const within = reach(targets, false);
        const word = start + character;
        const over = within.filter((place) => isWordEnd(nodes[place]));
        if (over.length > 0) words.set(word, over);
        if (words.size > maxNextWords || word.length > MAX_WORD_LENGTH) {
          throw new TemplateTooLarge('this sentence has too many forms of a word');
        }
        spell(word, within);
      }
    }

    const reached = reach(places, true);
    spell('', reached);
    const here = reached.flatMap((place) => nodes[place] ?? []);
    return {
      words,
      lists: here.filter((node) => node.kind === 'list'),
      ends: here.flatMap((node) => (node.kind === 'end' ? [node.sentence] : [])),
    };
  }

  return { add, continuations };
}

function isWordEnd(node: GraphNode | undefined): boolean {
  return node?.kind === 'gap' || node?.kind === 'list' || node?.kind === 'end';
}

function ordersOf(parts: readonly Template[]): Template[][] {
  if (parts.length <= 1) return [[...parts]];
  return parts.flatMap((part, index) =>
    ordersOf(parts.filter((_, other) => other !== index)).map((rest) => [part, ...rest]),
  );
}

const MAX_SENTENCE_WORDS = 2000;

/** What is wrong where a sentence is too large to be kept; undefined where it is not. */
export function sizeMistake(template: Template, expansions: Expansions): string | undefined {
  try {
    const graph = createSentenceGraph({ maxNextWords: MAX_SENTENCE_WORDS });
    const seen = new Set<number>();
    const open = [graph.add(template, { id: 0, expansions })];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (seen.has(place)) continue;
      seen.add(place);
      const { words, lists } = graph.continuations([place]);
      open.push(...[...words.values()].flat(), ...lists.map(({ to }) => to));
    }
    return undefined;
  } catch (error) {
    if (error instanceof TemplateTooLarge) return `${error.message}; write it in several`;
    throw error;
  }
}
