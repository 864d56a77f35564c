import type { Clock } from '../clock.ts';

/** A place in the line. */
interface Place {
  /**
   * Waits until it is worth trying again: this place is the first, and something was settled here or a moment passed.
   *
   * @param deadline by the monotonic clock, in milliseconds
   * @returns false where the deadline came first
   * @throws the signal's reason when it is aborted first
   */
  turn(limits: { readonly deadline: number; readonly signal: AbortSignal }): Promise<boolean>;
  leave(): void;
}

/** Those for whom there is money only when others have settled, first come, first served. */
interface WaitingLine {
  join(): Place;
  /** Something was settled. */
  notice(): void;
  isEmpty(): boolean;
}

/** How often the first one looks whether another process has settled something. */
const LOOK_AGAIN_MS = 25;

/** A line for each limit: who waits for one person's money does not keep those who wait for another's. */
export function createWaitingLines(clock: Clock): {
  readonly of: (scope: string) => Pick<WaitingLine, 'join'>;
  readonly notice: () => void;
} {
  const lines = new Map<string, WaitingLine>();
  return {
    of: (scope) => ({
      join() {
        const line = lines.get(scope) ?? createWaitingLine(clock);
        lines.set(scope, line);
        const { turn, leave } = line.join();
        return {
          turn,
          leave() {
            leave();
            if (line.isEmpty() && lines.get(scope) === line) lines.delete(scope);
          },
        };
      },
    }),
    notice() {
      for (const line of lines.values()) line.notice();
    },
  };
}

/** Only the first in line asks Redis: hundreds that poll would keep it from those who settle. */
function createWaitingLine(clock: Clock): WaitingLine {
  /** Each with what wakes it, while it waits. */
  const line: { wake?: (() => void) | undefined }[] = [];

  return {
    notice: () => line[0]?.wake?.(),
    isEmpty: () => line.length === 0,
    join() {
      const place: { wake?: (() => void) | undefined } = {};
      line.push(place);
      return {
        turn: ({ deadline, signal }) =>
          new Promise((resolve, reject) => {
            const timers: NodeJS.Timeout[] = [];
            const end = (settle: () => void): void => {
              for (const timer of timers) clearTimeout(timer);
              signal.removeEventListener('abort', abort);
              place.wake = undefined;
              settle();
            };
            const abort = (): void => end(() => reject(signal.reason));
            const left = deadline - clock.monotonic();
            if (signal.aborted || left <= 0) {
              end(() => (signal.aborted ? reject(signal.reason) : resolve(false)));
              return;
            }
            signal.addEventListener('abort', abort, { once: true });
            place.wake = () => end(() => resolve(true));
            timers.push(setTimeout(() => end(() => resolve(false)), left));
            if (line[0] === place) timers.push(setTimeout(place.wake, LOOK_AGAIN_MS));
          }),
        leave() {
          const wasFirst = line[0] === place;
          const index = line.indexOf(place);
          if (index >= 0) line.splice(index, 1);
          if (wasFirst) line[0]?.wake?.();
        },
      };
    },
  };
}
