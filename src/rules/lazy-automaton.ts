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
const NO_EDGES: readonly never[] = [];

type Edges = readonly (ListEdge & { state: number })[];

interface State {
  readonly places: Int32Array;
  ends: readonly number[] | undefined;
}

export function createLazyAutomaton(
  network: SentenceNetwork,
  { begins, maxStates }: { begins: readonly number[]; maxStates: number },
): LazyAutomaton {
  const labels = Int32Array.from(network.labels);
  const targets = Int32Array.from(network.targets);
  const { forks } = network;
  const width = network.alphabet.size + 1;
  const seen = new Int32Array(labels.length);
  let generation = 0;
  let states: State[] = [];
  let edgesOf: Edges[] = [];
  let byHash = new Map<number, number[]>();
  let table = new Int32Array(width * 64).fill(UNKNOWN);
  let first = DEAD;

  /** Collects places reached without saying anything; across spaces too behind a space. */
  function reach(from: number, behindSpace: boolean, into: number[]): void {
    const open = [from];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (seen[place] === generation) continue;
      seen[place] = generation;
      const label = labels[place];
      const target = targets[place] ?? 0;
      if (label === FORK) open.push(...(forks[target] ?? []));
      else if (label === SPACE && behindSpace) open.push(target);
      else into.push(place);
    }
  }

  /** The state of places that were just collected, so that `seen` still tells which these are. */
  function stateOf(places: readonly number[]): number {
    if (places.length === 0) return DEAD;
    let hash = places.length;
    for (const place of places) hash = (hash + Math.imul(place + 1, 0x9e3779b1)) | 0;
    const rivals = byHash.get(hash);
    for (const rival of rivals ?? []) if (isSame(rival, places)) return rival;
    const state = states.length;
    states.push({ places: Int32Array.from(places), ends: undefined });
    edgesOf.push(symbolsAmong(places));
    if (rivals) rivals.push(state);
    else byHash.set(hash, [state]);
    if (states.length * width > table.length) {
      const larger = new Int32Array(table.length * 2).fill(UNKNOWN);
      larger.set(table);
      table = larger;
    }
    return state;
  }

  function isSame(state: number, places: readonly number[]): boolean {
    const known = states[state]?.places;
    if (known?.length !== places.length) return false;
    for (const place of known) if (seen[place] !== generation) return false;
    return true;
  }

  function symbolsAmong(places: readonly number[]): Edges {
    const symbols = new Set<number>();
    for (const place of places) {
      const label = labels[place] ?? 0;
      const symbol = label < 0 ? symbolOfLabel(label) : undefined;
      if (symbol !== undefined) symbols.add(symbol);
    }
    return symbols.size === 0 ? NO_EDGES : [...symbols].map((symbol) => ({ symbol, state: UNKNOWN }));
  }

  function follow(state: number, label: number): number {
    const into: number[] = [];
    generation++;
    for (const place of states[state]?.places ?? []) {
      if (labels[place] === label) reach(targets[place] ?? 0, label === SPACE, into);
    }
    return stateOf(into);
  }

  function step(state: number, label: number): number {
    const index = state * width + label;
    const known = table[index];
    if (known !== undefined && known !== UNKNOWN) return known;
    const next = label === 0 ? DEAD : follow(state, label);
    table[index] = next;
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

  function ends(number: number): readonly number[] {
    const state = states[number];
    if (!state) return NO_EDGES;
    if (!state.ends) {
      const into: number[] = [];
      generation++;
      for (const place of state.places) reach(place, true, into);
      const found = into.flatMap((place) => {
        const label = labels[place] ?? 0;
        return label < 0 && symbolOfLabel(label) === undefined ? [sentenceOfLabel(label)] : [];
      });
      state.ends = [...new Set(found)].sort((one, other) => one - other);
    }
    return state.ends;
  }

  function reset(): void {
    states = [{ places: new Int32Array(), ends: NO_EDGES }];
    edgesOf = [NO_EDGES];
    byHash = new Map();
    table = new Int32Array(width * 1024).fill(UNKNOWN);
    table.fill(DEAD, 0, width);
    const into: number[] = [];
    generation++;
    for (const begin of begins) reach(begin, false, into);
    first = stateOf(into);
  }

  function unfold(count: number): void {
    for (let state = first; state < states.length && states.length < count; state++) {
      const characters = new Set<number>();
      for (const place of states[state]?.places ?? []) characters.add(labels[place] ?? 0);
      for (const label of characters) if (label > 0) step(state, label);
      listEdges(state);
    }
  }

  reset();
  return {
    start: () => first,
    step,
    listEdges,
    ends,
    trim() {
      if (states.length > maxStates) reset();
    },
    unfold,
    size: () => states.length,
  };
}
