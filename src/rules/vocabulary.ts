import { assertNever } from '../intent/assert-never.ts';
import type { Language } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { foldedWords } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import type { Rules, Sentence, Vocabulary } from './rules.ts';
import type { Template } from './template.ts';

/**
 * What a part of a template says, by whether a gap between words stands before or behind it: parts may join in the
 * middle of a word, as in `lamp(a|ę)`. Words between gaps are collected where they are met.
 */
interface Pieces {
  /** Without a gap; an empty text where the part may be left out. */
  readonly solid: ReadonlySet<string>;
  /** Up to the first gap. */
  readonly heads: ReadonlySet<string>;
  /** From the last gap on. */
  readonly tails: ReadonlySet<string>;
}

/** A word that is said in more forms than this is none that a slip could be told from. */
const MAX_FORMS = 400;

const NONE: ReadonlySet<string> = new Set();
const EMPTY: ReadonlySet<string> = new Set(['']);
const SILENCE: Pieces = { solid: EMPTY, heads: NONE, tails: NONE };
const GAP: Pieces = { solid: NONE, heads: EMPTY, tails: EMPTY };

/**
 * Every word, folded, that sentences of a language are made of in a home: their own, those of their lists, number words
 * where they take numbers, and names in all their forms.
 */
export function vocabularyOf(
  sentences: readonly Sentence[],
  { rules, home, language }: { rules: Rules; home: Home; language: Language },
): ReadonlySet<string> {
  const words = new Set<string>();
  const shared: Vocabulary = {
    lists: rules.lists,
    expansions: rules.expansions.get(language) ?? new Map(),
  };
  const collectors = new Map<Vocabulary, Collector>();
  for (const { template, vocabulary = shared } of sentences) {
    const collector = collectors.get(vocabulary) ?? createCollector(words, vocabulary, language);
    collectors.set(vocabulary, collector);
    collector(template);
  }
  const named = [...home.areas, ...home.floors, ...home.entities];
  const spoken = [
    ...named.flatMap((item) => home.namesIn(item, language)),
    ...(rules.skipWords.get(language) ?? []),
  ];
  for (const phrase of spoken) for (const word of foldedWords(phrase)) words.add(word);
  return words;
}

type Collector = (template: Template) => void;

/** Adds the words of one template after the other; a rule or a list that several use is looked into once. */
function createCollector(
  words: Set<string>,
  { lists, expansions }: Vocabulary,
  language: Language,
): Collector {
  const ofRule = new Map<string, Pieces>();
  const listed = new Set<string>();
  const texts = new Set<string>();
  const { numberWords } = knowledgeOf(language);

  function keep(texts_: Iterable<string>): void {
    for (const text of texts_) {
      if (texts.has(text)) continue;
      texts.add(text);
      for (const word of foldedWords(text)) words.add(word);
    }
  }

  function join(one: Pieces, next: Pieces): Pieces {
    if (one === SILENCE) return next;
    keep(products(one.tails, next.heads));
    return {
      solid: products(one.solid, next.solid),
      heads: union(one.heads, products(one.solid, next.heads)),
      tails: union(next.tails, products(one.tails, next.solid)),
    };
  }

  function visitText(text: string): Pieces {
    const [first = '', ...rest] = text.split(/\s+/);
    const last = rest.pop();
    if (last === undefined) return { solid: new Set([first]), heads: NONE, tails: NONE };
    keep(rest);
    return { solid: NONE, heads: new Set([first]), tails: new Set([last]) };
  }

  function visitNumbers(): Pieces {
    for (const word of numberWords.keys()) words.add(word);
    return GAP;
  }

  function visitList(name: string): Pieces {
    if (listed.has(name)) return GAP;
    listed.add(name);
    const list = lists.get(name);
    if (list?.kind === 'range' || (!list && name === 'duration')) visitNumbers();
    const values = list?.kind === 'values' ? list.values : [];
    for (const { said } of values) {
      const template = said[language] ?? said['*'];
      if (template) finish(visit(template));
    }
    return GAP;
  }

  function visitRule(name: string): Pieces {
    const known = ofRule.get(name);
    if (known) return known;
    // Loading reports rules that contain themselves; this keeps one from going on for ever.
    ofRule.set(name, GAP);
    const body = expansions.get(name);
    const pieces = body ? visit(body) : SILENCE;
    ofRule.set(name, pieces);
    return pieces;
  }

  function visit(template: Template): Pieces {
    switch (template.kind) {
      case 'text':
        return visitText(template.text);
      case 'sequence':
        return template.parts.map(visit).reduce(join, SILENCE);
      case 'choice':
        return template.options.map(visit).reduce(either);
      case 'optional':
        return either(visit(template.body), SILENCE);
      case 'permutation':
        for (const part of template.parts) finish(visit(part));
        return GAP;
      case 'range':
        return visitNumbers();
      case 'rule':
        return visitRule(template.rule);
      case 'list':
        return visitList(template.list);
      default:
        return assertNever(template);
    }
  }

  function finish({ solid, heads, tails }: Pieces): void {
    for (const part of [solid, heads, tails]) keep(part);
  }

  return (template) => finish(visit(template));
}

function either(one: Pieces, other: Pieces): Pieces {
  return {
    solid: union(one.solid, other.solid),
    heads: union(one.heads, other.heads),
    tails: union(one.tails, other.tails),
  };
}

function union(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  if (one.size === 0 || one === other) return other;
  if (other.size === 0) return one;
  return new Set([...one, ...other]);
}

function products(starts: ReadonlySet<string>, ends: ReadonlySet<string>): ReadonlySet<string> {
  if (starts.size === 0 || ends.size === 0) return NONE;
  if (starts === EMPTY) return ends;
  if (ends === EMPTY) return starts;
  const texts = new Set<string>();
  for (const start of starts) {
    for (const end of ends) {
      if (texts.size >= MAX_FORMS) return texts;
      texts.add(start + end);
    }
  }
  return texts;
}
