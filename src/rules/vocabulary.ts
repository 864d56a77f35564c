import { assertNever } from '../intent/assert-never.ts';
import type { Language } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { createPieceJoiner, either, GAP, SILENCE, type WordPieces } from '../language/word-pieces.ts';
import { foldedWords } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import type { Rules, Sentence, Vocabulary } from './rules.ts';
import type { Template } from './template.ts';

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
  const ofRule = new Map<string, WordPieces>();
  const listed = new Set<string>();
  const texts = new Set<string>();
  const { numberWords } = knowledgeOf(language);

  const pieces = createPieceJoiner((text) => {
    if (texts.has(text)) return;
    texts.add(text);
    for (const word of foldedWords(text)) words.add(word);
  });

  function visitNumbers(): WordPieces {
    for (const word of numberWords.keys()) words.add(word);
    return GAP;
  }

  function visitList(name: string): WordPieces {
    if (listed.has(name)) return GAP;
    listed.add(name);
    const list = lists.get(name);
    if (list?.kind === 'range' || (!list && name === 'duration')) visitNumbers();
    const values = list?.kind === 'values' ? list.values : [];
    for (const { said } of values) {
      const template = said[language] ?? said['*'];
      if (template) pieces.finish(visit(template));
    }
    return GAP;
  }

  function visitRule(name: string): WordPieces {
    const known = ofRule.get(name);
    if (known) return known;
    // Loading reports rules that contain themselves; this keeps one from going on for ever.
    ofRule.set(name, GAP);
    const body = expansions.get(name);
    const found = body ? visit(body) : SILENCE;
    ofRule.set(name, found);
    return found;
  }

  function visit(template: Template): WordPieces {
    switch (template.kind) {
      case 'text':
        return pieces.ofText(template.text);
      case 'sequence':
        return template.parts.map(visit).reduce(pieces.join, SILENCE);
      case 'choice':
        return template.options.map(visit).reduce(either);
      case 'optional':
        return either(visit(template.body), SILENCE);
      case 'permutation':
        for (const part of template.parts) pieces.finish(visit(part));
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

  return (template) => pieces.finish(visit(template));
}
