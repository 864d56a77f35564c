import { createPlaceSets } from './place-sets.ts';
import {
  FORK,
  labelOfSymbol,
  type SentenceNetwork,
  SPACE,
  sentenceOfLabel,
  symbolOfLabel,
} from './sentence-network.ts';

/** A way on from a state through a list. */
interface ListEdge {
  readonly symbol: number;
  readonly state: number;
}

/**
 * The sentences as one deterministic automaton: one state for all places that the same words lead to, so that a step
 * costs the same for ten sentences and ten thousand. States are made when they are first reached.
 */
export interface LazyAutomaton {
  /** The state before the first word. Gone after `trim` made room; ask again for each text. */
  start(): number;
  /** The state behind a character; `DEAD` where nothing goes on. @param label of the character, 0 for unknown ones */
  step(state: number, label: number): number;
  /** Empty for most states. */
  listEdges(state: number): readonly ListEdge[];
  /** True where a letter can follow at once, without a space. */
  hasLetters(state: number): boolean;
  /** Numbers of the sentences that are complete here, in their order. */
  ends(state: number): readonly number[];
  /** Drops all states where they have become too many. Not while a text is being read. */
  trim(): void;
  /** Makes states, the nearest to the start first, until there are so many. */
  unfold(states: number): void;
  size(): number;
}

export const DEAD = 0;
const UNKNOWN = -1;
/** States whose steps are kept in one array: to copy those of all into a larger one would take milliseconds. */
const PAGE_BITS = 10;
const PAGE = 1 << PAGE_BITS;
const NO_EDGES: readonly never[] = [];
const NO_ENDS: readonly never[] = [];

type Edges = readonly (ListEdge & { state: number })[];

export function createLazyAutomaton(
  network: SentenceNetwork,
  { begins, maxStates }: { begins: readonly number[]; maxStates: number },
): LazyAutomaton {
  const labels = Int32Array.from(network.labels);
  const targets = Int32Array.from(network.targets);
  const { forks } = network;
  const width = network.alphabet.size + 1;
  const seen = new Int32Array(labels.length);
  const reached = new Int32Array(labels.length);
  const open: number[] = [];
  let generation = 0;
  let count = 0;
  /** A state is the set of places where one may be. */
  let sets = createPlaceSets(labels.length);
  let edgesOf: Edges[] = [];
  let endsOf: (readonly number[] | undefined)[] = [];
  /** Where each character leads from each state. */
  let pages: Int32Array[] = [];
  let first = DEAD;

  /** Collects places reached without saying anything; across spaces too behind a space. */
  function reach(from: number, behindSpace: boolean): void {
    let place: number | undefined = from;
    for (; place !== undefined; place = open.pop()) {
      if (seen[place] === generation) continue;
      seen[place] = generation;
      const label = labels[place];
      const target = targets[place] ?? 0;
      if (label === FORK) {
        for (const way of forks[target] ?? []) open.push(way);
      } else if (label === SPACE && behindSpace) open.push(target);
      else reached[count++] = place;
    }
  }

  /** The state of the places that were just reached. */
  function stateReached(): number {
    if (count === 0) return DEAD;
    const state = sets.numberOf(reached, count);
    if (state < edgesOf.length) return state;
    edgesOf.push(reachedLists());
    endsOf.push(undefined);
    if (state >= pages.length * PAGE) pages.push(new Int32Array(PAGE * width).fill(UNKNOWN));
    return state;
  }

  function reachedLists(): Edges {
    let symbols: Set<number> | undefined;
    for (let index = 0; index < count; index++) {
      const label = labels[reached[index] ?? 0] ?? 0;
      const symbol = label < 0 ? symbolOfLabel(label) : undefined;
      if (symbol === undefined) continue;
      symbols ??= new Set();
      symbols.add(symbol);
    }
    return symbols ? Array.from(symbols, (symbol) => ({ symbol, state: UNKNOWN })) : NO_EDGES;
  }

  function begin(): void {
    generation++;
    count = 0;
  }

  function follow(state: number, label: number): number {
    begin();
    const end = sets.start(state + 1);
    for (let index = sets.start(state); index < end; index++) {
      const place = sets.member(index);
      if (labels[place] === label) reach(targets[place] ?? 0, label === SPACE);
    }
    return stateReached();
  }

  function step(state: number, label: number): number {
    const page = pages[state >>> PAGE_BITS];
    const index = (state & (PAGE - 1)) * width + label;
    const known = page?.[index];
    if (known !== undefined && known !== UNKNOWN) return known;
    const next = label === 0 ? DEAD : follow(state, label);
    if (page) page[index] = next;
    return next;
  }

  function listEdges(state: number): readonly ListEdge[] {
    const edges = edgesOf[state] ?? NO_EDGES;
    if (edges.length === 0) return edges;
    // All edges of a state are followed at once, so the first one tells of all.
    if (edges[0]?.state !== UNKNOWN) return edges;
    for (const edge of edges) edge.state = follow(state, labelOfSymbol(edge.symbol));
    return edges;
  }

  function ends(state: number): readonly number[] {
    const known = endsOf[state] ?? findEnds(state);
    endsOf[state] = known;
    return known;
  }

  function findEnds(state: number): readonly number[] {
    begin();
    const end = sets.start(state + 1);
    for (let index = sets.start(state); index < end; index++) {
      const place = sets.member(index);
      const label = labels[place] ?? 0;
      if (label === SPACE || label < 0) reach(place, true);
    }
    if (count === 0) return NO_ENDS;
    const found = new Set<number>();
    for (let index = 0; index < count; index++) {
      const label = labels[reached[index] ?? 0] ?? 0;
      if (label < 0 && symbolOfLabel(label) === undefined) found.add(sentenceOfLabel(label));
    }
    return found.size === 0 ? NO_ENDS : [...found].sort((one, other) => one - other);
  }

  function reset(): void {
    sets = createPlaceSets(labels.length);
    // The dead state is the empty set.
    sets.numberOf(reached, 0);
    edgesOf = [NO_EDGES];
    endsOf = [NO_ENDS];
    pages = [new Int32Array(PAGE * width).fill(UNKNOWN)];
    pages[0]?.fill(DEAD, 0, width);
    begin();
    for (const place of begins) reach(place, false);
    first = stateReached();
  }

  /** By itself, as a loop in a loop would be compiled anew for each of thousands of states. */
  function stepEverywhere(state: number): void {
    const end = sets.start(state + 1);
    for (let index = sets.start(state); index < end; index++) {
      const label = labels[sets.member(index)] ?? 0;
      if (label > 0) step(state, label);
    }
  }

  function unfold(limit: number): void {
    for (let state = first; state < edgesOf.length && edgesOf.length < limit; state++) {
      stepEverywhere(state);
      listEdges(state);
      ends(state);
    }
  }

  function hasLetters(state: number): boolean {
    const end = sets.start(state + 1);
    for (let index = sets.start(state); index < end; index++) {
      if ((labels[sets.member(index)] ?? 0) > SPACE) return true;
    }
    return false;
  }

  reset();
  return {
    start: () => first,
    step,
    listEdges,
    hasLetters,
    ends,
    trim() {
      if (edgesOf.length > maxStates) reset();
    },
    unfold,
    size: () => edgesOf.length,
  };
}
