import type { Word } from '../language/words.ts';
import type { ListMeaning, ListReader, ListReading } from './list-readers.ts';
import type { CompiledSentence, WordAutomaton } from './word-automaton.ts';

/** What filled a slot. `from` and `to` count words. */
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

interface Thread extends Weight {
  readonly captures: Chain | undefined;
}
interface Chain {
  readonly capture: Capture;
  readonly before: Chain | undefined;
}
interface OpenWildcard {
  readonly thread: Thread;
  readonly from: number;
  readonly slot: string;
  readonly to: number;
}

const NOTHING: Thread = { literal: 0, listed: 0, wild: 0, skipped: 0, captures: undefined };

/**
 * Finds every sentence that fits all the words. One pass over the words; each state keeps its best thread only, so
 * the work is bounded by words × states, whatever the text.
 */
export function searchSentences(automaton: WordAutomaton, words: readonly Word[]): Reading[] {
  const { states, start, sentences } = automaton;
  const folded = words.map((word) => word.folded);
  const active: (Map<number, Thread> | undefined)[] = [new Map([[start, NOTHING]])];
  const wildcards = new Map<number, OpenWildcard>();
  const readList = rememberLists(folded);
  const lengths = lengthsOf(folded);

  function advance(position: number, state: number, thread: Thread): void {
    active[position] ??= new Map();
    const threads = active[position];
    const rival = threads.get(state);
    if (!rival || isBetter(thread, rival)) threads.set(state, thread);
  }

  let furthest = 0;
  for (let at = 0; at < folded.length; at++) {
    const word = folded[at] ?? '';
    const length = word.length;
    const skips = active[at] ? skipLengths(automaton, folded, at) : [];
    for (const [number, thread] of active[at] ?? []) {
      const state = states[number];
      if (!state) continue;
      for (const to of state.words.get(word) ?? []) {
        advance(at + 1, to, { ...thread, literal: thread.literal + length });
      }
      for (const { reader, slot, to } of state.lists) {
        for (const { meaning, length: taken } of readList(reader, at)) {
          const capture = { slot, from: at, to: at + taken, meaning };
          advance(at + taken, to, {
            ...thread,
            listed: thread.listed + lengths(at, at + taken),
            captures: { capture, before: thread.captures },
          });
          furthest = Math.max(furthest, at + taken);
        }
      }
      for (const { id, slot, to } of state.wildcards) {
        const rival = wildcards.get(id);
        const soFar = rival && { ...rival.thread, wild: rival.thread.wild + lengths(rival.from, at) };
        if (!soFar || isBetter(thread, soFar)) wildcards.set(id, { thread, from: at, slot, to });
      }
      for (const taken of skips) {
        advance(at + taken, number, { ...thread, skipped: thread.skipped + lengths(at, at + taken) });
        furthest = Math.max(furthest, at + taken);
      }
    }
    for (const { thread, from, slot, to } of wildcards.values()) {
      const unled = thread.literal === 0;
      const capture: Capture = { slot, from, to: at + 1, ...(unled && { unled }) };
      advance(at + 1, to, {
        ...thread,
        wild: thread.wild + lengths(from, at + 1),
        captures: { capture, before: thread.captures },
      });
    }
    active[at] = undefined;
    if (active[at + 1] === undefined && wildcards.size === 0 && furthest <= at + 1) return [];
  }

  const best = new Map<number, Thread>();
  for (const [number, thread] of active[folded.length] ?? []) {
    for (const sentence of states[number]?.ends ?? []) {
      const rival = best.get(sentence);
      if (!rival || isBetter(thread, rival)) best.set(sentence, thread);
    }
  }
  return [...best].flatMap(([number, thread]) => {
    const compiled = sentences[number];
    const { captures, ...weight } = thread;
    return compiled ? [{ compiled, captures: inOrder(captures), weight }] : [];
  });
}

/** Fewer characters left to wildcards, then more words of the sentence itself, then more of its lists. */
function isBetter(one: Weight, other: Weight): boolean {
  if (one.wild !== other.wild) return one.wild < other.wild;
  if (one.literal !== other.literal) return one.literal > other.literal;
  return one.listed > other.listed;
}

/** Asks each list once a word. */
function rememberLists(folded: readonly string[]) {
  const remembered = new Map<ListReader, (readonly ListReading[])[]>();
  return (reader: ListReader, at: number): readonly ListReading[] => {
    let found = remembered.get(reader);
    if (!found) {
      found = [];
      remembered.set(reader, found);
    }
    found[at] ??= reader(folded, at);
    return found[at];
  };
}

/** Characters of the words from one to before another, in constant time. */
function lengthsOf(folded: readonly string[]): (from: number, to: number) => number {
  const sums = [0];
  for (const word of folded) sums.push((sums.at(-1) ?? 0) + word.length);
  return (from, to) => (sums[to] ?? 0) - (sums[from] ?? 0);
}

function skipLengths({ skips }: WordAutomaton, folded: readonly string[], at: number): number[] {
  return (skips.get(folded[at] ?? '') ?? [])
    .filter((phrase) => phrase.every((word, index) => folded[at + index] === word))
    .map((phrase) => phrase.length);
}

function inOrder(chain: Chain | undefined): Capture[] {
  const captures: Capture[] = [];
  for (let link = chain; link; link = link.before) captures.push(link.capture);
  return captures.reverse();
}
