/** Lets so many in at once. */
export interface Admission {
  /**
   * @param origin who asks
   * @param limits.deadline by the monotonic clock, in milliseconds: nobody waits past it
   * @returns what to call when done; or `full`
   * @throws the signal's reason when it is aborted first
   */
  enter(
    origin: string,
    limits: { readonly deadline: number; readonly signal: AbortSignal },
  ): Promise<(() => void) | 'full'>;
}

interface Origin {
  /** Places. */
  held: number;
  /** The first come first. */
  readonly waiting: Set<() => void>;
}

/**
 * No origin takes a place where it would hold more than it leaves free, so that whoever comes next need not wait for one that
 * is loud. Who waits is let in by turns: whoever's origin holds least, and of those first come, first served. Who gives up
 * leaves the queue at once; cockatiel's bulkhead keeps them until their turn.
 *
 * @param monotonic the clock that deadlines are told by
 */
export function createAdmission(places: number, monotonic: () => number): Admission {
  let free = places;
  /** Those that hold places or wait. */
  const origins = new Map<string, Origin>();

  function forgetIdle(name: string, { held, waiting }: Origin): void {
    if (held === 0 && waiting.size === 0) origins.delete(name);
  }
  const mayTake = ({ held }: Origin): boolean => free > 0 && held <= free;

  function take(name: string, origin: Origin): () => void {
    free -= 1;
    origin.held += 1;
    let isIn = true;
    return () => {
      // Leaving twice would let one in too many.
      if (!isIn) return;
      isIn = false;
      free += 1;
      origin.held -= 1;
      forgetIdle(name, origin);
      admitNext();
    };
  }

  function admitNext(): void {
    let next: Origin | undefined;
    for (const origin of origins.values()) {
      const isNext = origin.waiting.size > 0 && mayTake(origin) && (!next || origin.held < next.held);
      if (isNext) next = origin;
    }
    const [admit] = next?.waiting ?? [];
    if (!admit) return;
    admit();
    // Now that somebody else has one, an origin may be below its share again; and places may be left.
    admitNext();
  }

  return {
    enter(name, { deadline, signal }) {
      if (signal.aborted) return Promise.reject(signal.reason);
      const origin = origins.get(name) ?? { held: 0, waiting: new Set() };
      if (origin.waiting.size === 0 && mayTake(origin)) {
        origins.set(name, origin);
        return Promise.resolve(take(name, origin));
      }
      const left = deadline - monotonic();
      if (left <= 0) return Promise.resolve('full');
      origins.set(name, origin);
      return new Promise((resolve, reject) => {
        const giveUp = (): void => {
          origin.waiting.delete(admit);
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
        };
        const admit = (): void => {
          giveUp();
          resolve(take(name, origin));
        };
        const abort = (): void => {
          giveUp();
          forgetIdle(name, origin);
          reject(signal.reason);
        };
        const timer = setTimeout(() => {
          giveUp();
          forgetIdle(name, origin);
          resolve('full');
        }, left);
        signal.addEventListener('abort', abort, { once: true });
        origin.waiting.add(admit);
      });
    },
  };
}
