import { assertNever } from '../intent/assert-never.ts';
import type { Language } from '../intent/utterance.ts';
import { foldedWords } from '../language/words.ts';
import type { ListDefinition } from '../rules/rules.ts';
import type { Template } from '../rules/template.ts';

/** What templates refer to. */
export interface TemplateContext {
  readonly language: Language;
  readonly expansions: ReadonlyMap<string, Template>;
  readonly lists: ReadonlyMap<string, ListDefinition>;
}

/**
 * The texts of a part of a template that may join others in the middle of a word, as `lamp(a|ę)` does: by whether a
 * gap stands before or behind them.
 */
interface Pieces {
  /** Without a gap; empty text where the part may be left out. */
  readonly solid: ReadonlySet<string>;
  /** Up to the first gap. */
  readonly heads: ReadonlySet<string>;
  /** From the last gap on. */
  readonly tails: ReadonlySet<string>;
  /** Words between gaps. */
  readonly words: ReadonlySet<string>;
}

/** Forms of one word, or texts of one kind, past which a part is not looked into any further. */
const MAX_FORMS = 400;
/** How deep rules may name rules; loading reports those that contain themselves. */
const MAX_DEPTH = 12;

const NOTHING: ReadonlySet<string> = new Set();
const EMPTY: ReadonlySet<string> = new Set(['']);
const SILENCE: Pieces = { solid: EMPTY, heads: NOTHING, tails: NOTHING, words: NOTHING };
const GAP: Pieces = { solid: NOTHING, heads: EMPTY, tails: EMPTY, words: NOTHING };

/** Stands for a number among the words of a sentence. */
export const NUMBER = '{number}';
/** Stands for a length of time. */
export const DURATION = '{duration}';

/** Every word that some reading of a template says, folded, those of the values of its lists included. */
export function wordsOfTemplate(template: Template, context: TemplateContext): ReadonlySet<string> {
  const { solid, heads, tails, words } = piecesOf(template, context, 0);
  const all = [...solid, ...heads, ...tails, ...words];
  return new Set(all.flatMap((text) => (text === NUMBER || text === DURATION ? [text] : foldedWords(text))));
}

function piecesOf(template: Template, context: TemplateContext, depth: number): Pieces {
  if (depth > MAX_DEPTH) return GAP;
  const inside = (part: Template): Pieces => piecesOf(part, context, depth + 1);
  switch (template.kind) {
    case 'text':
      return ofText(template.text);
    case 'sequence':
      return template.parts.map(inside).reduce(join, SILENCE);
    case 'choice':
      return template.options.map(inside).reduce(either, { ...SILENCE, solid: NOTHING });
    case 'optional':
      return either(inside(template.body), SILENCE);
    case 'permutation':
      return template.parts.map(inside).reduce((all, part) => join(join(all, GAP), part), GAP);
    case 'range':
      return ofWord(NUMBER);
    case 'rule': {
      const body = context.expansions.get(template.rule);
      return body ? inside(body) : GAP;
    }
    case 'list': {
      if (template.list === 'duration') return ofWord(DURATION);
      const list = context.lists.get(template.list);
      if (list?.kind === 'range') return ofWord(NUMBER);
      if (list?.kind !== 'values') return GAP;
      const said = list.values.flatMap(({ said: by }) => by[context.language] ?? by['*'] ?? []);
      return join(join(GAP, said.map(inside).reduce(either, GAP)), GAP);
    }
    default:
      return assertNever(template);
  }
}

/** A word between gaps. */
function ofWord(word: string): Pieces {
  return { ...GAP, words: new Set([word]) };
}

function ofText(text: string): Pieces {
  const [first = '', ...rest] = text.split(/\s+/);
  const last = rest.pop();
  if (last === undefined) return { ...SILENCE, solid: new Set([first]) };
  return { solid: NOTHING, heads: new Set([first]), tails: new Set([last]), words: new Set(rest) };
}

function join(one: Pieces, next: Pieces): Pieces {
  return {
    solid: products(one.solid, next.solid),
    heads: union(one.heads, products(one.solid, next.heads)),
    tails: union(next.tails, products(one.tails, next.solid)),
    words: union(one.words, next.words, products(one.tails, next.heads)),
  };
}

function either(one: Pieces, other: Pieces): Pieces {
  return {
    solid: union(one.solid, other.solid),
    heads: union(one.heads, other.heads),
    tails: union(one.tails, other.tails),
    words: union(one.words, other.words),
  };
}

function union(...sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set(sets.flatMap((set) => [...set]));
}

function products(starts: ReadonlySet<string>, ends: ReadonlySet<string>): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const start of starts) {
    for (const end of ends) {
      if (texts.size >= MAX_FORMS) return texts;
      texts.add(start + end);
    }
  }
  return texts;
}
