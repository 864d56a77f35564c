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
const NO_EDGES: readonly never[] = [];
const NO_ENDS: readonly never[] = [];

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
  const reached = new Int32Array(labels.length);
  const open: number[] = [];
  let generation = 0;
  let count = 0;
  let states: State[] = [];
  let edgesOf: Edges[] = [];
  let byHash = new Map<number, number[]>();
  let table = new Int32Array(width * 64).fill(UNKNOWN);
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

  /** The state of the places that were just reached, so that `seen` still tells which these are. */
  function stateReached(): number {
    if (count === 0) return DEAD;
    let hash = count;
    for (let index = 0; index < count; index++) {
      hash = (hash + Math.imul((reached[index] ?? 0) + 1, 0x9e3779b1)) | 0;
    }
    const rivals = byHash.get(hash);
    if (rivals) for (const rival of rivals) if (isSame(rival)) return rival;
    const state = states.length;
    states.push({ places: reached.slice(0, count), ends: undefined });
    edgesOf.push(reachedLists());
    if (rivals) rivals.push(state);
    else byHash.set(hash, [state]);
    if (states.length * width > table.length) {
      const larger = new Int32Array(table.length * 2).fill(UNKNOWN);
      larger.set(table);
      table = larger;
    }
    return state;
  }

  function isSame(state: number): boolean {
    const known = states[state]?.places;
    if (known?.length !== count) return false;
    for (const place of known) if (seen[place] !== generation) return false;
    return true;
  }

  function reachedLists(): Edges {
    const symbols = new Set<number>();
    for (let index = 0; index < count; index++) {
      const label = labels[reached[index] ?? 0] ?? 0;
      const symbol = label < 0 ? symbolOfLabel(label) : undefined;
      if (symbol !== undefined) symbols.add(symbol);
    }
    return symbols.size === 0 ? NO_EDGES : [...symbols].map((symbol) => ({ symbol, state: UNKNOWN }));
  }

  function begin(): void {
    generation++;
    count = 0;
  }

  function follow(state: number, label: number): number {
    begin();
    const places = states[state]?.places;
    if (!places) return DEAD;
    for (const place of places) {
      if (labels[place] === label) reach(targets[place] ?? 0, label === SPACE);
    }
    return stateReached();
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
    if (!state) return NO_ENDS;
    state.ends ??= findEnds(state);
    return state.ends;
  }

  function findEnds({ places }: State): readonly number[] {
    begin();
    for (const place of places) {
      const label = labels[place] ?? 0;
      if (label === SPACE || label < 0) reach(place, true);
    }
    const found = new Set<number>();
    for (let index = 0; index < count; index++) {
      const label = labels[reached[index] ?? 0] ?? 0;
      if (label < 0 && symbolOfLabel(label) === undefined) found.add(sentenceOfLabel(label));
    }
    return found.size === 0 ? NO_ENDS : [...found].sort((one, other) => one - other);
  }

  function reset(): void {
    states = [{ places: new Int32Array(), ends: NO_EDGES }];
    edgesOf = [NO_EDGES];
    byHash = new Map();
    table = new Int32Array(width * 1024).fill(UNKNOWN);
    table.fill(DEAD, 0, width);
    begin();
    for (const place of begins) reach(place, false);
    first = stateReached();
  }

  function unfold(limit: number): void {
    for (let state = first; state < states.length && states.length < limit; state++) {
      for (const place of states[state]?.places ?? []) {
        const label = labels[place] ?? 0;
        if (label > 0) step(state, label);
      }
      listEdges(state);
      ends(state);
    }
  }

  reset();
  return {
    start: () => first,
    step,
    listEdges,
    hasLetters: (state) => states[state]?.places.some((place) => (labels[place] ?? 0) > SPACE) ?? false,
    ends,
    trim() {
      if (states.length > maxStates) reset();
    },
    unfold,
    size: () => states.length,
  };
}
