import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  type FailureReason,
  handleWhenResult,
} from 'cockatiel';
import type { Clock } from '../clock.ts';

export type BreakerState = 'closed' | 'half_open' | 'open';

/** What a call tells about the provider. */
export type Verdict =
  | 'up'
  | 'down'
  /** Nothing: it was broken off, or never made. */
  | 'untold';

/** Keeps calls away from a provider that is out. */
export interface Breaker {
  readonly state: BreakerState;
  /** Whether a call would not be made now. */
  refuses(): boolean;
  /**
   * Makes a call, unless the breaker is open or somebody else is just trying whether it may close: that one is not
   * waited for.
   */
  run<Result>(call: () => Promise<Judged<Result>>): Promise<Result | 'open'>;
}

interface Judged<Result> {
  readonly verdict: Verdict;
  readonly result: Result;
}

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
};

interface Judgement {
  readonly made: Judged<() => unknown>;
  readonly isFailure: boolean;
}

/** Carries a judgement past the library, for which whatever is returned is either a success or a failure. */
class Untold extends Error {
  readonly judgement: Judgement;

  constructor(judgement: Judgement) {
    super('the call tells nothing about the provider');
    this.judgement = judgement;
  }
}

/**
 * @param failures calls in a row that open it; a call that tells nothing counts neither way
 * @param openMs how long it stays open before one call may try
 */
export function createBreaker({
  failures,
  openMs,
  clock,
  onChange,
}: {
  failures: number;
  openMs: number;
  clock: Pick<Clock, 'monotonic'>;
  onChange: (state: BreakerState) => void;
}): Breaker {
  /** By the monotonic clock, in milliseconds. */
  let closedUntil = 0;
  // The library waits by the wall clock, and somebody may set that back by an hour: it always lets one try, and how long
  // it stays open is watched here.
  const atOnce = { duration: Number.NEGATIVE_INFINITY, next: () => atOnce };
  const policy = circuitBreaker(
    handleWhenResult((judgement) => (judgement as Judgement).isFailure),
    {
      breaker: new ConsecutiveBreaker(failures),
      halfOpenAfter: atOnce,
    },
  );
  policy.onBreak((reason) => {
    // A probe that was broken off has told nothing: the next call may be one at once.
    const wait = 'isolated' in reason || !isUntold(reason) ? openMs : 0;
    closedUntil = clock.monotonic() + wait;
  });
  policy.onStateChange((state) => onChange(STATES[state]));

  /** The library lets a second caller wait for the probe; nobody who speaks to a wall shall. */
  function refuses(): boolean {
    if (policy.state === CircuitState.HalfOpen) return true;
    return policy.state === CircuitState.Open && clock.monotonic() < closedUntil;
  }

  return {
    get state() {
      return STATES[policy.state];
    },
    refuses,
    async run<Result>(call: () => Promise<Judged<Result>>): Promise<Result | 'open'> {
      if (refuses()) return 'open';
      const isProbe = policy.state === CircuitState.Open;
      let taken: Judged<() => Result> | undefined;
      try {
        await policy.execute(async (): Promise<Judgement> => {
          taken = await judge(call);
          const isUnknown = taken.verdict === 'untold';
          const judgement = { made: taken, isFailure: taken.verdict === 'down' || isUnknown };
          // While closed it must count neither way; the probe's error the library would take for a success.
          if (isUnknown && !isProbe) throw new Untold(judgement);
          return judgement;
        });
      } catch (error) {
        if (!(error instanceof Untold)) throw error;
      }
      return taken ? taken.result() : 'open';
    },
  };
}

/** What is thrown tells nothing about the provider, and is thrown again by whoever takes the result. */
async function judge<Result>(call: () => Promise<Judged<Result>>): Promise<Judged<() => Result>> {
  try {
    const { verdict, result } = await call();
    return { verdict, result: () => result };
  } catch (error) {
    return {
      verdict: 'untold',
      result: () => {
        throw error;
      },
    };
  }
}

function isUntold(reason: FailureReason<unknown>): boolean {
  return 'value' in reason && (reason.value as Judgement).made.verdict === 'untold';
}
