/** Lets so many in at once. */
export interface Admission {
  /**
   * @param deadline by the monotonic clock, in milliseconds: nobody waits past it
   * @returns what to call when done; or `full`
   * @throws the signal's reason when it is aborted first
   */
  enter(limits: { readonly deadline: number; readonly signal: AbortSignal }): Promise<(() => void) | 'full'>;
}

/**
 * First come, first served. Who gives up leaves the queue at once; cockatiel's bulkhead keeps them until their turn.
 *
 * @param monotonic the clock that deadlines are told by
 */
export function createAdmission(places: number, monotonic: () => number): Admission {
  let free = places;
  const waiting = new Set<() => void>();

  function leave(): void {
    const [next] = waiting;
    if (!next) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next();
  }
  /** Leaving twice would let one in too many. */
  function once(): () => void {
    let isIn = true;
    return () => {
      if (isIn) leave();
      isIn = false;
    };
  }

  return {
    enter({ deadline, signal }) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(once());
      }
      const left = deadline - monotonic();
      if (left <= 0) return Promise.resolve('full');
      return new Promise((resolve, reject) => {
        const giveUp = (): void => {
          waiting.delete(admit);
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
        };
        const admit = (): void => {
          giveUp();
          resolve(once());
        };
        const abort = (): void => {
          giveUp();
          reject(signal.reason);
        };
        const timer = setTimeout(() => {
          giveUp();
          resolve('full');
        }, left);
        signal.addEventListener('abort', abort, { once: true });
        waiting.add(admit);
      });
    },
  };
}
