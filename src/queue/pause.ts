import type { Clock } from '../clock.ts';

/** Keeps everybody from asking while models are out. */
export interface Pause {
  /** Milliseconds until somebody may ask again; 0: now. */
  left(): number;
  /** Nobody was answered since the pause began: one alone tries. */
  readonly isTrying: boolean;
  /** Somebody could not be answered. */
  begin(): void;
  /** Somebody was answered. */
  end(): void;
}

const FIRST_MS = 250;
const LONGEST_MS = 5000;

/** Each pause is twice as long as the last one, up to a limit. */
export function createPause(clock: Pick<Clock, 'monotonic'>): Pause {
  let lengthMs = 0;
  let until = 0;
  const left = (): number => Math.max(0, until - clock.monotonic());
  return {
    left,
    get isTrying() {
      return lengthMs > 0;
    },
    begin() {
      // Those that were under way together fail together.
      if (left() > 0) return;
      lengthMs = Math.min(Math.max(FIRST_MS, lengthMs * 2), LONGEST_MS);
      until = clock.monotonic() + lengthMs;
    },
    end() {
      lengthMs = 0;
      until = 0;
    },
  };
}
