import type { Language } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { foldedWords } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import { createGazetteer } from './gazetteer.ts';
import { createLazyAutomaton, type LazyAutomaton } from './lazy-automaton.ts';
import { createListTable, type ListMeaning, type ListTable } from './list-table.ts';
import { createNameChecks } from './name-checks.ts';
import type { Rules, Sentence, SentenceRule, Vocabulary } from './rules.ts';
import { createSentenceNetwork } from './sentence-network.ts';

/** A sentence and the rule it belongs to. */
export interface CompiledSentence {
  readonly rule: SentenceRule;
  readonly sentence: Sentence;
  /** Its rule's position: what comes first wins a tie. */
  readonly order: number;
  /** What of a value may fill the rule's slots: of things called the same, those it is about. */
  admit(meaning: ListMeaning): ListMeaning | undefined;
}

/** All sentences of a language, for one home. */
export interface SentenceAutomaton {
  readonly states: LazyAutomaton;
  readonly lists: ListTable;
  readonly sentences: readonly CompiledSentence[];
  /** False for languages that are written without spaces. */
  readonly spaced: boolean;
  labelOf(characterCode: number): number;
  /** Lengths of the skip words and phrases that begin at a position, the space before them included. */
  skipLengths(text: string, at: number): readonly number[];
}

/** States kept at most: about a quarter of a kilobyte each. */
const MAX_STATES = 250_000;
const NONE: readonly never[] = [];

/** Compiles the sentences of one language for one home. */
export function compileAutomaton({
  rules,
  home,
  language,
}: {
  rules: Rules;
  home: Home;
  language: Language;
}): SentenceAutomaton {
  const spaced = !rules.unspaced.has(language);
  const network = createSentenceNetwork({ spaced });
  const lists = createListTable({ home, language, spaced });
  const shared: Vocabulary = {
    lists: rules.lists,
    expansions: rules.expansions.get(language) ?? new Map(),
  };
  const checkOf = createNameChecks(home);
  const sentences: CompiledSentence[] = [];
  const begins: number[] = [];
  for (const [order, rule] of rules.rules.entries()) {
    if (rule.form !== 'sentences') continue;
    const admit = checkOf(rule);
    for (const sentence of rule.sentences) {
      if (sentence.language !== language) continue;
      const vocabulary = sentence.vocabulary ?? shared;
      const begin = network.add(sentence.template, {
        id: sentences.length,
        expansions: vocabulary.expansions,
        mayJoin: rule.pack !== undefined,
        symbolOf: (use) => lists.symbolOf(use, vocabulary),
      });
      begins.push(begin);
      sentences.push({ rule, sentence, order, admit });
    }
  }
  const states = createLazyAutomaton(network, { begins, maxStates: MAX_STATES });
  return {
    states,
    lists,
    sentences,
    spaced,
    labelOf: createLabels(network.alphabet),
    skipLengths: createSkips(
      [...(rules.skipWords.get(language) ?? []), ...knowledgeOf(language).fillers],
      spaced,
    ),
  };
}

/** Most texts are in the first few alphabets. */
function createLabels(alphabet: ReadonlyMap<number, number>): SentenceAutomaton['labelOf'] {
  const common = new Uint16Array(0x600);
  for (const [code, label] of alphabet) common[code] = label;
  return (code) => (code < common.length ? (common[code] ?? 0) : (alphabet.get(code) ?? 0));
}

function createSkips(phrases: readonly string[], spaced: boolean): SentenceAutomaton['skipLengths'] {
  const skips = createGazetteer<undefined>();
  for (const phrase of phrases) {
    const words = foldedWords(phrase);
    if (words.length > 0) skips.add(words.join(spaced ? ' ' : ''), { list: 0, meaning: undefined });
  }
  return (text, at) => {
    const found = skips.find(text, spaced ? at + 1 : at);
    if (found.length === 0) return NONE;
    return found
      .filter(({ end }) => !spaced || end === text.length || text.charAt(end) === ' ')
      .map(({ end }) => end - at);
  };
}
