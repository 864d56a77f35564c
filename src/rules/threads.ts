import type { Capture, Weight } from './reading.ts';

/** One way to read a text so far. It is moved along in place: whoever keeps one keeps a copy. */
export interface Thread extends Weight {
  state: number;
  literal: number;
  readonly captures: Chain | undefined;
}

interface Chain {
  readonly capture: Capture;
  readonly before: Chain | undefined;
}

/** Ways that lead to the same state with other values in the slots. One was too few for things called the same. */
const KEPT = 4;

/** A copy of a thread in another state, with what it took on its way there. */
export function branch(
  { literal, listed, wild, split, captures }: Thread,
  state: number,
  took?: { readonly capture: Capture; readonly letters: number; readonly splits?: boolean },
): Thread {
  if (!took) return { state, literal, listed, wild, split, captures };
  const { capture, letters, splits } = took;
  const isWild = capture.meaning === undefined;
  return {
    state,
    literal,
    listed: isWild ? listed : listed + letters,
    wild: isWild ? wild + letters : wild,
    split: splits ? split + 1 : split,
    captures: { capture, before: captures },
  };
}

/** Adds a thread, unless there are better ones enough in the same state. */
export function addThread(threads: Thread[], thread: Thread): void {
  let inState = 0;
  let worst = -1;
  for (let index = 0; index < threads.length; index++) {
    const rival = threads[index];
    if (rival?.state !== thread.state) continue;
    if (isSameChain(rival.captures, thread.captures)) {
      if (isBetter(thread, rival)) threads[index] = thread;
      return;
    }
    inState++;
    const last = threads[worst];
    if (!last || isBetter(last, rival)) worst = index;
  }
  if (inState < KEPT) {
    threads.push(thread);
    return;
  }
  const last = threads[worst];
  if (last && isBetter(thread, last)) threads[worst] = thread;
}

/**
 * Fewer characters left to wildcards, then fewer words taken apart, then more words of the sentence itself, then more of
 * its lists: "Bijkeuken" is that room where there is one, and "bij" the "Keuken" where there is not.
 */
export function isBetter(one: Weight, other: Weight): boolean {
  if (one.wild !== other.wild) return one.wild < other.wild;
  if (one.split !== other.split) return one.split < other.split;
  if (one.literal !== other.literal) return one.literal > other.literal;
  return one.listed > other.listed;
}

export function capturesOf({ captures }: Thread): Capture[] {
  const inOrder: Capture[] = [];
  for (let link = captures; link; link = link.before) inOrder.push(link.capture);
  return inOrder.reverse();
}

function isSameChain(one: Chain | undefined, other: Chain | undefined): boolean {
  let [left, right] = [one, other];
  while (left !== right) {
    if (!left || !right || !isSameCapture(left.capture, right.capture)) return false;
    [left, right] = [left.before, right.before];
  }
  return true;
}

function isSameCapture(one: Capture, other: Capture): boolean {
  return (
    one.slot === other.slot && one.from === other.from && one.to === other.to && isSameMeaning(one, other)
  );
}

function isSameMeaning({ meaning: one }: Capture, { meaning: other }: Capture): boolean {
  if (one === other) return true;
  return one?.kind === 'value' && other?.kind === 'value' && one.value === other.value;
}
