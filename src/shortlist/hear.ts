import type { Language } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { foldedWords } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import { remembered } from '../remembered.ts';
import type { Rules } from '../rules/rules.ts';
import { type KnownAction, readActionWords } from './action-words.ts';
import { readNameWords } from './name-words.ts';
import { DURATION, NUMBER } from './template-words.ts';
import { createTermIndex } from './term-index.ts';

/** What the words of an utterance tell, each by itself. */
export interface Heard {
  readonly actions: readonly KnownAction[];
  /** How many words count. */
  readonly size: number;
  /** What all words could tell together. */
  readonly weight: number;
  /** How much each word tells about each action. */
  readonly ofActions: readonly Float64Array[];
  /** The areas that may have been named, the likeliest first. */
  readonly areas: readonly HeardName[];
  readonly entities: readonly HeardName[];
}

/** Something that may have been named. */
export interface HeardName {
  /** Position among the home's areas or entities. */
  readonly owner: number;
  /** How much of its name was said, 0–1. */
  readonly coverage: number;
  /** How much each word tells about it. */
  readonly ofWords: Float64Array;
}

/** Past this, an utterance is no order; the work for one stays bounded. */
const MAX_WORDS = 24;
const MAX_AREAS = 3;
const MAX_ENTITIES = 12;
/** Less of a name than this was not said. */
const LEAST_COVERAGE = 0.3;
/** What a word that nobody knows might have told. */
const UNKNOWN_WORD = 1;
/** How much a word that tells about one action of a domain tells about the others. */
const KINSHIP = 0.35;
/** Words remembered with what they tell. */
const MAX_REMEMBERED = 4096;
/** How much a word still tells about names where it is part of a phrase that means nothing: "w tym pokoju". */
const IN_SKIPPED_PHRASE = 0.3;

/**
 * Listens in one language: words are compared with those of the rules' sentences and of the home's names, slips and
 * other endings included.
 */
export function createListener({
  rules,
  home,
  language,
}: {
  rules: Rules;
  home: Home;
  language: Language;
}): (words: readonly string[]) => Heard {
  const { actions, evidence: ofActionWords } = readActionWords(rules, language);
  const { names, evidence: ofNameWords } = readNameWords(home);
  const terms = [...new Set([...ofActionWords.keys(), ...ofNameWords.keys()])];
  const index = createTermIndex(terms);
  const actionEvidence = terms.map((term) => ofActionWords.get(term) ?? []);
  const nameEvidence = terms.map((term) => ofNameWords.get(term) ?? []);
  const weights = terms.map((_, term) =>
    Math.max(
      0,
      ...[...(actionEvidence[term] ?? []), ...(nameEvidence[term] ?? [])].map(({ weight }) => weight),
    ),
  );
  const domains = [...new Set(actions.map(({ domain }) => domain))];
  const domainOf = actions.map(({ domain }) => domains.indexOf(domain));

  const { readNumbers, readDurations } = knowledgeOf(language);
  const phrases = (rules.skipWords.get(language) ?? [])
    .map(foldedWords)
    .filter(({ length }) => length > 1)
    .map((words) => words.join(' '));

  /** The different words, what stands for a number and a length of time among them, and which mean nothing. */
  function listen(spoken: readonly string[]): { words: readonly string[]; skipped: ReadonlySet<string> } {
    const heard = spoken.slice(0, MAX_WORDS);
    const skipped = new Set<string>();
    for (let at = 0; at < heard.length; at += 1) {
      const length = phraseAt(heard, at, phrases);
      for (const word of heard.slice(at, at + length)) skipped.add(word);
    }
    const words = new Set(heard);
    if (heard.some((_, at) => readDurations(heard, at).length > 0)) words.add(DURATION);
    if (heard.some((_, at) => readNumbers(heard, at).length > 0)) words.add(NUMBER);
    return { words: [...words], skipped };
  }

  /** What the actions of a domain share. */
  function addKinship(row: Float64Array): void {
    const best = new Float64Array(domains.length);
    for (let action = 0; action < row.length; action += 1) {
      const domain = domainOf[action] ?? 0;
      best[domain] = Math.max(best[domain] ?? 0, row[action] ?? 0);
    }
    for (let action = 0; action < row.length; action += 1) {
      row[action] = Math.max(row[action] ?? 0, (best[domainOf[action] ?? 0] ?? 0) * KINSHIP);
    }
  }

  function ask(word: string): KnownWord {
    const ofActions = new Float64Array(actions.length);
    const ofNames = new Map<number, number>();
    const matches = index.find(word);
    let most = matches.length === 0 ? UNKNOWN_WORD : 0;
    // A word that is known tells no more about actions by another one that it is like.
    const [first] = matches;
    const limit = first?.similarity === 1 ? (weights[first.term] ?? 0) : Number.POSITIVE_INFINITY;
    for (const { term, similarity } of matches) {
      const share = similarity * similarity;
      for (const { action, weight } of actionEvidence[term] ?? []) {
        const told = Math.min(weight, limit) * share;
        if (told > (ofActions[action] ?? 0)) ofActions[action] = told;
        if (told > most) most = told;
      }
      for (const { name, weight } of nameEvidence[term] ?? []) {
        const told = weight * share;
        if (told > (ofNames.get(name) ?? 0)) ofNames.set(name, told);
      }
    }
    addKinship(ofActions);
    return {
      ofActions,
      names: Int32Array.from(ofNames.keys()),
      ofNames: Float64Array.from(ofNames.values()),
      most,
    };
  }

  const known = remembered(ask, { most: MAX_REMEMBERED });

  return (spoken) => {
    const { words, skipped } = listen(spoken);
    const told = new Float64Array(names.length);
    /** Names of which something was told, in the order in which they were. */
    const touched: number[] = [];
    let weight = 0;
    const said = words.map((word): SaidWord => {
      const tells = known(word);
      const share = skipped.has(word) ? IN_SKIPPED_PHRASE : 1;
      let { most } = tells;
      // Counted by hand: a word like "światło" tells about every lamp there is.
      for (let at = 0; at < tells.names.length; at += 1) {
        const name = tells.names[at] as number;
        const worth = (tells.ofNames[at] as number) * share;
        if (told[name] === 0) touched.push(name);
        told[name] = (told[name] as number) + worth;
        if (worth > most) most = worth;
      }
      weight += most;
      return { tells, share };
    });
    return {
      ...{ actions, size: words.length, weight },
      ofActions: said.map(({ tells }) => tells.ofActions),
      ...heardNames(touched, told, said),
    };
  };

  /** The best name of each area and entity, and of these the likeliest. */
  function heardNames(
    touched: readonly number[],
    told: Float64Array,
    words: readonly SaidWord[],
  ): Pick<Heard, 'areas' | 'entities'> {
    const best = { area: new Map<number, Ranked>(), entity: new Map<number, Ranked>() };
    for (const position of touched) {
      const name = names[position];
      if (!name) continue;
      const ofName = told[position] ?? 0;
      const coverage = Math.min(1, ofName / name.weight);
      if (coverage < LEAST_COVERAGE) continue;
      const rank = ofName * coverage;
      const { owner, kind } = name;
      if (rank > (best[kind].get(owner)?.rank ?? 0))
        best[kind].set(owner, { owner, coverage, name: position, rank });
    }
    const likeliest = (all: ReadonlyMap<number, Ranked>, most: number): readonly HeardName[] =>
      [...all.values()]
        .sort((one, other) => other.rank - one.rank || one.owner - other.owner)
        .slice(0, most)
        .map(({ owner, coverage, name }) => ({ owner, coverage, ofWords: ofWords(name, words) }));
    return { areas: likeliest(best.area, MAX_AREAS), entities: likeliest(best.entity, MAX_ENTITIES) };
  }
}

/** How much each word tells about a name. */
function ofWords(name: number, words: readonly SaidWord[]): Float64Array {
  const told = new Float64Array(words.length);
  for (let position = 0; position < words.length; position += 1) {
    const { tells, share } = words[position] as SaidWord;
    const at = tells.names.indexOf(name);
    if (at >= 0) told[position] = (tells.ofNames[at] as number) * share;
  }
  return told;
}

/** What a word tells, whatever is said around it. */
interface KnownWord {
  readonly ofActions: Float64Array;
  /** Positions of the names that it tells about. */
  readonly names: Int32Array;
  /** How much it tells about each of these. */
  readonly ofNames: Float64Array;
  /** The most it tells about an action, or about being unknown. */
  readonly most: number;
}

interface SaidWord {
  readonly tells: KnownWord;
  /** How much of that counts, 0–1. */
  readonly share: number;
}

interface Ranked extends Pick<HeardName, 'owner' | 'coverage'> {
  /** Position of the name. */
  readonly name: number;
  readonly rank: number;
}
