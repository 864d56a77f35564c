/** How long one try may take. */
export interface Pace {
  /** @param remainingMs until the deadline; @param triesLeft this one included */
  timeout(remainingMs: number, triesLeft: number): number;
  answered(ms: number): void;
  /** @param ms how long was waited in vain */
  timedOut(ms: number): void;
}

const PATIENCE = 2;
const NEWEST = 0.2;

/**
 * What remains, shared out among the tries that are left. A model that is known to take longer gets twice its usual time:
 * cutting off each of its answers in turn would pay for all of them and get none.
 *
 * @param limitMs how long a try may take at most
 */
export function createPace(limitMs: number): Pace {
  let usual = 0;
  return {
    timeout: (remainingMs, triesLeft) =>
      Math.min(remainingMs, limitMs, Math.max(remainingMs / triesLeft, PATIENCE * usual)),
    answered(ms) {
      usual = usual === 0 ? ms : usual + NEWEST * (ms - usual);
    },
    timedOut(ms) {
      usual = Math.min(limitMs, Math.max(usual, ms));
    },
  };
}
