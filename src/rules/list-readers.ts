import type { Language } from '../intent/utterance.ts';
import { formatDuration } from '../language/durations.ts';
import { knowledgeOf } from '../language/languages.ts';
import { foldedWords } from '../language/words.ts';
import type { Area, Entity, Floor, Home } from '../lexicon/home.ts';
import type { Rules, RuleTarget } from './rules.ts';
import type { ListUse } from './sentence-graph.ts';
import { createSentenceGraph } from './sentence-graph.ts';
import { inRange, type Range, type Template } from './template.ts';
import type { Expansions } from './walk-template.ts';

/** What a list makes of the words it took. */
export type ListMeaning =
  | { readonly kind: 'value'; readonly value: string | number | boolean }
  | { readonly kind: 'area'; readonly area: string }
  | { readonly kind: 'floor'; readonly floor: string }
  /** Everything that is called so. */
  | { readonly kind: 'entities'; readonly entities: readonly string[] };

export interface ListReading {
  readonly meaning: ListMeaning;
  /** How many words it takes, from 1. */
  readonly length: number;
}

/** What a list finds at a word. @param words folded */
export type ListReader = (words: readonly string[], at: number) => readonly ListReading[];

/** Makes the readers of one language. The same use gets the same reader, so that a search can remember its findings. */
export function createListReaders({
  rules,
  home,
  language,
}: {
  rules: Rules;
  home: Home;
  language: Language;
}): (use: ListUse, target: RuleTarget | undefined) => ListReader | 'wildcard' {
  const { readNumbers, readDurations } = knowledgeOf(language);
  const spoken: SpokenNames = (item) => home.namesIn(item, language);
  const readers = new Map<string, ListReader | 'wildcard'>();
  const expansions: Expansions = rules.expansions.get(language) ?? new Map();

  const rangeReader =
    (range: Range): ListReader =>
    (words, at) =>
      readNumbers(words, at).flatMap(({ value, length }) =>
        inRange(value, range) ? [{ length, meaning: { kind: 'value', value: scaled(value, range) } }] : [],
      );

  function create(use: ListUse, target: RuleTarget | undefined): ListReader | 'wildcard' {
    if (use.kind === 'range') return rangeReader(use.range);
    switch (use.list) {
      case 'area':
        return phraseReader(namesOf(home.areas, spoken, ({ id }) => ({ kind: 'area', area: id })));
      case 'floor':
        return phraseReader(namesOf(home.floors, spoken, ({ id }) => ({ kind: 'floor', floor: id })));
      case 'name':
        return phraseReader(entityPhrases(home, spoken, target));
      case 'duration':
        return (words, at) =>
          readDurations(words, at).map(({ seconds, length }) => ({
            length,
            meaning: { kind: 'value', value: formatDuration(seconds) },
          }));
    }
    const list = rules.lists.get(use.list);
    // Loading reports a list that is not there; this is for whoever builds rules by hand.
    if (!list) throw new Error(`there is no list {${use.list}}`);
    switch (list.kind) {
      case 'wildcard':
        return 'wildcard';
      case 'range':
        return rangeReader(list.range);
      case 'values':
        return phraseReader(
          list.values.flatMap(({ said, value }) => {
            const template = said[language] ?? said['*'];
            return template ? phrasesOf(template, expansions).map((words) => valuePhrase(words, value)) : [];
          }),
        );
    }
  }

  return (use, target) => {
    const key = keyOf(use, target);
    let reader = readers.get(key);
    if (!reader) {
      reader = create(use, target);
      readers.set(key, reader);
    }
    return reader;
  };
}

interface Phrase {
  readonly words: readonly string[];
  readonly meaning: ListMeaning;
}

function valuePhrase(words: readonly string[], value: string | number | boolean): Phrase {
  return { words, meaning: { kind: 'value', value } };
}

/** Finds phrases by their first word. */
function phraseReader(phrases: readonly Phrase[]): ListReader {
  const byFirstWord = Map.groupBy(phrases, ({ words: [first = ''] }) => first);
  return (words, at) => {
    const candidates = byFirstWord.get(words[at] ?? '');
    if (!candidates) return [];
    return candidates
      .filter(({ words: phrase }) => phrase.every((word, index) => words[at + index] === word))
      .map(({ words: phrase, meaning }) => ({ meaning, length: phrase.length }));
  };
}

/** All names and forms of something. */
type SpokenNames = (item: Floor | Area | Entity) => readonly string[];

/** Each name once; of what shares a name, which loading reports, the first has it. */
function namesOf<Item extends Floor | Area>(
  items: readonly Item[],
  spoken: SpokenNames,
  meaningOf: (item: Item) => ListMeaning,
): Phrase[] {
  const phrases = new Map<string, Phrase>();
  for (const item of items) {
    for (const name of spoken(item)) {
      const words = foldedWords(name);
      const key = words.join(' ');
      if (words.length > 0 && !phrases.has(key)) phrases.set(key, { words, meaning: meaningOf(item) });
    }
  }
  return [...phrases.values()];
}

/** Names of what a rule is about. Which of those called the same is meant is not decided here. */
function entityPhrases(home: Home, spoken: SpokenNames, target: RuleTarget | undefined): Phrase[] {
  const named = target ? home.entitiesOf(filterOf(target)) : home.entities;
  const byKey = new Map<string, { words: readonly string[]; entities: Entity[] }>();
  for (const entity of named) {
    for (const name of spoken(entity)) {
      const words = foldedWords(name);
      const key = words.join(' ');
      const phrase = byKey.get(key) ?? { words, entities: [] };
      if (!phrase.entities.includes(entity)) phrase.entities.push(entity);
      byKey.set(key, phrase);
    }
  }
  return [...byKey.values()]
    .filter(({ words }) => words.length > 0)
    .map(({ words, entities }) => ({
      words,
      meaning: { kind: 'entities', entities: entities.map(({ id }) => id) },
    }));
}

/** The entities that a target allows, wherever they are. */
export function filterOf({ domains, deviceClasses }: RuleTarget) {
  return { domains, ...(deviceClasses && { deviceClasses }) };
}

/** Everything a list value's template says; lists inside it say nothing. */
function phrasesOf(template: Template, expansions: Expansions): string[][] {
  const graph = createSentenceGraph({ maxNextWords: 200 });
  const phrases: string[][] = [];
  const walk = (places: readonly number[], said: readonly string[]): void => {
    const { words, ends } = graph.continuations(places);
    if (ends.length > 0 && said.length > 0) phrases.push([...said]);
    for (const [word, next] of words) walk(next, [...said, word]);
  };
  walk([graph.add(template, { id: 0, expansions })], []);
  return phrases;
}

/** Times the multiplier, without the noise of binary fractions: 40 times 0.01 is 0.4. */
function scaled(value: number, { multiplier }: Range): number {
  return multiplier === 1 ? value : Number((value * multiplier).toPrecision(12));
}

function keyOf(use: ListUse, target: RuleTarget | undefined): string {
  if (use.kind === 'range') return `range ${JSON.stringify(use.range)}`;
  const scope = use.list === 'name' ? JSON.stringify([target?.domains, target?.deviceClasses]) : '';
  return `list ${use.list} ${scope}`;
}
