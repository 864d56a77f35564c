/** A request as whoever works on the queue sees it. */
export interface Waiting {
  /** Of the stream: who came first has the lower one. */
  readonly entryId: string;
  readonly queueId: string;
  readonly priority: number;
  /** Empty: behind nobody. */
  readonly lane: string;
  /** Milliseconds by the monotonic clock: then it is looked whether its time is over, which Redis knows. */
  expires: number;
  /** How often a model was asked about it. */
  attempts: number;
  /** How often it failed for a reason of its own, or took the process down. */
  failures: number;
  /** The process died while it was worked on, and others too. */
  isSuspect: boolean;
  /** How often whoever was asked about it was in trouble, since a model answered anybody. */
  troubles: number;
  /** Somebody was in trouble about it, and then a model answered another one. */
  wasOut: boolean;
  /** Milliseconds by the monotonic clock: not before. */
  notBefore: number;
}

/** Who waits, in the order in which they are to be answered. */
export interface Line {
  readonly waiting: readonly Waiting[];
  /** In the order of their entries. */
  enter(waiting: Waiting): void;
  /** Whose turn it is, which is worked on from now on; undefined: nobody's yet. */
  next(now: number): Waiting | undefined;
  /** It is worked on, whosever turn it is. */
  begin(waiting: Waiting): void;
  /** It is no longer worked on, and waits again. */
  putBack(waiting: Waiting): void;
  /** It has ended. */
  leave(waiting: Waiting): void;
  readonly inWork: number;
  isInWork(waiting: Waiting): boolean;
}

/** Milliseconds: who has to wait for longer than a talk goes on holds up nobody of the room. The limit of one person may end in hours. */
const LONGEST_HOLD_MS = 30_000;
/** Troubles in a row after which somebody else is asked about first: it might be the request after all. */
const MOST_TROUBLES = 3;

/**
 * The highest priority goes first, and of one priority who came first. Nobody of a lower priority begins while one of a higher
 * is worked on, so that they end in that order as well; two of a lane never are at once, and who has to wait for a moment holds up
 * those of the lane that came after. One that has failed before, or is suspect, is worked on alone: should it take the process
 * down, nobody else is blamed.
 */
export function createLine(): Line {
  const line: Waiting[] = [];
  const inWork = new Set<Waiting>();

  const isBefore = (one: Waiting, other: Waiting): boolean => one.priority >= other.priority;
  const isAlone = ({ failures, isSuspect }: Waiting): boolean => failures > 0 || isSuspect;
  const patience = ({ troubles }: Waiting): number => Math.floor(troubles / MOST_TROUBLES);

  function mayBegin(one: Waiting): boolean {
    if (inWork.size === 0) return true;
    return ![one, ...inWork].some(isAlone) && [...inWork].every(({ priority }) => priority <= one.priority);
  }

  return {
    waiting: line,
    get inWork() {
      return inWork.size;
    },
    isInWork: (waiting) => inWork.has(waiting),
    enter(waiting) {
      const behind = line.findLastIndex((other) => isBefore(other, waiting));
      line.splice(behind + 1, 0, waiting);
    },
    next(now) {
      const held = new Set([...inWork].map(({ lane }) => lane));
      let found: Waiting | undefined;
      for (const one of line) {
        const isHeld = inWork.has(one) || (one.lane !== '' && held.has(one.lane));
        if (one.notBefore - now <= LONGEST_HOLD_MS) held.add(one.lane);
        if (isHeld || one.notBefore > now) continue;
        if (!found || patience(one) < patience(found)) found = one;
        if (patience(found) === 0) break;
      }
      if (!found || !mayBegin(found)) return undefined;
      inWork.add(found);
      return found;
    },
    begin: (waiting) => void inWork.add(waiting),
    putBack: (waiting) => void inWork.delete(waiting),
    leave(waiting) {
      inWork.delete(waiting);
      const index = line.indexOf(waiting);
      if (index >= 0) line.splice(index, 1);
    },
  };
}
