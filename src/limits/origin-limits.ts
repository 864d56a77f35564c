import type { Clock } from '../clock.ts';
import type { CountedWindow, Counters, Left } from './counters.ts';
import { createFairLine } from './fair-line.ts';
import type { RecentOrigins } from './recent-origins.ts';

/** The windows in which calls of one origin are counted. */
export type LimitWindow = 'minute' | 'hour' | 'day';

/** Calls of a model in each window; 0: none ever; infinite: no limit. */
export type Allowance = Readonly<Record<LimitWindow, number>>;

/** Leave to ask a model once. */
interface Permit {
  readonly kind: 'permit';
  /** It was not made use of. */
  giveBack(): void;
}

/** A model may not be asked now. */
export interface Refusal {
  readonly kind: 'rate_limited';
  /** Milliseconds until all windows have ended that refused it; infinite where it never may. */
  readonly endsInMs: number;
}

/** What one origin has left. */
export interface OriginStatus {
  readonly origin: string;
  readonly windows: Readonly<Record<LimitWindow, Left & { readonly limit: number }>>;
}

/** How often each origin may ask a model. */
export interface OriginLimits {
  /**
   * Takes one call of an origin from all its windows, or from none. Waits for a window that ends soon enough before the
   * deadline, if there is a place to wait.
   *
   * @param deadline by the monotonic clock, in milliseconds
   * @throws the signal's reason when it is aborted first
   */
  enter(
    origin: string,
    limits: { readonly deadline: number; readonly signal: AbortSignal },
  ): Promise<Permit | Refusal>;
  /**
   * Whether an origin has more than half of each window left, as far as is known here. Who has is hardly ever refused, and
   * need not be kept waiting for what only its asking costs.
   */
  hasPlenty(origin: string): boolean;
  /** Of those who asked lately, the latest first. */
  show(): Promise<readonly OriginStatus[]>;
  /** How many wait at the moment. */
  waiting(): number;
}

const SECONDS: Readonly<Record<LimitWindow, number>> = { minute: 60, hour: 3600, day: 86_400 };
const WINDOWS = ['minute', 'hour', 'day'] as const;

/** Where nothing is counted. */
const FREE: Permit = { kind: 'permit', giveBack: () => undefined };

interface OriginWindow extends CountedWindow {
  readonly window: LimitWindow;
}

/** Milliseconds that a model needs at least: who would have less left does not wait. */
const MODEL_MS = 300;

/**
 * @param usual what an origin may without an allowance of its own
 * @param own by origin
 * @param places who may wait at once
 * @param refused told of each refusal, and by which window
 */
export function createOriginLimits({
  usual,
  own,
  places,
  counters,
  recent,
  clock,
  refused: tellRefused,
}: {
  usual: Allowance;
  own: ReadonlyMap<string, Allowance>;
  places: number;
  counters: Pick<Counters, 'take' | 'left' | 'known'>;
  recent: RecentOrigins;
  clock: Clock;
  refused: (window: LimitWindow) => void;
}): OriginLimits {
  const line = createFairLine(places);
  /** How many calls of each origin are not counted yet. */
  const entering = new Map<string, number>();
  const allowanceOf = (origin: string): Allowance => own.get(origin) ?? usual;

  /** Those in which it is counted: what has no limit, or may never be, needs no count. */
  function countedOf(origin: string): readonly OriginWindow[] {
    const allowance = allowanceOf(origin);
    return WINDOWS.filter(
      (window) => allowance[window] > 0 && allowance[window] !== Number.POSITIVE_INFINITY,
    ).map((window) => ({
      ...{ window, purpose: `origin:${window}`, limit: allowance[window], seconds: SECONDS[window] },
    }));
  }

  async function statusOf(origin: string): Promise<OriginStatus> {
    const allowance = allowanceOf(origin);
    const counted = countedOf(origin);
    const left = counted.length > 0 ? await counters.left(counted, origin) : [];
    const inWindow = (window: LimitWindow): OriginStatus['windows'][LimitWindow] => {
      const limit = allowance[window];
      const found = left[counted.findIndex((each) => each.window === window)];
      return { limit, ...(found ?? { left: limit, endsInMs: 0 }) };
    };
    return { origin, windows: { minute: inWindow('minute'), hour: inWindow('hour'), day: inWindow('day') } };
  }

  async function counting<Result>(origin: string, take: () => Promise<Result>): Promise<Result> {
    entering.set(origin, (entering.get(origin) ?? 0) + 1);
    try {
      return await take();
    } finally {
      const left = (entering.get(origin) ?? 0) - 1;
      if (left > 0) entering.set(origin, left);
      else entering.delete(origin);
    }
  }

  function refuse(window: LimitWindow, endsInMs: number): Refusal {
    tellRefused(window);
    return { kind: 'rate_limited', endsInMs };
  }

  return {
    async enter(origin, { deadline, signal }) {
      signal.throwIfAborted();
      recent.note(origin);
      const allowance = allowanceOf(origin);
      const never = WINDOWS.find((window) => allowance[window] === 0);
      if (never) return refuse(never, Number.POSITIVE_INFINITY);
      const counted = countedOf(origin);
      if (counted.length === 0) return FREE;
      for (;;) {
        const taken = await counting(origin, () =>
          counters.take(counted.map((window) => ({ window, name: origin, many: 1 }))),
        );
        if (taken.isTaken) {
          const giveBack = (): void => {
            for (const giveOneBack of taken.giveBack) giveOneBack(1);
          };
          if (signal.aborted) giveBack();
          signal.throwIfAborted();
          return { kind: 'permit', giveBack };
        }
        const [{ window: full, endsInMs }] = taken.full;
        if (clock.monotonic() + endsInMs + MODEL_MS > deadline) return refuse(full.window, endsInMs);
        if ((await line.wait(origin, endsInMs, signal)) === 'crowded') return refuse(full.window, endsInMs);
      }
    },
    hasPlenty(origin) {
      if (WINDOWS.some((window) => allowanceOf(origin)[window] === 0)) return false;
      const soon = entering.get(origin) ?? 0;
      return countedOf(origin).every((window) => counters.known(window, origin) + soon < window.limit / 2);
    },
    async show() {
      return Promise.all((await recent.list()).map(statusOf));
    },
    waiting: () => line.length,
  };
}
