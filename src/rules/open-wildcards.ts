import { DEAD } from './lazy-automaton.ts';
import type { SentenceAutomaton } from './sentence-automaton.ts';
import { SPACE, SPACE_CODE } from './sentence-network.ts';
import type { SpokenText } from './spoken-text.ts';
import { addThread, branch, isBetter, type Thread } from './threads.ts';

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

/** The wildcards that have begun in a text and may end at any word of it: of those that go on alike, the best. */
export interface OpenWildcards {
  areOpen(): boolean;
  open(thread: Thread, at: number, wildcard: Pick<OpenWildcard, 'slot' | 'words' | 'state'>): void;
  /** Ends those that may end here, and stay open all the same. @param threads where the sentences go on */
  close(at: number, threads: Thread[]): void;
}

export function createOpenWildcards(
  { states, labelOf, spaced, skipLengths }: SentenceAutomaton,
  spoken: SpokenText,
): OpenWildcards {
  const { text } = spoken;
  const wildcards: OpenWildcard[] = [];
  let mayJoin = !spaced;

  function open(
    thread: Thread,
    at: number,
    { slot, words, state }: Pick<OpenWildcard, 'slot' | 'words' | 'state'>,
  ): void {
    const known = wildcards.findIndex((other) => other.state === state);
    const rival = wildcards[known];
    const soFar = rival && { ...rival.thread, wild: rival.thread.wild + spoken.letters(rival.from, at) };
    if (soFar && !isBetter(thread, soFar)) return;
    const joins = states.hasLetters(state);
    const opened = { thread: branch(thread, thread.state), from: at, slot, words, state, joins };
    if (joins) mayJoin = true;
    if (known < 0) wildcards.push(opened);
    else wildcards[known] = opened;
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

  function close(at: number, threads: Thread[]): void {
    if (wildcards.length === 0) return;
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

  return { areOpen: () => wildcards.length > 0, open, close };
}
