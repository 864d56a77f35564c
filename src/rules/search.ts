import { DEAD } from './lazy-automaton.ts';
import type { Capture, Reading } from './reading.ts';
import type { CompiledSentence, SentenceAutomaton } from './sentence-automaton.ts';
import { SPACE, SPACE_CODE } from './sentence-network.ts';
import type { SpokenText } from './spoken-text.ts';
import { addThread, branch, capturesOf, isBetter, type Thread } from './threads.ts';

interface OpenWildcard {
  readonly thread: Thread;
  readonly from: number;
  readonly slot: string;
  /** How many words it takes at most. */
  readonly words: number | undefined;
  readonly state: number;
  /** True where the sentence may go on inside a word. */
  readonly joins: boolean;
}

/**
 * Finds every sentence that fits the whole text. One pass over its characters with the best few threads of each state,
 * so that the work is bounded whatever the text, and does not grow with the sentences.
 */
export function searchSentences(automaton: SentenceAutomaton, spoken: SpokenText): Reading[] {
  const { states, lists, labelOf, spaced, skipLengths } = automaton;
  const { text } = spoken;
  states.trim();
  const find = lists.finderFor(spoken);
  const arrivals: (Thread[] | undefined)[] = [];
  const wildcards: OpenWildcard[] = [];
  let mayJoin = !spaced;
  let furthest = 0;
  let threads: Thread[] = [
    { state: states.start(), literal: 0, listed: 0, wild: 0, skipped: 0, split: 0, captures: undefined },
  ];

  function arrive(at: number, thread: Thread): void {
    const here = arrivals[at];
    if (here) here.push(thread);
    else arrivals[at] = [thread];
    if (at > furthest) furthest = at;
  }

  function openWildcard(
    thread: Thread,
    at: number,
    { slot, words, state }: Pick<OpenWildcard, 'slot' | 'words' | 'state'>,
  ): void {
    const known = wildcards.findIndex((open) => open.state === state);
    const rival = wildcards[known];
    const soFar = rival && { ...rival.thread, wild: rival.thread.wild + spoken.letters(rival.from, at) };
    if (soFar && !isBetter(thread, soFar)) return;
    const joins = states.hasLetters(state);
    const opened = { thread: branch(thread, thread.state, undefined), from: at, slot, words, state, joins };
    if (joins) mayJoin = true;
    if (known < 0) wildcards.push(opened);
    else wildcards[known] = opened;
  }

  function readLists(thread: Thread, at: number): void {
    const edges = states.listEdges(thread.state);
    const splits = spaced && text.charCodeAt(at - 1) !== SPACE_CODE;
    for (let index = 0; index < edges.length; index++) {
      const edge = edges[index];
      const symbol = lists.symbols[edge?.symbol ?? -1];
      if (!edge || !symbol) continue;
      const { slot, words } = symbol;
      if (symbol.isWildcard) {
        openWildcard(thread, at, { slot, words, state: edge.state });
        continue;
      }
      for (const { meaning, end } of find(edge.symbol, at)) {
        const capture: Capture = { slot, from: at, to: end, meaning };
        arrive(end, branch(thread, edge.state, { capture, letters: spoken.letters(at, end), splits }));
      }
    }
  }

  /** True where a sentence can go on behind a wildcard; inside a word, which it may join, with its own text only. */
  function goesOn(state: number, at: number): boolean {
    if (at === text.length) return states.ends(state).length > 0;
    const label = labelOf(text.charCodeAt(at));
    const behind = states.step(state, label);
    if (!spaced) return behind !== DEAD || states.listEdges(state).length > 0;
    if (behind === DEAD || label !== SPACE) return behind !== DEAD;
    if (states.listEdges(behind).length > 0) return true;
    return states.step(behind, labelOf(text.charCodeAt(at + 1))) !== DEAD;
  }

  function closeWildcards(at: number): void {
    const isEdge = !spaced || at === text.length || text.charCodeAt(at) === SPACE_CODE;
    // Inside a word; not at its start, where the wildcard would take the space before it.
    if (!isEdge && (!mayJoin || text.charCodeAt(at - 1) === SPACE_CODE)) return;
    const skips = isEdge && skipLengths(text, at).length > 0;
    for (const { thread, from, slot, words, state, joins } of wildcards) {
      if (from >= at || !(isEdge || joins)) continue;
      if (!skips && !goesOn(state, at)) continue;
      const letters = spoken.letters(from, at);
      // One word more than there are spaces; who writes none has no words to count.
      if (words !== undefined && spaced && at - from - letters >= words) continue;
      const capture = {
        slot,
        from,
        to: at,
        ...(thread.literal === 0 && { unled: true }),
        ...(words !== undefined && { limited: true }),
      };
      addThread(threads, branch(thread, state, { capture, letters }));
    }
  }

  function arriveAll(at: number): void {
    const here = arrivals[at];
    if (here) for (const thread of here) addThread(threads, thread);
  }

  function skip(at: number): void {
    for (const length of skipLengths(text, at)) {
      const skipped = spoken.letters(at, at + length);
      for (const thread of threads) arrive(at + length, branch(thread, thread.state, { skipped }));
    }
  }

  /** Moves all threads over a character; those that come together behind a space are compared. */
  function move(label: number): void {
    const before = threads;
    if (label === SPACE) threads = [];
    let kept = 0;
    for (const thread of before) {
      const state = states.step(thread.state, label);
      if (state === DEAD) continue;
      thread.state = state;
      if (label === SPACE) addThread(threads, thread);
      else {
        thread.literal++;
        before[kept++] = thread;
      }
    }
    if (label !== SPACE) before.length = kept;
  }

  for (let at = 0; at < text.length; at++) {
    const label = labelOf(text.charCodeAt(at));
    const isSpace = label === SPACE;
    arriveAll(at);
    if (wildcards.length > 0) closeWildcards(at);
    if (threads.length === 0) {
      if (wildcards.length === 0 && furthest <= at) return [];
      continue;
    }
    if (!isSpace) {
      for (const thread of threads) if (states.listEdges(thread.state).length > 0) readLists(thread, at);
    }
    if (isSpace || !spaced) skip(at);
    move(label);
  }
  arriveAll(text.length);
  closeWildcards(text.length);
  return completed(automaton, threads);
}

/**
 * The best reading of each sentence that is complete, and those that are as good; of readings without the name of a
 * thing and by the names of other things the best of each, for `(lamp|{name})` and `{name} [in {area}]`: which is meant is
 * told by where it stands.
 */
function completed({ states, sentences }: SentenceAutomaton, threads: readonly Thread[]): Reading[] {
  const best = new Map<CompiledSentence, Map<string, Reading[]>>();
  for (const thread of threads) {
    const captures = capturesOf(thread);
    const named = captures
      .flatMap(({ meaning }) => (meaning?.kind === 'entities' ? meaning.entities : []))
      .join();
    let before: CompiledSentence['rule'] | undefined;
    for (const number of states.ends(thread.state)) {
      const compiled = sentences[number];
      // Other sentences of the rule say the same of these words.
      if (compiled?.rule === before) continue;
      before = compiled?.rule;
      const admitted = compiled && admittedCaptures(captures, compiled);
      if (!admitted) continue;
      const byName = best.get(compiled) ?? new Map<string, Reading[]>();
      best.set(compiled, byName);
      const rivals = byName.get(named);
      const [rival] = rivals ?? [];
      const reading = { compiled, captures: admitted, weight: thread };
      if (!rivals || !rival || isBetter(thread, rival.weight)) byName.set(named, [reading]);
      else if (!isBetter(rival.weight, thread)) rivals.push(reading);
    }
  }
  return Array.from(best.values(), (byName) => [...byName.values()].flat()).flat();
}

function admittedCaptures(captures: readonly Capture[], { admit }: CompiledSentence): Capture[] | undefined {
  const admitted: Capture[] = [];
  for (const capture of captures) {
    const meaning = capture.meaning && admit(capture.meaning);
    if (capture.meaning && !meaning) return undefined;
    admitted.push(meaning && meaning !== capture.meaning ? { ...capture, meaning } : capture);
  }
  return admitted;
}
