/**
 * Where those wait whose limit is about to be free again: so many at most, of all origins together. Who comes when it is
 * full takes the place of the last one of the origin with the most in it, so that none can fill it alone.
 */
export interface FairLine {
  readonly length: number;
  /**
   * @returns `turn` when so many milliseconds have passed; `crowded` as soon as there is no place, or no longer one
   * @throws the signal's reason when it is aborted first
   */
  wait(origin: string, ms: number, signal: AbortSignal): Promise<'turn' | 'crowded'>;
}

/** @param most who may wait at once */
export function createFairLine(most: number): FairLine {
  /** By origin, what sends each one away; the oldest first. */
  const waiting = new Map<string, Set<() => void>>();
  let length = 0;

  /** Somebody gives way only to an origin that has fewer in the line even after that. */
  function makePlace(origin: string): boolean {
    if (length < most) return true;
    const [longest] = [...waiting.values()].sort((one, other) => other.size - one.size);
    const isLonger = longest !== undefined && longest.size > (waiting.get(origin)?.size ?? 0) + 1;
    if (isLonger) [...longest].at(-1)?.();
    return isLonger;
  }

  return {
    get length() {
      return length;
    },
    async wait(origin, ms, signal) {
      signal.throwIfAborted();
      if (!makePlace(origin)) return 'crowded';
      return new Promise((resolve, reject) => {
        const own = waiting.get(origin) ?? new Set();
        function leave(): void {
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
          own.delete(sendAway);
          if (own.size === 0) waiting.delete(origin);
          length -= 1;
        }
        function sendAway(): void {
          leave();
          resolve('crowded');
        }
        function abort(): void {
          leave();
          reject(signal.reason);
        }
        const timer = setTimeout(() => {
          leave();
          resolve('turn');
        }, ms);
        signal.addEventListener('abort', abort, { once: true });
        waiting.set(origin, own.add(sendAway));
        length += 1;
      });
    },
  };
}
