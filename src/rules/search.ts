import { DEAD } from './lazy-automaton.ts';
import type { ListMeaning } from './list-table.ts';
import type { CompiledSentence, SentenceAutomaton } from './sentence-automaton.ts';
import { SPACE } from './sentence-network.ts';
import type { SpokenText } from './spoken-text.ts';
import { addThread, capturesOf, isBetter, type Thread } from './threads.ts';

/** What filled a slot. `from` and `to` count characters of the spoken text. */
export interface Capture {
  readonly slot: string;
  readonly from: number;
  readonly to: number;
  /** Absent for a wildcard: the words themselves. */
  readonly meaning?: ListMeaning;
  /** True for a wildcard before which no word of the sentence was said. */
  readonly unled?: boolean;
}

/** A sentence that fits a whole text, with what its characters went to. */
export interface Reading {
  readonly compiled: CompiledSentence;
  readonly captures: readonly Capture[];
  readonly weight: Weight;
}

/** Characters of a text by what they matched. */
export interface Weight {
  readonly literal: number;
  readonly listed: number;
  readonly wild: number;
  readonly skipped: number;
}

interface OpenWildcard {
  readonly thread: Thread;
  readonly from: number;
  readonly slot: string;
  readonly state: number;
}

const NOTHING = { literal: 0, listed: 0, wild: 0, skipped: 0, captures: undefined };

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
  const wildcards = new Map<number, OpenWildcard>();
  let furthest = 0;
  let threads: Thread[] = [{ ...NOTHING, state: states.start() }];

  function arrive(at: number, thread: Thread): void {
    const here = arrivals[at];
    if (here) here.push(thread);
    else arrivals[at] = [thread];
    furthest = Math.max(furthest, at);
  }

  function openWildcard(
    thread: Thread,
    { at, slot, state }: { at: number; slot: string; state: number },
  ): void {
    const rival = wildcards.get(state);
    const soFar = rival && {
      ...rival.thread,
      wild: rival.thread.wild + spoken.letters(rival.from, at),
    };
    if (!soFar || isBetter(thread, soFar)) wildcards.set(state, { thread, from: at, slot, state });
  }

  function readLists(thread: Thread, at: number): void {
    for (const { symbol, state } of states.listEdges(thread.state)) {
      if (state === DEAD) continue;
      const { slot, isWildcard } = lists.symbols[symbol] ?? { slot: '', isWildcard: false };
      if (isWildcard) {
        openWildcard(thread, { at, slot, state });
        continue;
      }
      for (const { meaning, end } of find(symbol, at)) {
        const capture: Capture = { slot, from: at, to: end, meaning };
        arrive(end, {
          ...thread,
          state,
          listed: thread.listed + spoken.letters(at, end),
          captures: { capture, before: thread.captures },
        });
      }
    }
  }

  function closeWildcards(at: number): void {
    for (const { thread, from, slot, state } of wildcards.values()) {
      if (from >= at) continue;
      const unled = thread.literal === 0;
      const capture: Capture = { slot, from, to: at, ...(unled && { unled }) };
      addThread(threads, {
        ...thread,
        state,
        wild: thread.wild + spoken.letters(from, at),
        captures: { capture, before: thread.captures },
      });
    }
  }

  for (let at = 0; at < text.length; at++) {
    const label = labelOf(text.charCodeAt(at));
    const isSpace = label === SPACE;
    for (const thread of arrivals[at] ?? []) addThread(threads, thread);
    arrivals[at] = undefined;
    if (wildcards.size > 0 && (isSpace || !spaced)) closeWildcards(at);
    if (threads.length === 0) {
      if (wildcards.size === 0 && furthest <= at) return [];
      continue;
    }
    const skips = isSpace || !spaced ? skipLengths(text, at) : [];
    const next: Thread[] = [];
    for (const thread of threads) {
      if (!isSpace) readLists(thread, at);
      for (const length of skips) {
        arrive(at + length, { ...thread, skipped: thread.skipped + spoken.letters(at, at + length) });
      }
      const state = states.step(thread.state, label);
      if (state === DEAD) continue;
      if (isSpace) addThread(next, { ...thread, state });
      else next.push({ ...thread, state, literal: thread.literal + 1 });
    }
    threads = next;
  }
  for (const thread of arrivals[text.length] ?? []) addThread(threads, thread);
  closeWildcards(text.length);
  return completed(automaton, threads);
}

/** The best reading of each sentence that is complete, and those that are as good. */
function completed({ states, sentences }: SentenceAutomaton, threads: readonly Thread[]): Reading[] {
  const best = new Map<number, Reading[]>();
  for (const thread of threads) {
    const captures = capturesOf(thread);
    for (const number of states.ends(thread.state)) {
      const compiled = sentences[number];
      const admitted = compiled && admittedCaptures(captures, compiled);
      if (!admitted) continue;
      const rivals = best.get(number);
      const [rival] = rivals ?? [];
      const reading = { compiled, captures: admitted, weight: thread };
      if (!rivals || !rival || isBetter(thread, rival.weight)) best.set(number, [reading]);
      else if (!isBetter(rival.weight, thread)) rivals.push(reading);
    }
  }
  return [...best.values()].flat();
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
