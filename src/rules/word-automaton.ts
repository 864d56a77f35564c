import type { Language } from '../intent/utterance.ts';
import { foldedWords } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import { createListReaders, type ListReader } from './list-readers.ts';
import type { Rules, Sentence, SentenceRule } from './rules.ts';
import { createSentenceGraph } from './sentence-graph.ts';

/** A sentence and the rule it belongs to, by number. */
export interface CompiledSentence {
  readonly rule: SentenceRule;
  readonly sentence: Sentence;
  /** Its position in the file: what comes first wins a tie. */
  readonly order: number;
}

/** A place between two words, in one or several sentences. */
export interface WordState {
  /** States behind the next word. */
  readonly words: ReadonlyMap<string, readonly number[]>;
  readonly lists: readonly { readonly reader: ListReader; readonly slot: string; readonly to: number }[];
  /** Any words from here, one or more, fill the slot. `id` is unique in the automaton. */
  readonly wildcards: readonly { readonly id: number; readonly slot: string; readonly to: number }[];
  /** Numbers of the sentences that are complete here. */
  readonly ends: readonly number[];
}

/** All sentences of a language in one automaton that takes a word a step. */
export interface WordAutomaton {
  readonly states: readonly WordState[];
  /** The state before the first word, of all sentences together. */
  readonly start: number;
  readonly sentences: readonly CompiledSentence[];
  /** Skip words and phrases by their first word. */
  readonly skips: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** Compiles the sentences of one language for one home. */
export function compileAutomaton({
  rules,
  home,
  language,
}: {
  rules: Rules;
  home: Home;
  language: Language;
}): WordAutomaton {
  const graph = createSentenceGraph();
  const expansions = rules.expansions.get(language) ?? new Map();
  const readerOf = createListReaders({ rules, home, language });
  const sentences: CompiledSentence[] = [];
  const begins: number[] = [];
  for (const [order, rule] of rules.rules.entries()) {
    if (rule.form !== 'sentences') continue;
    for (const sentence of rule.sentences) {
      if (sentence.language !== language) continue;
      begins.push(graph.add(sentence.template, { id: sentences.length, expansions }));
      sentences.push({ rule, sentence, order });
    }
  }

  const states: WordState[] = [];
  const stateOfPlaces = new Map<string, number>();
  const open: { places: readonly number[]; state: number }[] = [];
  let wildcards = 0;

  function stateOf(places: readonly number[]): number {
    const key = places.join(' ');
    const known = stateOfPlaces.get(key);
    if (known !== undefined) return known;
    const state = states.length;
    states.push({ words: new Map(), lists: [], wildcards: [], ends: [] });
    stateOfPlaces.set(key, state);
    open.push({ places, state });
    return state;
  }

  const start = stateOf(begins);
  for (let next = open.pop(); next; next = open.pop()) {
    const { words, lists, ends } = graph.continuations(next.places);
    const read = lists.map(({ use, sentence, to }) => ({
      reader: readerOf(use, sentences[sentence]?.rule.target),
      slot: use.slot,
      to: stateOf([to]),
    }));
    states[next.state] = {
      // One state a place, not one for all of them: a state that many sentences share would keep one of their readings.
      words: new Map([...words].map(([word, places]) => [word, places.map((place) => stateOf([place]))])),
      lists: read.flatMap((edge) => (edge.reader === 'wildcard' ? [] : [{ ...edge, reader: edge.reader }])),
      wildcards: read.flatMap(({ reader, slot, to }) =>
        reader === 'wildcard' ? [{ id: wildcards++, slot, to }] : [],
      ),
      ends,
    };
  }
  const skips = (rules.skipWords.get(language) ?? []).map(foldedWords).filter((words) => words.length > 0);
  return { states, start, sentences, skips: Map.groupBy(skips, ([first = '']) => first) };
}
