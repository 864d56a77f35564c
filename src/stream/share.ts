/**
 * How many of several input streams this process owns. Replicas share them out by asking each other: whoever has at least
 * two less than an owner asks it for a stream, and gets it as soon as what is in work there is done. One at a time, so that
 * nobody is given more than a fair share by several at once.
 */
export interface Share {
  /** What this process owns now. */
  count(): number;
  /** Told when it becomes the owner of one more. */
  owns(): Holding;
  /** Whether it is the turn of a stream to be asked for. */
  mayAsk(stream: string): boolean;
  /** Nobody has to be asked for that stream: it is the next one's turn. */
  passes(stream: string): void;
}

/** One of the streams that are owned. */
interface Holding {
  /**
   * Whether to give it up to somebody who has so many.
   *
   * @returns false where that would be no fairer, or another one is being given up
   */
  gives(askerHas: number): boolean;
  /** It is owned no longer. */
  ends(): void;
}

/** By so many more an owner has to have: with less, a handover would only change sides. */
export const WORTH_GIVING = 2;

/**
 * @param turnMs for how long one stream is asked for, before it is the turn of the next
 * @param now milliseconds by the monotonic clock
 */
export function createShare({ turnMs, now }: { turnMs: number; now: () => number }): Share {
  let owned = 0;
  let given: Holding | undefined;
  let turn: { readonly stream: string; readonly endsAt: number } | undefined;

  return {
    count: () => owned,
    owns() {
      owned += 1;
      turn = undefined;
      const holding: Holding = {
        gives(askerHas) {
          if (given || owned - askerHas < WORTH_GIVING) return false;
          given = holding;
          return true;
        },
        ends() {
          owned -= 1;
          if (given === holding) given = undefined;
        },
      };
      return holding;
    },
    mayAsk(stream) {
      if (!turn || turn.endsAt <= now()) turn = { stream, endsAt: now() + turnMs };
      return turn.stream === stream;
    },
    passes(stream) {
      if (turn?.stream === stream) turn = undefined;
    },
  };
}
