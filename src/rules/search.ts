import { completeReadings } from './complete-readings.ts';
import { DEAD } from './lazy-automaton.ts';
import { createOpenWildcards } from './open-wildcards.ts';
import type { Capture, Reading } from './reading.ts';
import type { SentenceAutomaton } from './sentence-automaton.ts';
import { SPACE, SPACE_CODE } from './sentence-network.ts';
import type { SpokenText } from './spoken-text.ts';
import { addThread, branch, type Thread } from './threads.ts';

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
  const wildcards = createOpenWildcards(automaton, spoken);
  let furthest = 0;
  let threads: Thread[] = [
    { state: states.start(), literal: 0, listed: 0, wild: 0, split: 0, captures: undefined },
  ];

  function arrive(at: number, thread: Thread): void {
    const here = arrivals[at];
    if (here) here.push(thread);
    else arrivals[at] = [thread];
    if (at > furthest) furthest = at;
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
        wildcards.open(thread, at, { slot, words, state: edge.state });
        continue;
      }
      for (const { meaning, end } of find(edge.symbol, at)) {
        const capture: Capture = { slot, from: at, to: end, meaning };
        arrive(end, branch(thread, edge.state, { capture, letters: spoken.letters(at, end), splits }));
      }
    }
  }

  function arriveAll(at: number): void {
    const here = arrivals[at];
    if (here) for (const thread of here) addThread(threads, thread);
  }

  function skip(at: number): void {
    for (const length of skipLengths(text, at)) {
      for (const thread of threads) arrive(at + length, branch(thread, thread.state));
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
    wildcards.close(at, threads);
    if (threads.length === 0) {
      if (!wildcards.areOpen() && furthest <= at) return [];
      continue;
    }
    if (!isSpace) {
      for (const thread of threads) if (states.listEdges(thread.state).length > 0) readLists(thread, at);
    }
    if (isSpace || !spaced) skip(at);
    move(label);
  }
  arriveAll(text.length);
  wildcards.close(text.length, threads);
  return completeReadings(automaton, threads);
}
