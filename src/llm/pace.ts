/** How long one model may take: what it is given depends on how it did before. */
export interface Pace {
  /**
   * Its part of the time that is left.
   *
   * @param behind how many may be asked after it
   */
  share(remainingMs: number, behind: number): number;
  /** How long one try may take. @param remainingMs of its share; @param triesLeft this one included */
  timeout(remainingMs: number, triesLeft: number): number;
  answered(ms: number): void;
  /**
   * @param ms how long was waited in vain
   * @returns whether that says that it is out: it had all the time that it can be given, or has not answered since it had
   */
  timedOut(ms: number, behind: number): boolean;
}

const PATIENCE = 2;
const NEWEST = 0.2;
/** Milliseconds that each of those behind keeps at least. */
const KEPT_MS = 400;
/** So often in a row without an answer in all the time there is: a single one is lost now and then. */
const SILENT = 2;
/** Whatever happened before a model is asked has taken a little of its time. */
const ALMOST = 0.9;

/**
 * A model that is known to take longer gets twice its usual time, as far as those behind it keep a little: cutting off each
 * of its answers in turn would pay for all of them and get none. One that was cut off is given twice as long the next time,
 * until it has had all there is; then it is taken for silent, and gets no more than an equal part until it answers.
 *
 * @param limitMs how long a try may take at most
 * @param deadlineMs how long all models together have, usually
 */
export function createPace({ limitMs, deadlineMs }: { limitMs: number; deadlineMs: number }): Pace {
  let usual = 0;
  /** What was waited in vain since the last answer. */
  let inVain = 0;
  let silent = 0;

  const wanted = (): number => Math.min(limitMs, PATIENCE * Math.max(usual, inVain));
  const equal = (remainingMs: number, behind: number): number => remainingMs / (behind + 1);
  const longest = (behind: number): number =>
    Math.min(limitMs, Math.max(equal(deadlineMs, behind), deadlineMs - KEPT_MS * behind));

  return {
    share(remainingMs, behind) {
      const least = equal(remainingMs, behind);
      return silent >= SILENT ? least : Math.max(least, Math.min(wanted(), remainingMs - KEPT_MS * behind));
    },
    timeout: (remainingMs, triesLeft) =>
      Math.min(remainingMs, limitMs, Math.max(remainingMs / triesLeft, wanted())),
    answered(ms) {
      usual = usual === 0 ? ms : usual + NEWEST * (ms - usual);
      inVain = 0;
      silent = 0;
    },
    timedOut(ms, behind) {
      inVain = Math.max(inVain, ms);
      const hadAll = ms >= ALMOST * longest(behind);
      if (hadAll) silent += 1;
      return hadAll || silent >= SILENT;
    },
  };
}
