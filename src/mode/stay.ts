import { isCheaper, type Mode } from '../intent/mode.ts';

/** Follows what is wanted: into a cheaper mode at once, and back only when it has not been wanted for a while. */
export interface Stay {
  held(): Mode;
  /**
   * @param now by the monotonic clock, in milliseconds
   * @returns what is held from now on
   */
  follow(wanted: Mode, now: number): Mode;
  /** Milliseconds that what is held will be held at least; 0 for `full`. */
  left(now: number): number;
}

/**
 * What comes back soon after it was over has to be gone twice as long the next time: a signal that swings slowly would
 * turn the mode over and over.
 *
 * @param minimumMs how long a cheaper mode has to be unwanted before it ends
 * @param longestMs what that grows to; a cause that comes back later than this is a new one
 */
export function createStay({ minimumMs, longestMs }: { minimumMs: number; longestMs: number }): Stay {
  let held: Mode = 'full';
  let stayMs = minimumMs;
  let wantedAt = 0;
  /** When a cheaper mode was left; undefined once that was answered by the next one. */
  let endedAt: number | undefined;

  return {
    held: () => held,
    follow(wanted, now) {
      if (isCheaper(held, wanted)) {
        if (now - wantedAt < stayMs) return held;
        endedAt = now;
        held = wanted;
      } else if (isCheaper(wanted, held)) {
        if (endedAt !== undefined) {
          const isBack = now - endedAt < longestMs;
          stayMs = isBack ? Math.min(2 * stayMs, Math.max(longestMs, minimumMs)) : minimumMs;
        }
        endedAt = undefined;
        held = wanted;
      }
      wantedAt = now;
      return held;
    },
    left: (now) => (held === 'full' ? 0 : Math.max(0, wantedAt + stayMs - now)),
  };
}
